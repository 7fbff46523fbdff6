/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan.h"

#include <string.h>

#include "kconfig.h"
#include "prelude.h"

/* Includes of includes that hang on one option each don't go deeper. */
#define MOST_ROUNDS 16

static void take_ident(void *ctx, const char *name, size_t len, unsigned int uses)
{
	struct job *job = ctx;

	idents__add(&job->ids, name, len, uses);
}

static void take_text(void *ctx, const char *text)
{
	struct job *job = ctx;

	kconfig__find(text, &job->options);
	job->counts_cpus |= strstr(text, "bpf_num_cpus") != NULL;
}

static void take_license(void *ctx, const char *text)
{
	struct job *job = ctx;

	bcc_c__buf_clear(&job->license);
	bcc_c__buf_printf(&job->license, "%s", text);
}

static bool scan(struct job *job, const struct frontend_scan *to)
{
	struct frontend_input in = rounds__input(job);
	bool failed = job->ids.failed;

	idents__free(&job->ids);
	job->ids.failed = failed;
	bcc_c__buf_clear(&job->license);
	return frontend__scan(&in, to);
}

bool scan__run(struct job *job)
{
	bool bcc = job->dialect == BCC_C_DIALECT_BCC;
	const struct frontend_scan to = { .ident = take_ident,
					  .text = bcc ? take_text : NULL,
					  .macro = take_license,
					  .macro_name = bcc ? PRELUDE_LICENSE : NULL,
					  .ctx = job };
	bool wants_types = scan(job, &to);

	for (int i = 0; bcc && i < MOST_ROUNDS; i++) {
		if (!kconfig__define(NULL, &job->options, &job->flags, rounds__take_file, job))
			break;
		wants_types = scan(job, &to);
	}
	if (job->license.size)
		prelude__add_license(&job->flags, bcc_c__buf_str(&job->license));
	return wants_types;
}
