/* SPDX-License-Identifier: BSD-2-Clause */
/* The struct of every tracepoint that the kernel has, field by field against tracefs. */
#include "live.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS "/sys/kernel/tracing/events/"

/* So many to a source: each of the tests' many structs costs the compiler next to nothing. */
#define BATCH 100

/* The name at the end of a declaration, behind what its member's name starts with. */
static void write_name(const char *declaration, char *name, size_t size)
{
	const char *start = "", *end = declaration + strlen(declaration), *at;

	if (!strncmp(declaration, "__data_loc", 10))
		start = "data_loc_";
	else if (!strncmp(declaration, "__rel_loc", 9))
		start = "rel_loc_";
	else if (strchr(declaration, '['))
		end = strchr(declaration, '[');
	for (at = end; at > declaration && at[-1] != ' ' && at[-1] != '*';)
		at--;
	snprintf(name, size, "%s%.*s", start, (int)(end - at), at);
}

static void write_assertion(FILE *out, const char *tag, const char *line)
{
	char declaration[256], name[256];
	unsigned int offset, size;

	if (sscanf(line, " field:%255[^;]; offset:%u; size:%u;", declaration, &offset, &size) < 3 ||
	    offset < 8)
		return;
	write_name(declaration, name, sizeof(name));
	fprintf(out,
		"_Static_assert(__builtin_offsetof(struct %s, %s) == %u &&"
		" sizeof(((struct %s *)0)->%s) == %u, \"%s of %s\");\n",
		tag, name, offset, tag, name, size, name, tag);
}

/* Writes a program for a tracepoint, and what must hold of its struct. */
static void write_event(FILE *out, const char *path)
{
	char category[128], event[128], tag[300], line[1024];
	FILE *format = fopen(path, "r");

	if (!format || sscanf(path, EVENTS "%127[^/]/%127[^/]", category, event) < 2 ||
	    !strcmp(category, "ftrace")) { /* these are no tracepoints */
		if (format)
			fclose(format);
		return;
	}
	snprintf(tag, sizeof(tag), "tracepoint__%s__%s", category, event);
	fprintf(out, "TRACEPOINT_PROBE(%s, %s) { return args != 0; }\n", category, event);
	while (fgets(line, sizeof(line), format))
		write_assertion(out, tag, line);
	fclose(format);
}

START_TEST(every_struct_is_right)
{
	glob_t files;

	want_tracefs();
	ck_assert_int_eq(glob(EVENTS "*/*/format", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i += BATCH) {
		struct bcc_c_module *mod = bcc_c_module__new(NULL);
		char *source = NULL;
		size_t size;
		FILE *out = open_memstream(&source, &size);

		for (size_t j = i; j < i + BATCH && j < files.gl_pathc; j++)
			write_event(out, files.gl_pathv[j]);
		fclose(out);
		ck_assert_msg(!bcc_c_module__compile(mod, source, NULL), "%s",
			      bcc_c_module__errmsg(mod));
		bcc_c_module__free(mod);
		free(source);
	}
	globfree(&files);
}
END_TEST

Suite *suite_tracepoints(void)
{
	Suite *suite = suite_create("tracepoints");
	TCase *tc = tcase_create("tracepoints");

	tcase_add_test(tc, every_struct_is_right);
	suite_add_tcase(suite, tc);
	return suite;
}
