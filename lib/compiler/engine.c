/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source to object, step by step: find the names that the source uses, write the kernel types it
 * needs, run clang's front end, generate code.
 */
#include "engine.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bcc_c/common.h"
#include "bcc_c/module.h"
#include "codegen.h"
#include "dialect.h"
#include "flags.h"
#include "frontend.h"
#include "headers.h"
#include "helpers.h"
#include "idents.h"
#include "kconfig.h"
#include "passes.h"
#include "prelude.h"
#include "modules.h"
#include "strip.h"
#include "tracepoint.h"
#include "suggest.h"
#include "types.h"

#ifndef LINKAGE
#define LINKAGE "dynamic"
#endif

/* What the front end gets for vmlinux.h while only names are looked for. */
static const char empty_vmlinux[] =
	"#define __VMLINUX_H__\n#undef bool\n#undef true\n#undef false\n";

/* No file of which the verifier's log is to show lines is longer. */
#define TEXT_LIMIT (64u << 20)

/* Names that only come up as errors cost a round each; sources in the wild need none or one. */
#define MOST_ROUNDS 16

struct job {
	/* the request, whose bytes the strings are part of */
	const char *name;
	const char *source;
	const char *btf_path;
	const char *kernel; /* NULL: the object is for other kernels too */
	bool describe;
	enum bcc_c_dialect dialect;
	const char **cflags;
	size_t cflag_cnt;

	struct flags flags;
	struct idents ids;
	struct btf_view btf;
	struct modules modules; /* on top of it */
	struct bcc_c__buf vmlinux;
	struct bcc_c__buf tracepoints;
	struct bcc_c__buf helpers;
	struct bcc_c__buf diags; /* WIRE_DIAG records of the last round */
	bool redefined;          /* the source defines a type that the kernel has as well */
	bool errors;             /* one of them is an error */
	bool new_names;          /* an error names something that the source was not known to use */
	struct missing_list missing; /* what they say is missing */
	struct bcc_c__buf deps;      /* WIRE_DEP records */
	struct idents dep_names;     /* their paths */
	struct bcc_c__buf elf;
	struct bcc_c__buf message;
	struct bcc_c__buf times;
	struct timespec step_start;
};

static void add_step(struct job *job, const char *name, int64_t us)
{
	bcc_c__buf_printf(&job->times, "%s%s %lld us", job->times.size ? ", " : "", name,
			  (long long)us);
}

/* Ends a step, of which another was a part, and starts the next. */
static void end_split_step(struct job *job, const char *name, const char *part, int64_t part_us)
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
static void end_step(struct job *job, const char *name)
{
	end_split_step(job, name, NULL, 0);
}

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

static int read_request(struct job *job, const void *request, size_t size)
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

/*
 * Remembers the names in quotes of an error's text: a type that is missing or incomplete is one of
 * them.
 */
static void learn_names(struct job *job, const char *text)
{
	bool quoted = false;

	while (*text) {
		size_t len = 0;

		if (*text == '\'')
			quoted = !quoted;
		while (isalnum((unsigned char)text[len]) || text[len] == '_')
			len++;
		if (quoted && len) {
			autofree char *name = strndup(text, len);

			if (name &&
			    (idents__uses(&job->ids, name) & 3) != (IDENT_TAG | IDENT_ORDINARY)) {
				idents__add(&job->ids, name, len, IDENT_TAG | IDENT_ORDINARY);
				job->new_names = true;
			}
		}
		text += len ? len : 1;
	}
}

/*
 * An error about a name that the source defines, and the kernel otherwise: the kernel's has to go.
 * The error quotes the name, but for that of a typedef, which is where the error is.
 */
static bool learn_own(struct job *job, const struct frontend_diag *diag)
{
	const char *name = strstr(diag->text, "redefinition of ");
	size_t len = 0;

	if (name)
		name = strchr(name, '\'');
	else if (strstr(diag->text, "redefinition") && diag->column &&
		 diag->column <= strlen(diag->source_line))
		name = diag->source_line + diag->column - 1;
	if (!name)
		return false;
	name += *name == '\'';
	while (isalnum((unsigned char)name[len]) || name[len] == '_')
		len++;
	idents__add(&job->ids, name, len, IDENT_OWN);
	job->new_names = true;
	return true;
}

static void take_diag(void *ctx, const struct frontend_diag *diag)
{
	struct job *job = ctx;
	struct wire_diag out = { .severity = (uint32_t)diag->severity,
				 .line = diag->line,
				 .column = diag->column };

	if (diag->severity == BCC_C_ERROR) {
		job->errors = true;
		if (!learn_own(job, diag))
			learn_names(job, diag->text);
	}
	bcc_c__wire_put_diag(&job->diags, &out, diag->file, diag->text, diag->source_line);
	if (diag->missing.what) {
		struct missing missing = diag->missing;

		missing.at = job->diags.size;
		missing__add(&job->missing, &missing);
	}
}

static void take_ident(void *ctx, const char *name, size_t len, unsigned int uses)
{
	idents__add(ctx, name, len, uses);
}

static int write_vmlinux(struct job *job)
{
	size_t before = job->vmlinux.size;
	const char *why = "";
	int err = 0;

	bcc_c__buf_clear(&job->vmlinux);
	if (!job->btf.types)
		err = btf_view__open(&job->btf, job->btf_path, &why);
	if (err == -ENOENT) {
		bcc_c__buf_printf(
			&job->message,
			"read kernel types from '%s': no such file (ENOENT); the kernel needs "
			"CONFIG_DEBUG_INFO_BTF, or name a BTF file in the module's options",
			job->btf_path);
		return -EBADF;
	}
	if (err) {
		bcc_c__buf_printf(&job->message, "read kernel types from '%s': %s", job->btf_path,
				  why[0] ? why : strerror(-err));
		return err == -ENOMEM ? err : -EBADF;
	}
	job->modules.kernel = &job->btf;
	err = types__write(modules__types(&job->modules), &job->ids, !job->kernel, &job->vmlinux,
			   &job->redefined);
	if (err)
		bcc_c__buf_printf(&job->message, "write kernel types from '%s': %s", job->btf_path,
				  err == -ENOMEM ? strerror(ENOMEM) : "damaged");
	job->new_names = job->vmlinux.size != before;
	return err && err != -ENOMEM ? -EBADF : err;
}

/* Files are noted before they are read: a change after that shows. */
static void take_file(void *ctx, const char *path)
{
	struct job *job = ctx;

	if (idents__uses(&job->dep_names, path))
		return;
	idents__add(&job->dep_names, path, strlen(path), IDENT_ORDINARY);
	bcc_c__wire_put_dep(&job->deps, path);
}

/* What is missing is told only if the source does not compile without it. */
static int write_tracepoints(struct job *job)
{
	bcc_c__buf_clear(&job->tracepoints);
	bcc_c__buf_clear(&job->message);
	return tracepoint__write(NULL, &job->ids, &job->tracepoints, &job->message, take_file, job);
}

/*
 * What the kernel itself lacks may be in a module. Returns how many modules' types vmlinux.h can
 * have now in addition, or a negative errno.
 */
static int look_into_modules(struct job *job)
{
	struct idents names = { 0 };
	int cnt;

	for (size_t i = 0; i < job->missing.cnt; i++) {
		const struct missing *missing = &job->missing.items[i];
		const char *space = strchr(missing->name, ' ');
		const char *name = space ? space + 1 : missing->name;

		if (missing->what != MISSING_FIELD)
			idents__add(&names, name, strlen(name),
				    IDENT_TAG | IDENT_ORDINARY |
					    (idents__uses(&job->ids, name) & IDENT_DEFINED));
	}
	cnt = names.cnt ? modules__find(&job->modules, job->btf_path, &names, take_file, job) : 0;
	idents__free(&names);
	return cnt;
}

/* Says what of the errors is about names of the kernel's. */
static void explain_errors(struct job *job)
{
	const struct suggest suggest = { .btf = modules__types(&job->modules),
					 .path = job->btf_path,
					 .modules = job->modules.looked_at,
					 .damage = bcc_c__buf_str(&job->modules.damage),
					 .ids = &job->ids };

	if (job->btf.types && suggest__add_notes(&suggest, &job->missing, &job->diags))
		job->diags.failed = true;
}

/*
 * For one kernel alone there is nothing to relocate, as offsets are right as they are, unless the
 * source has types of its own in the place of the kernel's: that takes their flavours' names. What
 * BPF_CORE_READ() and its like are made of then costs LLVM a sixth of the time for nothing.
 */
static void avoid_relocations(struct job *job)
{
	if (!job->kernel || job->ids.flavours || job->redefined)
		return;
	flags__add(&job->flags, "-D");
	flags__add(&job->flags, "__builtin_preserve_access_index(x)=(x)");
}

static struct frontend_input make_input(struct job *job)
{
	return (struct frontend_input){
		.name = job->name,
		.source = job->source,
		.source_size = strlen(job->source),
		.args = (const char *const *)job->flags.args,
		.arg_cnt = job->flags.cnt,
		.headers = headers,
		.vmlinux = job->vmlinux.size ? bcc_c__buf_str(&job->vmlinux) : empty_vmlinux,
		.tracepoints = bcc_c__buf_str(&job->tracepoints),
		.helpers = bcc_c__buf_str(&job->helpers),
		.diag = take_diag,
		.diag_ctx = job,
		.file = take_file,
		.file_ctx = job,
	};
}

/*
 * Some names appear nowhere in the source: that of the struct that bpf_get_current_task_btf()
 * points to, for instance. The first round's errors tell them; a further round is worth it only if
 * it adds to vmlinux.h.
 */
static int compile_rounds(struct job *job, LLVMContextRef context, LLVMModuleRef *module)
{
	struct frontend_input in = make_input(job);
	bool wants_types = frontend__scan(&in, take_ident, &job->ids);
	int err = 0;

	if (job->dialect == BCC_C_DIALECT_BCC)
		prelude__add_uses(&job->flags, &job->ids);
	end_step(job, "scan");
	for (const char *const *name = headers_types; *name; name++)
		idents__add(&job->ids, *name, strlen(*name), IDENT_ORDINARY);
	helpers__write(&job->ids, &job->helpers);
	for (int round = 0; round < MOST_ROUNDS; round++) {
		if (job->dialect == BCC_C_DIALECT_BCC)
			err = write_tracepoints(job);
		if (!err && wants_types)
			err = write_vmlinux(job);
		if (!err && round && !job->new_names && look_into_modules(job) > 0)
			err = write_vmlinux(job);
		end_step(job, "types");
		if (err || (round && !job->new_names))
			return err ? err : -EBADMSG;
		if (wants_types && !round)
			avoid_relocations(job);
		in = make_input(job);
		job->new_names = job->errors = false;
		bcc_c__buf_clear(&job->diags);
		missing__free(&job->missing);
		*module = frontend__compile(&in, context);
		end_step(job, "front end");
		if (*module || !wants_types || !(job->new_names || job->missing.cnt))
			break;
	}
	return *module ? 0 : -EBADMSG;
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
		.kernel = job->kernel, .is_kernels = is_kernels_type, .text = find_text, .ctx = job
	};
	int err = strip__object(&job->elf, &in);

	if (err)
		bcc_c__buf_printf(&job->message, "strip the object: %s", strerror(-err));
	end_step(job, "object");
	return err;
}

static int generate(struct job *job, LLVMModuleRef module)
{
	struct passes passes = {
		.dialect = job->dialect,
		.name = job->name,
		.kptrs = idents__uses(&job->ids, "btf_type_tag"),
		.diag = take_diag,
		.diag_ctx = job,
	};
	int err = codegen__run(module, job->flags.cpu, &passes, &job->elf, &job->message);

	end_split_step(job, "code generation", "passes", passes.us);
	return err;
}

static int compile(struct job *job)
{
	LLVMContextRef context = LLVMContextCreate();
	LLVMModuleRef module = NULL;
	int err;

	err = compile_rounds(job, context, &module);
	if (err == -EBADMSG)
		explain_errors(job);
	modules__free(&job->modules);
	btf_view__close(&job->btf);
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
	int err = read_request(job, request, size);

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
		prelude__add(&job->flags, job->source);
		kconfig__define(NULL, job->source, &job->flags, take_file, job);
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
			 job.missing.failed || job.dep_names.failed;

	free(job.cflags);
	flags__free(&job.flags);
	idents__free(&job.ids);
	missing__free(&job.missing);
	bcc_c__buf_free(&job.vmlinux);
	bcc_c__buf_free(&job.tracepoints);
	bcc_c__buf_free(&job.helpers);
	bcc_c__buf_free(&job.diags);
	bcc_c__buf_free(&job.elf);
	bcc_c__buf_free(&job.message);
	bcc_c__buf_free(&job.times);
	bcc_c__buf_free(&job.deps);
	idents__free(&job.dep_names);
}
