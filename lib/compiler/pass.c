/* SPDX-License-Identifier: BSD-2-Clause */
#include "pass.h"

#include <llvm-c/DebugInfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The source's own name where the file is the source: debug information has it without its folder. */
static const char *name_of(const struct passes *passes, LLVMMetadataRef file, char *buf,
			   size_t size)
{
	size_t whole = strlen(passes->name), part;
	unsigned int len = 0;
	const char *name = file ? LLVMDIFileGetFilename(file, &len) : NULL;

	part = len;
	if (!name || !len || (part <= whole && !strncmp(passes->name + whole - part, name, part)))
		return passes->name;
	snprintf(buf, size, "%.*s", (int)len, name);
	return buf;
}

/* A line of the text that debug information has of the file. */
static char *line_of(LLVMMetadataRef file, unsigned int line)
{
	unsigned int len = 0;
	const char *text = file ? LLVMDIFileGetSource(file, &len) : NULL;
	const char *end = text ? text + len : NULL, *next;

	for (; text && line > 1; line--) {
		text = memchr(text, '\n', (size_t)(end - text));
		text = text ? text + 1 : NULL;
	}
	if (!text || !line)
		return strdup("");
	next = memchr(text, '\n', (size_t)(end - text));
	return strndup(text, (size_t)((next ? next : end) - text));
}

__attribute__((format(printf, 5, 0))) static void report(struct passes *passes,
							 LLVMMetadataRef scope, unsigned int line,
							 unsigned int column, const char *format,
							 va_list args)
{
	LLVMMetadataRef file = scope ? LLVMDIScopeGetFile(scope) : NULL;
	struct frontend_diag diag = { .severity = BCC_C_ERROR, .line = line, .column = column };
	char name[256], *text = NULL, *source_line = line_of(file, line);

	diag.file = name_of(passes, file, name, sizeof(name));
	diag.text = vasprintf(&text, format, args) >= 0 ? text : format;
	diag.source_line = source_line ? source_line : "";
	passes->failed = true;
	passes->diag(passes->diag_ctx, &diag);
	free(source_line);
	free(text);
}

void pass__error(struct passes *passes, LLVMValueRef instruction, const char *format, ...)
{
	LLVMMetadataRef at = LLVMInstructionGetDebugLoc(instruction);
	va_list args;

	va_start(args, format);
	if (at)
		report(passes, LLVMDILocationGetScope(at), LLVMDILocationGetLine(at),
		       LLVMDILocationGetColumn(at), format, args);
	else
		report(passes, NULL, 0, 0, format, args);
	va_end(args);
}

void pass__error_at_function(struct passes *passes, LLVMValueRef function, const char *format, ...)
{
	LLVMMetadataRef at = LLVMGetSubprogram(function);
	va_list args;

	va_start(args, format);
	report(passes, at, at ? LLVMDISubprogramGetLine(at) : 0, at ? 1 : 0, format, args);
	va_end(args);
}
