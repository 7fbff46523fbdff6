/* SPDX-License-Identifier: BSD-2-Clause */
/* What sources in BCC's dialect are compiled with. */
#include <ctype.h>

#include "compiler/headers.h"
#include "compiler/prelude.h"
#include "unit.h"

static bool defines(const struct flags *flags, const char *text)
{
	for (size_t i = 0; i + 1 < flags->cnt; i++)
		if (!strcmp(flags->args[i], "-D") && !strcmp(flags->args[i + 1], text))
			return true;
	return false;
}

START_TEST(defines_what_is_used)
{
	struct flags flags = { 0 };
	struct idents ids = { 0 };

	idents__add(&ids, "lookup", 6, IDENT_ORDINARY);
	idents__add(&ids, "update", 6, IDENT_TAG);
	prelude__add_uses(&flags, &ids);
	ck_assert_uint_eq(flags.cnt, 2);
	ck_assert(defines(&flags, "BCC_C_USES_lookup"));
	flags__free(&flags);
	idents__free(&ids);
}
END_TEST

/* Each part that a header makes depend on its use is in the list: else no source would get it. */
START_TEST(knows_all_that_is_optional)
{
	static const char mark[] = "BCC_C_USES_";
	size_t found = 0;

	for (const struct header_file *file = headers; file->path; file++)
		for (const char *at = strstr(file->text, mark); at; at = strstr(at, mark)) {
			struct flags flags = { 0 };
			struct idents ids = { 0 };
			autofree char *macro = NULL;
			size_t len = 0;

			while (isalnum((unsigned char)at[len]) || at[len] == '_')
				len++;
			macro = strndup(at, len);
			at += len;
			if (len == strlen(mark))
				continue;
			idents__add(&ids, macro + strlen(mark), len - strlen(mark), IDENT_ORDINARY);
			prelude__add_uses(&flags, &ids);
			ck_assert_msg(defines(&flags, macro), "%s in %s", macro, file->path);
			found++;
			flags__free(&flags);
			idents__free(&ids);
		}
	ck_assert_uint_gt(found, 30);
}
END_TEST

START_TEST(what_all_get)
{
	struct flags flags = { 0 };

	prelude__add(&flags);
	ck_assert_str_eq(flags.args[0], "-include");
	ck_assert(defines(&flags, "__KERNEL__"));
	ck_assert(defines(&flags, "PAGE_SHIFT=12") || defines(&flags, "PAGE_SHIFT=14") ||
		  defines(&flags, "PAGE_SHIFT=16"));
	flags__free(&flags);
}
END_TEST

/* In front of the user's flags, which may take it back. */
START_TEST(adds_the_license)
{
	const char *const user[] = { "-UBCC_C_LICENSE" };
	struct flags flags;
	autobuf message = { 0 };
	size_t at = 0;

	flags__init(&flags);
	ck_assert_int_eq(flags__add_user(&flags, user, 1, &message), 0);
	prelude__add_license(&flags, "Dual MIT/GPL");
	ck_assert(defines(&flags, "BCC_C_LICENSE=Dual MIT/GPL"));
	while (strcmp(flags.args[at], "BCC_C_LICENSE=Dual MIT/GPL"))
		at++;
	ck_assert_str_eq(flags.args[at + 1], "-U");
	flags__free(&flags);
}
END_TEST

SUITE(prelude, adds_the_license, defines_what_is_used, knows_all_that_is_optional, what_all_get)
