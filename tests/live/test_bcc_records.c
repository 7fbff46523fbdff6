/* SPDX-License-Identifier: BSD-2-Clause */
/* The types of what programs of BCC's dialect send, which their methods take as a void *. */
#include "dialect.h"

#include <bcc_c/cache.h>
#include <sys/stat.h>

#define EVENT_TEXT                                                                                 \
	"{pid: 7, colour: BLUE, comm: \"a\\\"b\\xc3\\xa9\\xff\\x0a\", "                            \
	"{both: 131073, {low: 1, high: 2}}, pad: 0, where: 0x10}"
#define EVENT_JSON                                                                                 \
	"{\"pid\": 7, \"colour\": \"BLUE\", \"comm\": \"a\\\"b\xc3\xa9\xef\xbf\xbd\\u000a\", "     \
	"\"both\": 131073, \"low\": 1, \"high\": 2, \"pad\": 0, \"where\": \"0x10\"}"

static const struct record {
	const char *prog, *map;
	uint64_t argument;
	const char *type; /* "": none is known */
	const char *text, *json;
} records[] = {
	{ "by_address", "events", 0, "struct event", EVENT_TEXT, EVENT_JSON },
	{ "by_pointer", "events", 0, "struct event", EVENT_TEXT, EVENT_JSON },
	{ "other_type", "events", 0, "small_t", "{first: 1, bytes: [2, 3, 4]}",
	  "{\"first\": 1, \"bytes\": [2, 3, 4]}" },
	{ "one_number", "numbers", 0, "u64", "9223372036854775808", "9223372036854775808" },
	{ "numbers_from_first", "numbers", 0, "s32[3]", "[-1, 0, 1]", "[-1, 0, 1]" },
	{ "part_of_text", "texts", 4, "char[32]", "\"some\"", "\"some\"" },
	{ "part_of_text", "texts", 32, "char[32]", "\"some text\"", "\"some text\"" },
	{ "in_place", "reserved", 0, "small_t", "{first: 9, bytes: [0, 0, 0]}",
	  "{\"first\": 9, \"bytes\": [0, 0, 0]}" },
	{ "bytes", "unknown", 0, "", "61 62 63 00", "\"61 62 63 00\"" },
};

struct seen {
	struct bcc_c_map *map;
	int cnt;
	char type[64], text[256], json[256];
};

static int see(void *ctx, int cpu, const void *data, size_t size)
{
	struct seen *seen = ctx;
	int len = bcc_c_map__record_type(seen->map, size, seen->type, sizeof(seen->type));

	if (len == -ENOENT)
		seen->type[0] = '\0';
	else
		ck_assert_int_eq(len, (int)strlen(seen->type));
	ck_assert_int_gt(bcc_c_map__format_value(seen->map, data, size, seen->text, 256), 0);
	ck_assert_int_gt(bcc_c_map__json_value(seen->map, data, size, seen->json, 256), 0);
	seen->cnt++;
	return 0;
}

static void check_record(struct bcc_c_module *mod, const struct record *want)
{
	struct seen seen = { .map = map_of(mod, want->map) };
	struct bcc_c_events *ev = bcc_c_events__new(mod);

	ck_assert_ptr_nonnull(ev);
	assert_ok(mod, bcc_c_events__add(ev, seen.map, see, &seen, NULL));
	ck_assert_int_eq(run_raw(mod, want->prog, want->argument, 0), 0);
	assert_ok(mod, bcc_c_events__consume(ev));
	ck_assert_int_eq(seen.cnt, 1);
	ck_assert_str_eq(seen.type, want->type);
	ck_assert_str_eq(seen.text, want->text);
	ck_assert_str_eq(seen.json, want->json);
	bcc_c_events__free(ev);
}

static void check_records(struct bcc_c_module *mod)
{
	assert_ok(mod, bcc_c_module__load(mod));
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		check_record(mod, &records[i]);
	bcc_c_module__free(mod);
}

START_TEST(records_have_the_types_handed_over)
{
	check_records(compile_case("records"));
}
END_TEST

START_TEST(records_of_packets_have_their_type)
{
	struct bcc_c_module *mod = load_case("records");
	struct seen seen = { .map = map_of(mod, "packets") };
	struct bcc_c_events *ev = bcc_c_events__new(mod);
	char packet[64] = { 0 };

	ck_assert_ptr_nonnull(ev);
	assert_ok(mod, bcc_c_events__add(ev, seen.map, see, &seen, NULL));
	run_packet(bcc_c_prog__fd(prog_of(mod, "packet")), packet, sizeof(packet));
	assert_ok(mod, bcc_c_events__consume(ev));
	ck_assert_int_eq(seen.cnt, 1);
	ck_assert_str_eq(seen.type, "small_t");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(types_of_records_are_in_the_object)
{
	struct bcc_c_module *mod = compile_case("records"), *other = bcc_c_module__new(NULL);
	size_t size;
	const void *elf = bcc_c_module__elf(mod, &size);

	ck_assert_ptr_nonnull(elf);
	assert_ok(other, bcc_c_module__open_elf(other, elf, size));
	bcc_c_module__free(mod);
	check_records(other);
}
END_TEST

static void note_use(void *ctx, int level, const char *text)
{
	if (!strncmp(text, "cache entry ", 12) && strstr(text, " used"))
		++*(int *)ctx;
}

START_TEST(types_of_records_are_in_the_cache)
{
	char folder[] = "/tmp/bcc_c-records-XXXXXX";
	int used = 0;
	const struct bcc_c_module_opts opts = { .sz = sizeof(opts),
						.log = note_use,
						.log_ctx = &used };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);
	struct bcc_c_cache *cache;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(setenv("BCC_C_CACHE", folder, 1), 0);
	bcc_c_module__free(compile_case("records"));
	assert_ok(mod, bcc_c_module__compile_file(mod, "tests/cases/bcc/records.c", NULL));
	ck_assert_int_eq(used, 1);
	check_records(mod);
	cache = bcc_c_cache__open();
	ck_assert_ptr_nonnull(cache);
	bcc_c_cache__clear(cache);
	bcc_c_cache__free(cache);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* Nothing of it gets into a program. */
START_TEST(types_of_records_cost_no_instruction)
{
	static const char source[] = "BPF_PERF_OUTPUT(events);\n"
				     "int prog(struct bpf_raw_tracepoint_args *ctx)\n"
				     "{\n"
				     "	u64 number = 1;\n"
				     "	void *data = &number;\n"
				     "	return events.perf_submit(ctx, %s, sizeof(number));\n"
				     "}\n";
	static const char *const arguments[] = { "data", "&number" };
	size_t cnts[2];

	for (int i = 0; i < 2; i++) {
		struct bcc_c_module *mod;
		char text[512];

		snprintf(text, sizeof(text), source, arguments[i]);
		mod = load_bcc(text);
		cnts[i] = bcc_c_prog__insn_cnt(prog_of(mod, "prog"));
		ck_assert_int_eq(bcc_c_map__record_type(map_of(mod, "events"), 12, NULL, 0),
				 i ? 3 : -ENOENT);
		bcc_c_module__free(mod);
	}
	ck_assert_uint_eq(cnts[0], cnts[1]);
}
END_TEST

Suite *suite_bcc_records(void)
{
	Suite *suite = suite_create("bcc_records");
	TCase *tc = tcase_create("records");

	tcase_add_test(tc, records_have_the_types_handed_over);
	tcase_add_test(tc, records_of_packets_have_their_type);
	tcase_add_test(tc, types_of_records_are_in_the_object);
	tcase_add_test(tc, types_of_records_are_in_the_cache);
	tcase_add_test(tc, types_of_records_cost_no_instruction);
	suite_add_tcase(suite, tc);
	return suite;
}
