/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The front end's rounds: find the names that the source uses, write the kernel types that it needs,
 * compile; and once more if the errors tell of further names.
 */
#include <string.h>

#include "headers.h"
#include "helpers.h"
#include "job.h"
#include "passes.h"
#include "prelude.h"
#include "scan.h"
#include "suggest.h"
#include "tracepoint.h"
#include "types.h"

/* What the front end gets for vmlinux.h while only names are looked for. */
static const char empty_vmlinux[] =
	"#define __VMLINUX_H__\n#undef bool\n#undef true\n#undef false\n";

/* Names that only come up as errors cost a round each; sources in the wild need none or one. */
#define MOST_ROUNDS 16

/*
 * Remembers the names in quotes of an error's text: a type that is missing or incomplete is one of
 * them.
 */
static void learn_names(struct job *job, const char *text)
{
	bool quoted = false;

	while (*text) {
		size_t len = bcc_c__name_length(text);

		if (*text == '\'')
			quoted = !quoted;
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

	if (name)
		name = strchr(name, '\'');
	else if (strstr(diag->text, "redefinition") && diag->column &&
		 diag->column <= strlen(diag->source_line))
		name = diag->source_line + diag->column - 1;
	if (!name)
		return false;
	name += *name == '\'';
	idents__add(&job->ids, name, bcc_c__name_length(name), IDENT_OWN);
	job->new_names = true;
	return true;
}

void rounds__take_diag(void *ctx, const struct frontend_diag *diag)
{
	struct job *job = ctx;
	struct wire_diag out = { .severity = (uint32_t)diag->severity,
				 .line = diag->line,
				 .column = diag->column };

	/* Where an embedded header says that something can't be had is of no use to anybody. */
	if (diag->severity == BCC_C_NOTE && bcc_c__starts_with(diag->file, HEADERS_DIR "/") &&
	    strstr(diag->text, "marked unavailable"))
		return;
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
void rounds__take_file(void *ctx, const char *path)
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
	return tracepoint__write(NULL, &job->ids, job->kernel, &job->tracepoints, &job->message,
				 rounds__take_file, job);
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
	cnt = names.cnt
		      ? modules__find(&job->modules, job->btf_path, &names, rounds__take_file, job)
		      : 0;
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

static bool gives_records(const struct job *job)
{
	const struct record_method *method = passes_record_methods;

	while (method->name && !(idents__uses(&job->ids, method->name) & IDENT_ORDINARY))
		method++;
	return job->dialect == BCC_C_DIALECT_BCC && method->name;
}

struct frontend_input rounds__input(struct job *job)
{
	return (struct frontend_input){
		.name = job->name,
		.source = job->source,
		.source_size = strlen(job->source),
		.args = (const char *const *)job->flags.args,
		.arg_cnt = job->flags.cnt,
		.vmlinux = job->vmlinux.size ? bcc_c__buf_str(&job->vmlinux) : empty_vmlinux,
		.helpers = bcc_c__buf_str(&job->helpers),
		.tracepoints = bcc_c__buf_str(&job->tracepoints),
		.keep_types = gives_records(job),
		.diag = rounds__take_diag,
		.diag_ctx = job,
		.file = rounds__take_file,
		.file_ctx = job,
	};
}

/*
 * Some names appear nowhere in the source: that of the struct that bpf_get_current_task_btf()
 * points to, for instance. The first round's errors tell them; a further round is worth it only if
 * it adds to vmlinux.h.
 */
static int run_all(struct job *job, LLVMContextRef context, LLVMModuleRef *module)
{
	bool wants_types = scan__run(job);
	int err = 0;

	if (job->dialect == BCC_C_DIALECT_BCC)
		prelude__add_uses(&job->flags, &job->ids);
	job__end_step(job, "scan");
	for (const char *const *name = headers_types; *name; name++)
		idents__add(&job->ids, *name, strlen(*name), IDENT_ORDINARY);
	helpers__write(&job->ids, &job->helpers);
	for (int round = 0; round < MOST_ROUNDS; round++) {
		struct frontend_input in;

		if (job->dialect == BCC_C_DIALECT_BCC)
			err = write_tracepoints(job);
		if (!err && wants_types)
			err = write_vmlinux(job);
		if (!err && round && !job->new_names && look_into_modules(job) > 0)
			err = write_vmlinux(job);
		job__end_step(job, "types");
		if (err || (round && !job->new_names))
			return err ? err : -EBADMSG;
		if (wants_types && !round)
			avoid_relocations(job);
		in = rounds__input(job);
		job->new_names = job->errors = false;
		bcc_c__buf_clear(&job->diags);
		missing__free(&job->missing);
		*module = frontend__compile(&in, context);
		job__end_step(job, "front end");
		if (*module || !wants_types || !(job->new_names || job->missing.cnt))
			break;
	}
	return *module ? 0 : -EBADMSG;
}

int rounds__run(struct job *job, LLVMContextRef context, LLVMModuleRef *module)
{
	int err = run_all(job, context, module);

	if (err == -EBADMSG)
		explain_errors(job);
	modules__free(&job->modules);
	btf_view__close(&job->btf);
	return err;
}
