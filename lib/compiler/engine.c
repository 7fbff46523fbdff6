/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source to object, step by step: read the request, run the front end, generate code, tidy the
 * object up, and reply.
 */
#include "engine.h"

#include <stdio.h>
#include <string.h>

#include "bcc_c/common.h"
#include "codegen.h"
#include "dialect.h"
#include "headers.h"
#include "job.h"
#include "kconfig.h"
#include "lines.h"
#include "passes.h"
#include "prelude.h"
#include "strip.h"

#ifndef LINKAGE
#define LINKAGE "dynamic"
#endif

/* No file of which the verifier's log is to show lines is longer. */
#define TEXT_LIMIT (64u << 20)

static void add_step(struct job *job, const char *name, int64_t us)
{
	bcc_c__buf_printf(&job->times, "%s%s %lld us", job->times.size ? ", " : "", name,
			  (long long)us);
}

/* Ends a step, of which another was a part, and starts the next. */
void job__end_split_step(struct job *job, const char *name, const char *part, int64_t part_us)
{
	struct timespec now;
	int64_t us;

	clock_gettime(CLOCK_MONOTONIC, &now);
	us = (now.tv_sec - job->step_start.tv_sec) * 1000000LL +
	     (now.tv_nsec - job->step_start.tv_nsec) / 1000;
	job->step_start = now;
	if (part)
		add_step(job, part, part_us);
	add_step(job, name, us - part_us);
}

/* Ends a step, and starts the next. */
void job__end_step(struct job *job, const char *name)
{
	job__end_split_step(job, name, NULL, 0);
}

/* Splits "file:line:column: text", the form of places in messages of LLVM's code generator. */
static void split_place(const char *text, char *file, size_t size, struct wire_diag *diag,
			const char **rest)
{
	int used = 0;

	*rest = text;
	if (size < 256 ||
	    sscanf(text, "%255[^:\n]:%u:%u: %n", file, &diag->line, &diag->column, &used) < 3 ||
	    !used)
		return;
	*rest = text + used;
}

static void take_llvm_diag(LLVMDiagnosticInfoRef info, void *ctx)
{
	static const int severities[] = { [LLVMDSError] = BCC_C_ERROR,
					  [LLVMDSWarning] = BCC_C_WARNING,
					  [LLVMDSRemark] = -1,
					  [LLVMDSNote] = BCC_C_NOTE };
	char *text = LLVMGetDiagInfoDescription(info);
	int severity = severities[LLVMGetDiagInfoSeverity(info)];
	struct wire_diag diag = { .severity = (uint32_t)severity };
	struct job *job = ctx;
	char file[256] = "";
	const char *rest;

	for (size_t len = strlen(text); len && text[len - 1] == '\n'; len--)
		text[len - 1] = '\0';
	if (severity >= 0) {
		split_place(text, file, sizeof(file), &diag, &rest);
		job->errors |= severity == BCC_C_ERROR;
		bcc_c__wire_put_diag(&job->diags, &diag, diag.line ? lines__name(file) : job->name,
				     rest, "");
	}
	LLVMDisposeMessage(text);
}

/* Whether every type that relocations are about comes from the kernel and not from the source. */
static bool is_kernels_type(void *ctx, const char *name)
{
	struct job *job = ctx;

	return name[0] && !strstr(name, "___") && !(idents__uses(&job->ids, name) & IDENT_DEFINED);
}

/* Files other than the source itself are read again, if they are among those that clang read. */
static const char *find_text(void *ctx, const char *name, struct bcc_c__buf *buf)
{
	struct job *job = ctx;

	if (!strcmp(name, job->name))
		return job->source;
	for (const struct header_file *file = headers; file->path; file++)
		if (!strcmp(name, file->path))
			return file->text;
	if (!idents__uses(&job->dep_names, name) || bcc_c__read_file(name, TEXT_LIMIT, buf))
		return NULL;
	return bcc_c__buf_str(buf);
}

static int strip_object(struct job *job)
{
	struct strip_input in = {
		.is_kernels = is_kernels_type,
		.text = find_text,
		.ctx = job,
		.more_types = &job->map_elf,
	};
	autobuf mark = { 0 };
	int err;

	if (job->kernel) {
		bcc_c__buf_printf(&mark, "%s", job->kernel);
		if (job->counts_cpus)
			bcc_c__buf_printf(&mark, WIRE_CPUS_FORMAT, bcc_c__cpu_cnt());
		in.kernel = bcc_c__buf_str(&mark);
	}
	err = mark.failed ? -ENOMEM : strip__object(&job->elf, &in);

	if (err)
		bcc_c__buf_printf(&job->message, "strip the object: %s", strerror(-err));
	job__end_step(job, "object");
	return err;
}

/* Like those of the front end, but for the line's text. */
static void take_pass_diag(void *ctx, const struct frontend_diag *diag)
{
	struct frontend_diag full = *diag;
	autobuf buf = { 0 };
	autofree char *line = NULL;
	size_t len = 0;
	const char *text = find_text(ctx, diag->file, &buf);

	text = text ? lines__find(text, diag->line, &len) : NULL;
	line = text ? strndup(text, len) : NULL;
	if (line)
		full.source_line = line;
	rounds__take_diag(ctx, &full);
}

static int generate(struct job *job, LLVMModuleRef module)
{
	struct passes passes = {
		.dialect = job->dialect,
		.name = job->name,
		.kptrs = idents__uses(&job->ids, "btf_type_tag"),
		.diag = take_pass_diag,
		.diag_ctx = job,
	};
	int err = codegen__run(module, job->flags.cpu, &passes, &job->elf, &job->map_elf,
			       &job->message);

	job__end_split_step(job, "code generation", "passes", passes.us);
	return err;
}

static int compile(struct job *job)
{
	LLVMContextRef context = LLVMContextCreate();
	LLVMModuleRef module = NULL;
	int err;

	err = rounds__run(job, context, &module);
	if (!err) {
		LLVMContextSetDiagnosticHandler(context, take_llvm_diag, job);
		err = generate(job, module);
		if (!err)
			err = strip_object(job);
	}
	if (!err && job->errors)
		err = -EBADMSG;
	if (module)
		LLVMDisposeModule(module);
	LLVMContextDispose(context);
	return err;
}

static int run(struct job *job, const void *request, size_t size)
{
	int err = request__read(job, request, size);

	if (err)
		return err;
	if (job->describe) {
		bcc_c__buf_printf(&job->message, "clang %s, %s", frontend__version(), LINKAGE);
		return 0;
	}
	if (!job->dialect)
		job->dialect = dialect__of(job->source);
	flags__init(&job->flags);
	if (job->dialect == BCC_C_DIALECT_BCC) {
		prelude__add(&job->flags);
		kconfig__find(job->source, &job->options);
		kconfig__define(NULL, &job->options, &job->flags, rounds__take_file, job);
	}
	err = flags__add_user(&job->flags, job->cflags, job->cflag_cnt, &job->message);
	if (!err && job->flags.failed)
		err = -ENOMEM;
	return err ? err : compile(job);
}

void engine__run(const void *request, size_t size, struct bcc_c__buf *reply)
{
	struct job job = { .btf_path = "/sys/kernel/btf/vmlinux" };
	int32_t status;

	clock_gettime(CLOCK_MONOTONIC, &job.step_start);
	status = run(&job, request, size);

	bcc_c__wire_put_str(reply, WIRE_MAGIC, VERSION);
	bcc_c__wire_put(reply, WIRE_STATUS, &status, sizeof(status));
	bcc_c__wire_put_str(reply, WIRE_MESSAGE, bcc_c__buf_str(&job.message));
	bcc_c__buf_append(reply, job.diags.data, job.diags.size);
	bcc_c__buf_append(reply, job.deps.data, job.deps.size);
	if (!status)
		bcc_c__wire_put(reply, WIRE_ELF, job.elf.data, job.elf.size);
	bcc_c__wire_put_str(reply, WIRE_TIMES, bcc_c__buf_str(&job.times));
	bcc_c__wire_put(reply, WIRE_END, NULL, 0);
	reply->failed |= job.diags.failed || job.deps.failed || job.ids.failed ||
			 job.missing.failed || job.dep_names.failed || job.options.failed ||
			 job.license.failed;

	free(job.cflags);
	flags__free(&job.flags);
	idents__free(&job.ids);
	missing__free(&job.missing);
	bcc_c__buf_free(&job.vmlinux);
	bcc_c__buf_free(&job.helpers);
	bcc_c__buf_free(&job.tracepoints);
	bcc_c__buf_free(&job.diags);
	bcc_c__buf_free(&job.elf);
	bcc_c__buf_free(&job.map_elf);
	bcc_c__buf_free(&job.message);
	bcc_c__buf_free(&job.times);
	bcc_c__buf_free(&job.deps);
	idents__free(&job.dep_names);
	idents__free(&job.options);
	bcc_c__buf_free(&job.license);
}
