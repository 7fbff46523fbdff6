/* SPDX-License-Identifier: BSD-2-Clause */
#include "pass.h"

#include <limits.h>
#include <llvm-c/DebugInfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lines.h"

/* The file's name in the source's own terms. */
static const char *name_of(const struct passes *passes, LLVMMetadataRef file, char *buf,
			   size_t size)
{
	unsigned int len = 0;
	const char *name = file ? LLVMDIFileGetFilename(file, &len) : NULL;

	if (!name || !len)
		return passes->name;
	snprintf(buf, size, "%.*s", (int)len, name);
	return lines__name(buf);
}

__attribute__((format(printf, 5, 0))) static void report(struct passes *passes,
							 LLVMMetadataRef scope, unsigned int line,
							 unsigned int column, const char *format,
							 va_list args)
{
	LLVMMetadataRef file = scope ? LLVMDIScopeGetFile(scope) : NULL;
	struct frontend_diag diag = { .severity = BCC_C_ERROR, .line = line, .column = column };
	char name[PATH_MAX], *text = NULL;

	diag.file = name_of(passes, file, name, sizeof(name));
	diag.text = vasprintf(&text, format, args) >= 0 ? text : format;
	diag.source_line = "";
	passes->failed = true;
	passes->diag(passes->diag_ctx, &diag);
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
