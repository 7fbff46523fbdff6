/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiler's diagnostics: from its reply to data for programs and text for people.
 */
#include <string.h>

#include "internal.h"
#include "wire.h"

void bcc_c__forget_diags(struct bcc_c_module *mod)
{
	free(mod->diags);
	mod->diags = NULL;
	mod->diag_cnt = 0;
	bcc_c__buf_free(&mod->reply);
}

const struct bcc_c_diag *bcc_c_module__next_diag(const struct bcc_c_module *mod,
						 const struct bcc_c_diag *prev)
{
	size_t next = prev ? (size_t)(prev - mod->diags) + 1 : 0;

	return next < mod->diag_cnt ? &mod->diags[next] : NULL;
}

int bcc_c__add_diag(struct bcc_c_module *mod, const struct wire_record *record)
{
	struct bcc_c_diag *diags = mod->diags;
	size_t cnt = mod->diag_cnt;
	struct wire_diag diag;
	const char *strings[3];

	if (!(cnt & (cnt - 1))) /* room for the next power of two */
		diags = realloc(diags, (cnt ? 2 * cnt : 1) * sizeof(*diags));
	if (!diags)
		return -ENOMEM;
	mod->diags = diags;
	if (bcc_c__wire_get_diag(record, &diag, strings))
		return -EBADMSG;
	mod->diags[mod->diag_cnt++] = (struct bcc_c_diag){
		.severity = diag.severity <= BCC_C_ERROR ? (int)diag.severity : BCC_C_ERROR,
		.line = diag.line,
		.column = diag.column,
		.file = strings[0],
		.text = strings[1],
		.source_line = strings[2],
	};
	return 0;
}

/* Appends a diagnostic to the log, as compilers write them. */
void bcc_c__log_diag(struct bcc_c_module *mod, const struct bcc_c_diag *diag)
{
	static const char *const names[] = {
		[BCC_C_NOTE] = "note", [BCC_C_WARNING] = "warning", [BCC_C_ERROR] = "error"
	};
	struct bcc_c__buf *log = &mod->log;

	bcc_c__buf_printf(log, "%s:", diag->file);
	if (diag->line)
		bcc_c__buf_printf(log, "%u:%u:", diag->line, diag->column);
	bcc_c__buf_printf(log, " %s: %s\n", names[diag->severity], diag->text);
	if (!diag->source_line[0])
		return;
	bcc_c__buf_printf(log, "%s\n", diag->source_line);
	if (!diag->column || diag->column > strlen(diag->source_line) + 1)
		return;
	for (uint32_t i = 0; i + 1 < diag->column; i++)
		bcc_c__buf_append(log, diag->source_line[i] == '\t' ? "\t" : " ", 1);
	bcc_c__buf_printf(log, "^\n");
}

/* The note on an error that stands at its very place: what to do about it. */
static const char *note_on(const struct bcc_c_module *mod, const struct bcc_c_diag *error)
{
	const struct bcc_c_diag *end = mod->diags + mod->diag_cnt;

	for (const struct bcc_c_diag *d = error + 1; d < end && d->severity == BCC_C_NOTE; d++)
		if (d->line == error->line && d->column == error->column &&
		    !strcmp(d->file, error->file))
			return d->text;
	return NULL;
}

int bcc_c__fail_diags(struct bcc_c_module *mod, const char *name)
{
	const struct bcc_c_diag *first = NULL;
	const char *note;
	autobuf advice = { 0 };
	size_t errors = 0;

	for (size_t i = 0; i < mod->diag_cnt; i++) {
		if (mod->diags[i].severity != BCC_C_ERROR)
			continue;
		if (!errors++)
			first = &mod->diags[i];
	}
	if (!first)
		return bcc_c__fail(mod, -EBADMSG, NULL, "compile '%s': the compiler gave no reason",
				   name);
	note = note_on(mod, first);
	if (note)
		bcc_c__buf_printf(&advice, "%s", note);
	if (errors > 1)
		bcc_c__buf_printf(&advice, "%sthere are more errors, see the log",
				  note ? "; " : "");
	if (!first->line)
		return bcc_c__fail(mod, -EBADMSG, bcc_c__buf_str(&advice), "compile '%s': %s", name,
				   first->text);
	return bcc_c__fail(mod, -EBADMSG, bcc_c__buf_str(&advice), "compile '%s': %s:%u:%u: %s",
			   name, first->file, first->line, first->column, first->text);
}
