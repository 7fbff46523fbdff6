/* SPDX-License-Identifier: BSD-2-Clause */
/* Attaching to static probes: this program's own, which are in static_probes.c. */
#include "dialect.h"
#include "static_probes.h"

static struct bcc_c_module *load_libbpf_case(void)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	ck_assert_ptr_nonnull(mod);
	assert_ok(mod, bcc_c_module__compile_file(mod, "tests/cases/15_usdt.bpf.c", NULL));
	assert_ok(mod, bcc_c_module__load(mod));
	return mod;
}

static int64_t value_of(struct bcc_c_module *mod, const char *name)
{
	int64_t value = 0;

	assert_ok(mod, bcc_c_module__get_global(mod, name, &value, sizeof(value)));
	return value;
}

/* ---- arguments */

static const uint64_t expected[] = {
#define WIDE(n, type, value) (uint64_t)(type)(value),
	FOR_EACH_ARGUMENT(WIDE)
};

static const struct {
	const char *name;
	void (*reach)(void);
} kinds[] = {
	{ "constants", probe_constants },
	{ "registers", probe_registers },
	{ "memory", probe_memory },
};

static void clear_values(struct bcc_c_module *mod)
{
	for (uint64_t i = 0; i < 10; i++)
		set_leaf(mod, "values", i, 0x5555);
}

static void check_values(struct bcc_c_module *mod, const char *prog, size_t kind)
{
	struct bcc_c_link *link = attach_own_probe(mod, prog, kinds[kind].name);

	clear_values(mod);
	kinds[kind].reach();
	for (uint64_t i = 0; i < 8; i++)
		ck_assert_msg(leaf_of(mod, "values", i + 1) == expected[i],
			      "%s, argument %d of %s: %llx", prog, (int)i + 1, kinds[kind].name,
			      (unsigned long long)leaf_of(mod, "values", i + 1));
	bcc_c_link__free(link);
	clear_values(mod);
	kinds[kind].reach();
	ck_assert_uint_eq(leaf_of(mod, "values", 1), 0x5555);
}

START_TEST(arguments_of_all_sizes_in_bcc)
{
	struct bcc_c_module *mod = load_case("usdt");

	for (size_t i = 0; i < 3; i++) {
		check_values(mod, "on_eight", i);
		check_values(mod, "on_eight_wide", i);
	}
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(arguments_that_are_not_there)
{
	struct bcc_c_module *mod = load_case("usdt");

	attach_own_probe(mod, "on_eight", "registers");
	probe_registers();
	ck_assert_uint_eq(leaf_of(mod, "values", 9), 99);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(arguments_that_point_in_bcc)
{
	struct bcc_c_module *mod = load_case("usdt");
	uint32_t index = 0;
	char text[16];

	attach_own_probe(mod, "on_text", "text");
	probe_text("static probe");
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "texts"), &index, sizeof(index), text,
					 sizeof(text)));
	ck_assert_str_eq(text, "stat");
	index = 1;
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "texts"), &index, sizeof(index), text,
					 sizeof(text)));
	ck_assert_str_eq(text, "static probe");
	ck_assert_uint_eq(leaf_of(mod, "sums", 0), strlen("static probe"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(arguments_of_all_sizes_in_libbpf)
{
	struct bcc_c_module *mod = load_libbpf_case();
	uint64_t values[8];
	uint32_t cnt;

	for (size_t i = 0; i < 3; i++) {
		struct bcc_c_link *link = attach_own_probe(mod, "on_eight", kinds[i].name);

		memset(values, 0, sizeof(values));
		assert_ok(mod, bcc_c_module__set_global(mod, "values", values, sizeof(values)));
		kinds[i].reach();
		assert_ok(mod, bcc_c_module__get_global(mod, "values", values, sizeof(values)));
		ck_assert_mem_eq(values, expected, sizeof(values));
		assert_ok(mod, bcc_c_module__get_global(mod, "argument_cnt", &cnt, sizeof(cnt)));
		ck_assert_uint_eq(cnt, 8);
		bcc_c_link__free(link);
	}
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(arguments_that_point_in_libbpf)
{
	struct bcc_c_module *mod = load_libbpf_case();
	char text[16];

	attach_own_probe(mod, "on_text", "text");
	probe_text("static probe");
	assert_ok(mod, bcc_c_module__get_global(mod, "text", text, sizeof(text)));
	ck_assert_str_eq(text, "static probe");
	bcc_c_module__free(mod);
}
END_TEST

/* What libbpf keeps for itself is not among the source's tables. */
START_TEST(tables_are_the_sources)
{
	struct bcc_c_module *mod = load_case("usdt");
	struct bcc_c_map *map = NULL;
	int cnt = 0;

	while ((map = bcc_c_module__next_map(mod, map)))
		cnt++;
	ck_assert_int_eq(cnt, 3);
	bcc_c_module__free(mod);
}
END_TEST

/* ---- places and sections */

START_TEST(every_place_of_a_probe)
{
	struct bcc_c_module *mod = load_case("usdt");
	struct bcc_c_link *link = attach_own_probe(mod, "on_one", "several");

	reach_several();
	bcc_c_link__free(link);
	reach_several();
	ck_assert_uint_eq(leaf_of(mod, "sums", 0), REACH_CALLS * (1 + 1000 + 3));
	ck_assert_uint_eq(leaf_of(mod, "sums", 1), REACH_CALLS * 3);
	bcc_c_module__free(mod);
}
END_TEST

/* One program at two probes, told apart by what the caller gave. */
START_TEST(cookies_tell_apart)
{
	struct bcc_c_module *mod = load_libbpf_case();

	attach_probe(mod, "on_one", "several",
		     (struct bcc_c_usdt_opts){ .pid = getpid(), .cookie = 1 });
	attach_probe(mod, "on_one", "constants",
		     (struct bcc_c_usdt_opts){ .pid = getpid(), .cookie = 1000000 });
	reach_several();
	probe_constants();
	ck_assert_int_eq(value_of(mod, "calls"), 3 * REACH_CALLS + 1);
	ck_assert_int_eq(value_of(mod, "cookies"), 3 * REACH_CALLS + 1000000);
	ck_assert_int_eq(value_of(mod, "sum"), REACH_CALLS * 1004 - 5);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(probes_by_section_in_libbpf)
{
	struct bcc_c_module *mod;
	char text[8192];

	snprintf(text, sizeof(text),
		 PRELUDE COUNTER
		 "#include <bpf/usdt.bpf.h>\n"
		 "SEC(\"usdt/%s:" PROVIDER ":several\") int BPF_USDT(f, long number)\n"
		 "{ if (number == 1000) hit(); return 0; }\n"
		 "SEC(\"usdt/%s:" PROVIDER ":registers\") int g(void *ctx) { hit(); return 0; }\n",
		 own_path(), own_path());
	mod = load_source(text);
	ck_assert_int_eq(bcc_c_module__attach(mod), 2);
	reach_several();
	probe_registers();
	bcc_c_module__detach(mod);
	reach_several();
	probe_registers();
	ck_assert_uint_eq(hits_of(mod), REACH_CALLS + 1);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(probes_by_section_in_bcc)
{
	struct bcc_c_module *mod;
	char text[8192];

	snprintf(text, sizeof(text),
		 "BPF_ARRAY(sum, u64, 1);\n"
		 "SEC(\"usdt/%s:" PROVIDER ":several\") int f(struct pt_regs *ctx)\n"
		 "{ u64 number = 0; bpf_usdt_readarg(1, ctx, &number);\n"
		 "  if (bpf_get_current_pid_tgid() >> 32 == %d) sum.atomic_increment(0, number);\n"
		 "  return 0; }\n",
		 own_path(), getpid());
	mod = load_bcc(text);
	ck_assert_int_eq(bcc_c_module__attach(mod), 1);
	reach_several();
	ck_assert_uint_eq(leaf_of(mod, "sum", 0), REACH_CALLS * (1 + 1000 + 3));
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_usdt(void)
{
	Suite *suite = suite_create("usdt");
	TCase *tc = tcase_create("usdt");

	tcase_add_test(tc, arguments_of_all_sizes_in_bcc);
	tcase_add_test(tc, arguments_that_are_not_there);
	tcase_add_test(tc, arguments_that_point_in_bcc);
	tcase_add_test(tc, arguments_of_all_sizes_in_libbpf);
	tcase_add_test(tc, arguments_that_point_in_libbpf);
	tcase_add_test(tc, tables_are_the_sources);
	tcase_add_test(tc, every_place_of_a_probe);
	tcase_add_test(tc, cookies_tell_apart);
	tcase_add_test(tc, probes_by_section_in_libbpf);
	tcase_add_test(tc, probes_by_section_in_bcc);
	suite_add_tcase(suite, tc);
	return suite;
}
