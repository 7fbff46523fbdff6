/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "unit.h"

START_TEST(buf_append_grows)
{
	autobuf buf = { 0 };

	for (int i = 0; i < 10000; i++)
		bcc_c__buf_append(&buf, &i, sizeof(i));
	ck_assert(!buf.failed);
	ck_assert_uint_eq(buf.size, 10000 * sizeof(int));
	ck_assert_uint_ge(buf.capacity, buf.size);
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(memcmp(buf.data + (size_t)i * sizeof(i), &i, sizeof(i)), 0);
}
END_TEST

START_TEST(buf_append_null_is_zeros)
{
	static const char zeros[300];
	autobuf buf = { 0 };

	bcc_c__buf_append(&buf, "x", 1);
	bcc_c__buf_append(&buf, NULL, sizeof(zeros));
	ck_assert_uint_eq(buf.size, 1 + sizeof(zeros));
	ck_assert_int_eq(memcmp(buf.data + 1, zeros, sizeof(zeros)), 0);
}
END_TEST

START_TEST(buf_append_nothing)
{
	autobuf buf = { 0 };

	bcc_c__buf_append(&buf, NULL, 0);
	bcc_c__buf_append(&buf, "x", 0);
	ck_assert_uint_eq(buf.size, 0);
	ck_assert(!buf.failed);
	ck_assert_str_eq(bcc_c__buf_str(&buf), "");
}
END_TEST

START_TEST(buf_append_too_much_fails_and_is_remembered)
{
	autobuf buf = { 0 };

	bcc_c__buf_append(&buf, "ab", 2);
	bcc_c__buf_append(&buf, NULL, SIZE_MAX);
	ck_assert(buf.failed);
	bcc_c__buf_append(&buf, "c", 1);
	ck_assert_uint_eq(buf.size, 2);
	ck_assert_str_eq(bcc_c__buf_str(&buf), "");
	bcc_c__buf_clear(&buf);
	bcc_c__buf_append(&buf, "c", 1);
	ck_assert_str_eq(bcc_c__buf_str(&buf), "c");
}
END_TEST

START_TEST(buf_printf_appends_without_zero)
{
	autobuf buf = { 0 };

	bcc_c__buf_printf(&buf, "%d-%s", 42, "x");
	bcc_c__buf_printf(&buf, "%s", "");
	bcc_c__buf_printf(&buf, "!");
	ck_assert_uint_eq(buf.size, 5);
	ck_assert_str_eq(bcc_c__buf_str(&buf), "42-x!");
	ck_assert_uint_eq(buf.size, 5);
}
END_TEST

START_TEST(buf_printf_longer_than_capacity)
{
	autobuf buf = { 0 };

	for (int i = 0; i < 5; i++)
		bcc_c__buf_printf(&buf, "%0*d", 1000, i);
	ck_assert_uint_eq(buf.size, 5000);
	ck_assert_uint_eq(strlen(bcc_c__buf_str(&buf)), 5000);
	ck_assert_int_eq(buf.data[4999], '4');
}
END_TEST

START_TEST(buf_clear_keeps_memory)
{
	autobuf buf = { 0 };
	size_t capacity;

	bcc_c__buf_append(&buf, NULL, 5000);
	capacity = buf.capacity;
	bcc_c__buf_clear(&buf);
	ck_assert_uint_eq(buf.size, 0);
	ck_assert_uint_eq(buf.capacity, capacity);
}
END_TEST

START_TEST(buf_free_keeps_errno)
{
	struct bcc_c__buf buf = { 0 };

	bcc_c__buf_append(&buf, "x", 1);
	errno = EXDEV;
	bcc_c__buf_free(&buf);
	bcc_c__buf_free(&buf);
	ck_assert_int_eq(errno, EXDEV);
	ck_assert_ptr_null(buf.data);
}
END_TEST

START_TEST(take_ptr_and_fd_leave_nothing)
{
	char *text = strdup("x");
	autofree char *taken = take_ptr(text);
	int fd = 7;

	ck_assert_ptr_null(text);
	ck_assert_str_eq(taken, "x");
	ck_assert_int_eq(take_fd(&fd), 7);
	ck_assert_int_eq(fd, -1);
}
END_TEST

START_TEST(close_fd_keeps_errno)
{
	int none = -1, closed = 1000;

	errno = EXDEV;
	bcc_c__close_fd(&none);
	bcc_c__close_fd(&closed);
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

START_TEST(read_file_whole)
{
	const char *path;
	autobuf buf = { 0 };
	char data[5000];
	uint32_t seed = 1;

	random_bytes(&seed, data, sizeof(data));
	path = temp_file("data", data, sizeof(data));
	ck_assert_int_eq(bcc_c__read_file(path, sizeof(data), &buf), 0);
	ck_assert_uint_eq(buf.size, sizeof(data));
	ck_assert_int_eq(memcmp(buf.data, data, sizeof(data)), 0);
}
END_TEST

START_TEST(read_file_empty)
{
	autobuf buf = { 0 };

	ck_assert_int_eq(bcc_c__read_file("/dev/null", 0, &buf), 0);
	ck_assert_uint_eq(buf.size, 0);
}
END_TEST

START_TEST(read_file_beyond_limit)
{
	autobuf buf = { 0 };
	autobuf endless = { 0 };

	ck_assert_int_eq(bcc_c__read_file(temp_text("five", "12345"), 4, &buf), -EFBIG);
	ck_assert_int_eq(bcc_c__read_file("/dev/zero", 1 << 20, &endless), -EFBIG);
}
END_TEST

START_TEST(read_file_missing)
{
	autobuf buf = { 0 };

	ck_assert_int_eq(bcc_c__read_file(temp_path("none"), 100, &buf), -ENOENT);
	ck_assert_int_eq(bcc_c__read_file(temp_dir(), 100, &buf), -EISDIR);
	ck_assert_int_eq(bcc_c__read_fd(-1, 100, &buf), -EBADF);
}
END_TEST

START_TEST(write_fd_whole)
{
	autoclose int fd = memfd_create("test", MFD_CLOEXEC);
	autobuf buf = { 0 };
	char data[100000];
	uint32_t seed = 2;

	random_bytes(&seed, data, sizeof(data));
	ck_assert_int_eq(bcc_c__write_fd(fd, data, sizeof(data)), 0);
	ck_assert_int_eq(bcc_c__write_fd(fd, NULL, 0), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	ck_assert_int_eq(bcc_c__read_fd(fd, sizeof(data), &buf), 0);
	ck_assert_uint_eq(buf.size, sizeof(data));
	ck_assert_int_eq(memcmp(buf.data, data, sizeof(data)), 0);
}
END_TEST

START_TEST(write_fd_errors)
{
	int fds[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(bcc_c__write_fd(-1, "x", 1), -EBADF);
	ck_assert_int_eq(pipe(fds), 0);
	close(fds[0]);
	ck_assert_int_eq(bcc_c__write_fd(fds[1], "x", 1), -EPIPE);
	close(fds[1]);
}
END_TEST

SUITE(util, buf_append_grows, buf_append_null_is_zeros, buf_append_nothing,
      buf_append_too_much_fails_and_is_remembered, buf_printf_appends_without_zero,
      buf_printf_longer_than_capacity, buf_clear_keeps_memory, buf_free_keeps_errno,
      take_ptr_and_fd_leave_nothing, close_fd_keeps_errno, read_file_whole, read_file_empty,
      read_file_beyond_limit, read_file_missing, write_fd_whole, write_fd_errors)
