/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's configuration as macros. */
#include <zlib.h>

#include "compiler/kconfig.h"
#include "unit.h"

static const char config[] = "#\n# Linux/x86 Kernel Configuration\n#\n"
			     "CONFIG_A=y\nCONFIG_B=m\nCONFIG_HZ=250\nCONFIG_NAME=\"a b\"\n"
			     "# CONFIG_OFF is not set\nCONFIG_AB=y\nCONFIG_LAST=0x10";

static size_t asked;

static void count_file(void *ctx, const char *path)
{
	asked++;
}

/* The definitions that a source gets, each behind a space. */
static void expect(const char *path, const char *source, const char *want)
{
	struct flags flags = { 0 };
	struct idents names = { 0 };
	autobuf got = { 0 };
	bool any;

	kconfig__find(source, &names);
	any = kconfig__define(path, &names, &flags, count_file, NULL);
	ck_assert(any == (want[0] != '\0'));
	/* Nothing is looked for twice. */
	kconfig__find(source, &names);
	ck_assert(!kconfig__define(path, &names, &flags, count_file, NULL));
	ck_assert(!flags.failed);
	for (size_t i = 0; i < flags.cnt; i += 2) {
		ck_assert_str_eq(flags.args[i], "-D");
		bcc_c__buf_printf(&got, " %s", flags.args[i + 1]);
	}
	ck_assert_str_eq(bcc_c__buf_str(&got), want);
	flags__free(&flags);
	idents__free(&names);
}

START_TEST(defines_what_is_named)
{
	const char *path = temp_text("config", config);

	expect(path, "#ifdef CONFIG_A\n#endif", " CONFIG_A=1");
	expect(path, "CONFIG_B CONFIG_HZ", " CONFIG_B_MODULE=1 CONFIG_HZ=250");
	expect(path, "x = CONFIG_NAME;", " CONFIG_NAME=\"a b\"");
	expect(path, "CONFIG_OFF CONFIG_ MY_CONFIG_X", "");
	expect(path, "CONFIG_LAST+CONFIG_LAST", " CONFIG_LAST=0x10");
}
END_TEST

START_TEST(reads_nothing_in_vain)
{
	expect("/no/such/file", "int a;", "");
	ck_assert_uint_eq(asked, 0);
	expect("/no/such/file", "CONFIG_A", "");
	ck_assert_uint_eq(asked, 1);
}
END_TEST

START_TEST(defines_what_is_named_later)
{
	const char *path = temp_text("config", config);
	struct flags flags = { 0 };
	struct idents names = { 0 };

	kconfig__find("CONFIG_A CONFIG_OFF", &names);
	ck_assert(kconfig__define(path, &names, &flags, count_file, NULL));
	kconfig__find("CONFIG_A CONFIG_AB", &names);
	ck_assert(kconfig__define(path, &names, &flags, count_file, NULL));
	ck_assert_uint_eq(flags.cnt, 4);
	ck_assert_str_eq(flags.args[3], "CONFIG_AB=1");
	flags__free(&flags);
	idents__free(&names);
}
END_TEST

START_TEST(compressed)
{
	const char *path = temp_path("config.gz");
	gzFile file = gzopen(path, "wb");

	ck_assert(gzputs(file, config) > 0);
	gzclose(file);
	expect(path, "CONFIG_A", " CONFIG_A=1");
}
END_TEST

SUITE(kconfig, defines_what_is_named, defines_what_is_named_later, reads_nothing_in_vain,
      compressed)
