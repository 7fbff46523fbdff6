/* SPDX-License-Identifier: BSD-2-Clause */
/* Damaged objects: each is refused with a text, or opens; none is a crash. */
#include "unit.h"

#define SOURCE                                                                                       \
	PRELUDE                                                                                      \
	"struct { __uint(type, 1); __uint(max_entries, 10); __type(key, u32); __type(value, u64); }" \
	" counts SEC(\".maps\");\n"                                                                  \
	"int variable = 5;\n"                                                                        \
	"__attribute__((noinline)) int sub(int x) { return x * variable; }\n"                        \
	"SEC(\"kprobe/a\") int prog(void *ctx)\n"                                                    \
	"{\n"                                                                                        \
	"	u32 key = 1; u64 *v = ((void *(*)(void *, void *))1)(&counts, &key);\n"                    \
	"	return v ? sub(*v) : 0;\n"                                                                 \
	"}\n"

/* Opens bytes, and looks at all there is if that works. Returns what open_elf gave. */
static int try_open(const void *data, size_t size)
{
	struct bcc_c_module *mod = new_module();
	int err = bcc_c_module__open_elf(mod, data, size);

	ck_assert_msg(err == 0 || err == -ENOEXEC, "%d", err);
	ck_assert(!err == !bcc_c_module__errmsg(mod)[0]);
	for (struct bcc_c_prog *p = NULL; (p = bcc_c_module__next_prog(mod, p));)
		ck_assert(bcc_c_prog__name(p) && bcc_c_prog__section(p) &&
			  bcc_c_prog__type_name(p));
	for (struct bcc_c_map *m = NULL; (m = bcc_c_module__next_map(mod, m));) {
		char text[64];

		ck_assert(bcc_c_map__name(m) && bcc_c_map__type_name(m));
		bcc_c_map__format_key(m, "12345678", 8, text, sizeof(text));
		bcc_c_map__format_value(m, "12345678", 8, text, sizeof(text));
	}
	bcc_c_module__free(mod);
	return err;
}

/* The object to be damaged, a copy. */
static char *make_object(size_t *size)
{
	struct bcc_c_module *mod = compiled(SOURCE);
	const void *elf = bcc_c_module__elf(mod, size);
	char *copy = malloc(*size);

	memcpy(copy, elf, *size);
	bcc_c_module__free(mod);
	ck_assert_int_eq(try_open(copy, *size), 0);
	return copy;
}

START_TEST(damage_truncated)
{
	size_t size;
	autofree char *elf = make_object(&size);
	autofree char *cut = NULL;

	for (size_t length = 0; length < size; length += length < 256 ? 1 : 7) {
		cut = realloc(cut, length + 1);
		memcpy(cut, elf, length);
		ck_assert_int_eq(try_open(cut, length), -ENOEXEC);
	}
}
END_TEST

START_TEST(damage_bits)
{
	size_t size;
	autofree char *elf = make_object(&size);

	for (size_t bit = 0; bit < size * 8; bit += bit < 512 ? 1 : 13) {
		elf[bit / 8] ^= (char)(1 << bit % 8);
		try_open(elf, size);
		elf[bit / 8] ^= (char)(1 << bit % 8);
	}
}
END_TEST

START_TEST(damage_bytes)
{
	size_t size;
	autofree char *elf = make_object(&size);
	uint32_t seed = 7;

	for (int i = 0; i < 10000; i++) {
		size_t at = random_number(&seed) % size;
		char before[8];
		size_t cnt = size - at < 8 ? size - at : 8;

		memcpy(before, elf + at, cnt);
		random_bytes(&seed, elf + at, cnt);
		try_open(elf, size);
		memcpy(elf + at, before, cnt);
	}
}
END_TEST

START_TEST(damage_random_bytes)
{
	uint32_t seed = 11;
	char data[2000];
	size_t size;
	autofree char *elf = make_object(&size);

	for (int i = 0; i < 1000; i++) {
		random_bytes(&seed, data, sizeof(data));
		/* Half of them with an ELF header that is right. */
		if (i % 2)
			memcpy(data, elf, 64);
		try_open(data, sizeof(data));
	}
}
END_TEST

SUITE(damage, damage_truncated, damage_bits, damage_bytes, damage_random_bytes)
