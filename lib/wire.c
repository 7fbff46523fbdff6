/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A record is its tag and its payload's size, four bytes each in the host's order, then the
 * payload.
 */
#include "wire.h"

#include <string.h>
#include <sys/stat.h>

struct header {
	uint32_t tag;
	uint32_t size;
};

void bcc_c__wire_put(struct bcc_c__buf *buf, uint32_t tag, const void *data, size_t size)
{
	struct header header = { .tag = tag, .size = (uint32_t)size };

	if (size > UINT32_MAX) {
		buf->failed = true;
		return;
	}
	bcc_c__buf_append(buf, &header, sizeof(header));
	bcc_c__buf_append(buf, data, size);
}

void bcc_c__wire_put_str(struct bcc_c__buf *buf, uint32_t tag, const char *str)
{
	bcc_c__wire_put(buf, tag, str, strlen(str) + 1);
}

void bcc_c__wire_put_diag(struct bcc_c__buf *buf, const struct wire_diag *diag, const char *file,
			  const char *text, const char *source_line)
{
	const char *strings[] = { file, text, source_line };
	autobuf payload = { 0 };

	bcc_c__buf_append(&payload, diag, sizeof(*diag));
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		bcc_c__buf_append(&payload, strings[i], strlen(strings[i]) + 1);
	if (payload.failed)
		buf->failed = true;
	else
		bcc_c__wire_put(buf, WIRE_DIAG, payload.data, payload.size);
}

int bcc_c__wire_next(struct wire_reader *reader, struct wire_record *record)
{
	size_t left = reader->size - reader->at;
	struct header header;

	if (!left)
		return 0;
	if (left < sizeof(header))
		return -EBADMSG;
	memcpy(&header, reader->data + reader->at, sizeof(header));
	if (header.size > left - sizeof(header))
		return -EBADMSG;
	record->tag = header.tag;
	record->data = reader->data + reader->at + sizeof(header);
	record->size = header.size;
	reader->at += sizeof(header) + header.size;
	return 1;
}

const char *bcc_c__wire_get_str(const struct wire_record *record)
{
	const char *zero = record->size ? memchr(record->data, '\0', record->size) : NULL;

	return zero && zero == record->data + record->size - 1 ? record->data : NULL;
}

int bcc_c__wire_get_diag(const struct wire_record *record, struct wire_diag *diag,
			 const char *strings[3])
{
	const char *at = record->data + sizeof(*diag);
	const char *end = record->data + record->size;

	if (record->size < sizeof(*diag))
		return -EBADMSG;
	memcpy(diag, record->data, sizeof(*diag));
	for (int i = 0; i < 3; i++) {
		const char *zero = memchr(at, '\0', (size_t)(end - at));

		if (!zero)
			return -EBADMSG;
		strings[i] = at;
		at = zero + 1;
	}
	return 0;
}

int bcc_c__wire_get_dep(const struct wire_record *record, struct wire_dep *dep, const char **path)
{
	size_t left;

	if (record->size <= sizeof(*dep))
		return -EBADMSG;
	memcpy(dep, record->data, sizeof(*dep));
	*path = record->data + sizeof(*dep);
	left = record->size - sizeof(*dep);
	return memchr(*path, '\0', left) == *path + left - 1 ? 0 : -EBADMSG;
}

static int64_t nanoseconds(const struct timespec *time)
{
	return time->tv_sec * 1000000000LL + time->tv_nsec;
}

void bcc_c__stat_dep(const char *path, struct wire_dep *dep)
{
	struct stat st;

	*dep = (struct wire_dep){ .kind = WIRE_DEP_ABSENT };
	if (stat(path, &st))
		return;
	/* A folder matters as being there; each file that is looked for in it is listed itself. */
	dep->kind = S_ISDIR(st.st_mode) ? WIRE_DEP_FOLDER : WIRE_DEP_FILE;
	if (S_ISDIR(st.st_mode))
		return;
	dep->dev = st.st_dev;
	dep->ino = st.st_ino;
	dep->size = (uint64_t)st.st_size;
	dep->mtime_ns = nanoseconds(&st.st_mtim);
	dep->ctime_ns = nanoseconds(&st.st_ctim);
}

void bcc_c__wire_put_dep(struct bcc_c__buf *buf, const char *path)
{
	autobuf payload = { 0 };
	struct wire_dep dep;

	bcc_c__stat_dep(path, &dep);
	bcc_c__buf_append(&payload, &dep, sizeof(dep));
	bcc_c__buf_append(&payload, path, strlen(path) + 1);
	if (payload.failed)
		buf->failed = true;
	else
		bcc_c__wire_put(buf, WIRE_DEP, payload.data, payload.size);
}
