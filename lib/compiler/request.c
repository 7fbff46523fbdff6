/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "bcc_c/common.h"
#include "job.h"

static int add_cflag(struct job *job, const char *cflag)
{
	const char **cflags = realloc(job->cflags, (job->cflag_cnt + 1) * sizeof(*cflags));

	if (!cflags)
		return -ENOMEM;
	job->cflags = cflags;
	job->cflags[job->cflag_cnt++] = cflag;
	return 0;
}

static int read_dialect(struct job *job, const struct wire_record *record)
{
	uint32_t dialect;

	if (record->size != sizeof(dialect))
		return -EINVAL;
	memcpy(&dialect, record->data, sizeof(dialect));
	job->dialect = (enum bcc_c_dialect)dialect;
	return dialect <= BCC_C_DIALECT_BCC ? 0 : -EINVAL;
}

static int take_record(struct job *job, const struct wire_record *record)
{
	const char *str = bcc_c__wire_get_str(record);

	switch (record->tag) {
	case WIRE_SOURCE:
		job->source = str;
		return str ? 0 : -EINVAL;
	case WIRE_NAME:
		job->name = str;
		return str ? 0 : -EINVAL;
	case WIRE_BTF:
		job->btf_path = str;
		return str ? 0 : -EINVAL;
	case WIRE_KERNEL:
		job->kernel = str;
		return str ? 0 : -EINVAL;
	case WIRE_CFLAG:
		return str ? add_cflag(job, str) : -EINVAL;
	case WIRE_DIALECT:
		return read_dialect(job, record);
	case WIRE_DESCRIBE:
		job->describe = true;
		return 0;
	default:
		return 0;
	}
}

int request__read(struct job *job, const void *request, size_t size)
{
	struct wire_reader reader = { .data = request, .size = size };
	struct wire_record record;
	int err = bcc_c__wire_next(&reader, &record);

	if (err != 1 || record.tag != WIRE_MAGIC || !bcc_c__wire_get_str(&record) ||
	    strcmp(record.data, VERSION)) {
		bcc_c__buf_printf(&job->message,
				  "read the request: not from this version of libbcc_c");
		return -EPROTO;
	}
	while ((err = bcc_c__wire_next(&reader, &record)) == 1) {
		err = take_record(job, &record);
		if (err)
			return err;
	}
	if (!err && !job->describe && (!job->source || !job->name)) {
		bcc_c__buf_printf(&job->message, "read the request: it has no source");
		return -EPROTO;
	}
	return err;
}
