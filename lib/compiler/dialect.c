/* SPDX-License-Identifier: BSD-2-Clause */
#include "dialect.h"

#include <string.h>

#include "../util.h"

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t' || (*at == '\\' && at[1] == '\n'))
		at += *at == '\\' ? 2 : 1;
	return at;
}

/* Past a comment, a string or a character; else at itself. */
static const char *skip_opaque(const char *at)
{
	const char *end;
	char quote = *at;

	if (at[0] == '/' && at[1] == '*') {
		end = strstr(at + 2, "*/");
		return end ? end + 2 : at + strlen(at);
	}
	if (at[0] == '/' && at[1] == '/')
		return at + strcspn(at, "\n");
	if (quote != '"' && quote != '\'')
		return at;
	for (at++; *at && *at != quote && *at != '\n'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at == quote ? at + 1 : at;
}

/* Whether the directive behind a '#' is an include that only sources for libbpf have. */
static bool is_libbpf_include(const char *at)
{
	static const char *const starts[] = { "\"vmlinux.h\"", "<vmlinux.h>", "\"bpf/", "<bpf/" };

	at = skip_blanks(at);
	if (strncmp(at, "include", 7))
		return false;
	at = skip_blanks(at + 7);
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (!strncmp(at, starts[i], strlen(starts[i])))
			return true;
	return false;
}

enum bcc_c_dialect dialect__of(const char *source)
{
	const char *at = source;

	while (*at) {
		const char *past = skip_opaque(at);

		if (past != at) {
			at = past;
		} else if (*at == '#') {
			if (is_libbpf_include(at + 1))
				return BCC_C_DIALECT_LIBBPF;
			at++;
		} else if (bcc_c__in_name(*at)) {
			size_t len = bcc_c__name_length(at);
			bool section = len == 3 && !strncmp(at, "SEC", len);

			at += len;
			if (section && *skip_blanks(at) == '(')
				return BCC_C_DIALECT_LIBBPF;
		} else {
			at++;
		}
	}
	return BCC_C_DIALECT_BCC;
}
