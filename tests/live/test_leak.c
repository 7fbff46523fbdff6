/* SPDX-License-Identifier: BSD-2-Clause */
/* A thousand modules one after the other leave the process and the kernel as the first ten did. */
#include "live.h"

#include <malloc.h>
#include <stdlib.h>

#define CYCLES 1000
#define EMULATED_CYCLES 100

static const char source[] = PRELUDE COUNTER
	"struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64);\n"
	"	 __type(key, u32); __type(value, u64); } table SEC(\".maps\");\n"
	"struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(\".maps\");\n"
	"SEC(\"raw_tp/sys_enter\") int on_enter(void *ctx)\n"
	"{ u32 k = 1; u64 v = 1; hit(); bpf_map_update_elem(&table, &k, &v, 0);\n"
	"  bpf_ringbuf_output(&ring, &v, sizeof(v), 0); return 0; }\n"
	"SEC(\"uprobe\") int on_entry(void *ctx) { hit(); return 0; }\n";

static long resident_kb(void)
{
	long size, resident;
	FILE *statm = fopen("/proc/self/statm", "r");

	ck_assert_ptr_nonnull(statm);
	ck_assert_int_eq(fscanf(statm, "%ld %ld", &size, &resident), 2);
	fclose(statm);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int ignore(void *ctx, int cpu, const void *data, size_t size)
{
	return 0;
}

/*
 * From source or object to events and back. Detaching a uprobe takes the kernel a tenth of a second,
 * so few cycles have one.
 */
static void cycle(const void *elf, size_t size, bool uprobe)
{
	struct bcc_c_uprobe_opts opts = { .sz = sizeof(opts), .symbol = "probe_me" };
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	struct bcc_c_events *ev;

	if (elf)
		assert_ok(mod, bcc_c_module__open_elf(mod, elf, size));
	else
		assert_ok(mod, bcc_c_module__compile(mod, source, NULL));
	assert_ok(mod, bcc_c_module__load(mod));
	assert_ok(mod, bcc_c_module__attach(mod));
	if (uprobe)
		ck_assert_ptr_nonnull(
			bcc_c_prog__attach_uprobe(prog_of(mod, "on_entry"), own_path(), &opts));
	ev = bcc_c_events__new(mod);
	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, "ring"), ignore, NULL, NULL));
	assert_ok(mod, bcc_c_events__poll(ev, 0));
	bcc_c_module__free(mod);
}

static void run_cycles(int cnt, const void *elf, size_t size)
{
	int objects = count_bpf_objects(), fds;
	long resident;

	for (int i = 0; i < 10; i++)
		cycle(elf, size, true);
	fds = count_fds();
	resident = resident_kb();
	for (int i = 10; i < cnt; i++)
		cycle(elf, size, i % 50 == 0);
	ck_assert_int_eq(count_fds(), fds);
	/* Pages that the allocator keeps come and go; a leak of 500 bytes a cycle would show. */
	ck_assert_int_le(resident_kb(), resident + 400);
	wait_for_objects(objects);
}

static void *object_of(size_t *size)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	void *copy;

	assert_ok(mod, bcc_c_module__compile(mod, source, NULL));
	copy = malloc(1 << 20);
	ck_assert_ptr_nonnull(bcc_c_module__elf(mod, size));
	memcpy(copy, bcc_c_module__elf(mod, size), *size);
	bcc_c_module__free(mod);
	return copy;
}

START_TEST(cycles_from_object)
{
	size_t size;
	void *elf = object_of(&size);

	run_cycles(getenv("BCC_C_EMULATED") ? EMULATED_CYCLES : CYCLES, elf, size);
	free(elf);
}
END_TEST

START_TEST(cycles_from_source)
{
	skip_if(getenv("BCC_C_EMULATED"), "a thousand compilations take too long under emulation");
	run_cycles(CYCLES, NULL, 0);
}
END_TEST

START_TEST(failures_leave_nothing)
{
	int objects = count_bpf_objects(), fds = count_fds();

	for (int i = 0; i < 20; i++) {
		struct bcc_c_module *mod = bcc_c_module__new(NULL);

		ck_assert_int_eq(bcc_c_module__compile(mod, "int x = y;", NULL), -EBADMSG);
		ck_assert_int_eq(bcc_c_module__open_elf(mod, "no ELF", 6), -ENOEXEC);
		assert_ok(mod, bcc_c_module__compile(mod, source, NULL));
		assert_ok(mod, bcc_c_module__load(mod));
		ck_assert_ptr_null(
			bcc_c_prog__attach_kprobe(prog_of(mod, "on_entry"), "no_such_", NULL));
		ck_assert_ptr_null(
			bcc_c_prog__attach_uprobe(prog_of(mod, "on_entry"), "no_such_", NULL));
		bcc_c_module__free(mod);
	}
	ck_assert_int_eq(count_fds(), fds);
	wait_for_objects(objects);
}
END_TEST

Suite *suite_leak(void)
{
	Suite *suite = suite_create("leak");
	TCase *tc = tcase_create("leak");

	tcase_add_test(tc, cycles_from_object);
	tcase_add_test(tc, cycles_from_source);
	tcase_add_test(tc, failures_leave_nothing);
	suite_add_tcase(suite, tc);
	return suite;
}
