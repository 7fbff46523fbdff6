/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"
#include "wire.h"

/* A record of every shape: none, a string, bytes, a diagnostic. */
static void write_sample(struct bcc_c__buf *buf)
{
	struct wire_diag diag = { .severity = 2, .line = 7, .column = 9 };

	bcc_c__wire_put(buf, WIRE_MAGIC, NULL, 0);
	bcc_c__wire_put_str(buf, WIRE_NAME, "probe.c");
	bcc_c__wire_put(buf, WIRE_ELF, "\0\1\2", 3);
	bcc_c__wire_put_diag(buf, &diag, "file.c", "text", "");
	bcc_c__wire_put(buf, WIRE_END, NULL, 0);
	ck_assert(!buf->failed);
}

/* Reads to the end in a copy of the exact size, so that a sanitizer sees a byte too many. */
static int read_all(const char *data, size_t size, int *cnt)
{
	autofree char *copy = malloc(size ? size : 1);
	struct wire_reader reader = { .data = copy, .size = size };
	struct wire_record record;
	const char *strings[3];
	struct wire_diag diag;
	int ret;

	memcpy(copy, data, size);
	*cnt = 0;
	while ((ret = bcc_c__wire_next(&reader, &record)) == 1) {
		const char *str = bcc_c__wire_get_str(&record);

		++*cnt;
		if (str)
			ck_assert_uint_eq(strlen(str) + 1, record.size);
		if (!bcc_c__wire_get_diag(&record, &diag, strings))
			for (int i = 0; i < 3; i++)
				ck_assert(strings[i] + strlen(strings[i]) <
					  record.data + record.size);
	}
	return ret;
}

START_TEST(wire_round_trip)
{
	autobuf buf = { 0 };
	struct wire_reader reader = { 0 };
	struct wire_record record;
	const char *strings[3];
	struct wire_diag diag;

	write_sample(&buf);
	reader = (struct wire_reader){ .data = buf.data, .size = buf.size };
	ck_assert_int_eq(bcc_c__wire_next(&reader, &record), 1);
	ck_assert_uint_eq(record.tag, WIRE_MAGIC);
	ck_assert_uint_eq(record.size, 0);
	ck_assert_int_eq(bcc_c__wire_next(&reader, &record), 1);
	ck_assert_str_eq(bcc_c__wire_get_str(&record), "probe.c");
	ck_assert_int_eq(bcc_c__wire_next(&reader, &record), 1);
	ck_assert_uint_eq(record.size, 3);
	ck_assert_int_eq(memcmp(record.data, "\0\1\2", 3), 0);
	ck_assert_int_eq(bcc_c__wire_next(&reader, &record), 1);
	ck_assert_uint_eq(record.tag, WIRE_DIAG);
	ck_assert_int_eq(bcc_c__wire_get_diag(&record, &diag, strings), 0);
	ck_assert_uint_eq(diag.severity, 2);
	ck_assert_uint_eq(diag.line, 7);
	ck_assert_uint_eq(diag.column, 9);
	ck_assert_str_eq(strings[0], "file.c");
	ck_assert_str_eq(strings[1], "text");
	ck_assert_str_eq(strings[2], "");
	ck_assert_int_eq(bcc_c__wire_next(&reader, &record), 1);
	ck_assert_int_eq(bcc_c__wire_next(&reader, &record), 0);
	ck_assert_int_eq(bcc_c__wire_next(&reader, &record), 0);
}
END_TEST

START_TEST(wire_truncated_at_every_byte)
{
	autobuf buf = { 0 };
	int whole, cnt;

	write_sample(&buf);
	ck_assert_int_eq(read_all(buf.data, buf.size, &whole), 0);
	ck_assert_int_eq(whole, 5);
	for (size_t size = 0; size < buf.size; size++) {
		int ret = read_all(buf.data, size, &cnt);

		ck_assert(ret == 0 || ret == -EBADMSG);
		ck_assert_int_lt(cnt, whole);
	}
}
END_TEST

START_TEST(wire_damaged_at_every_bit)
{
	autobuf buf = { 0 };
	int cnt;

	write_sample(&buf);
	for (size_t bit = 0; bit < buf.size * 8; bit++) {
		buf.data[bit / 8] ^= (char)(1 << bit % 8);
		read_all(buf.data, buf.size, &cnt);
		buf.data[bit / 8] ^= (char)(1 << bit % 8);
	}
}
END_TEST

START_TEST(wire_random_bytes)
{
	uint32_t seed = 3;
	char data[200];
	int cnt;

	for (int i = 0; i < 20000; i++) {
		size_t size = random_number(&seed) % sizeof(data);

		random_bytes(&seed, data, size);
		/* Small sizes make records that fit. */
		for (size_t at = 5; at < size; at += 8)
			memset(data + at, 0, size - at < 3 ? size - at : 3);
		read_all(data, size, &cnt);
	}
}
END_TEST

START_TEST(wire_next_size_beyond_end)
{
	static const uint32_t huge[] = { WIRE_NAME, UINT32_MAX, 0 };
	static const uint32_t one_more[] = { WIRE_NAME, 5, 0 };
	int cnt;

	ck_assert_int_eq(read_all((const char *)huge, sizeof(huge), &cnt), -EBADMSG);
	ck_assert_int_eq(read_all((const char *)one_more, sizeof(one_more), &cnt), -EBADMSG);
}
END_TEST

START_TEST(wire_get_str_refuses_bad_strings)
{
	struct wire_record empty = { .data = "", .size = 0 };
	struct wire_record unended = { .data = "abc", .size = 3 };
	struct wire_record inner = { .data = "a\0b", .size = 4 };
	struct wire_record good = { .data = "abc", .size = 4 };

	ck_assert_ptr_null(bcc_c__wire_get_str(&empty));
	ck_assert_ptr_null(bcc_c__wire_get_str(&unended));
	ck_assert_ptr_null(bcc_c__wire_get_str(&inner));
	ck_assert_str_eq(bcc_c__wire_get_str(&good), "abc");
}
END_TEST

START_TEST(wire_get_diag_refuses_bad_strings)
{
	static const char bytes[] = "............a\0b\0c";
	struct wire_record record = { .tag = WIRE_DIAG, .data = bytes };
	const char *strings[3];
	struct wire_diag diag;

	for (record.size = 0; record.size < sizeof(bytes); record.size++)
		ck_assert_int_eq(bcc_c__wire_get_diag(&record, &diag, strings), -EBADMSG);
	ck_assert_int_eq(bcc_c__wire_get_diag(&record, &diag, strings), 0);
	ck_assert_str_eq(strings[2], "c");
}
END_TEST

START_TEST(wire_put_more_than_fits)
{
	autobuf buf = { 0 };

	bcc_c__wire_put(&buf, WIRE_ELF, NULL, (size_t)UINT32_MAX + 1);
	ck_assert(buf.failed);
	ck_assert_uint_eq(buf.size, 0);
}
END_TEST

SUITE(wire, wire_round_trip, wire_truncated_at_every_byte, wire_damaged_at_every_bit,
      wire_random_bytes, wire_next_size_beyond_end, wire_get_str_refuses_bad_strings,
      wire_get_diag_refuses_bad_strings, wire_put_more_than_fits)
