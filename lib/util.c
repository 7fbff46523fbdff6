/* SPDX-License-Identifier: BSD-2-Clause */
#include "util.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool reserve(struct bcc_c__buf *buf, size_t more)
{
	size_t capacity = buf->capacity ? buf->capacity : 256;
	char *data;

	if (buf->failed || more > SIZE_MAX / 2 - buf->size) {
		buf->failed = true;
		return false;
	}
	if (buf->size + more <= buf->capacity)
		return true;
	while (capacity < buf->size + more)
		capacity *= 2;
	data = realloc(buf->data, capacity);
	if (!data) {
		buf->failed = true;
		return false;
	}
	buf->data = data;
	buf->capacity = capacity;
	return true;
}

void bcc_c__buf_append(struct bcc_c__buf *buf, const void *data, size_t size)
{
	if (!size || !reserve(buf, size))
		return;
	if (data)
		memcpy(buf->data + buf->size, data, size);
	else
		memset(buf->data + buf->size, 0, size);
	buf->size += size;
}

void bcc_c__buf_printf(struct bcc_c__buf *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0 || !reserve(buf, (size_t)len + 1))
		return;
	va_start(args, fmt);
	vsnprintf(buf->data + buf->size, (size_t)len + 1, fmt, args);
	va_end(args);
	buf->size += (size_t)len;
}

const char *bcc_c__buf_str(struct bcc_c__buf *buf)
{
	if (!reserve(buf, 1))
		return "";
	buf->data[buf->size] = '\0';
	return buf->data;
}

void bcc_c__buf_clear(struct bcc_c__buf *buf)
{
	buf->size = 0;
	buf->failed = false;
}

void bcc_c__buf_free(struct bcc_c__buf *buf)
{
	int saved = errno;

	free(buf->data);
	*buf = (struct bcc_c__buf){ 0 };
	errno = saved;
}

int bcc_c__read_fd(int fd, size_t limit, struct bcc_c__buf *buf)
{
	for (;;) {
		ssize_t n;

		if (!reserve(buf, 1))
			return -ENOMEM;
		n = read(fd, buf->data + buf->size, buf->capacity - buf->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		buf->size += (size_t)n;
		if (buf->size > limit)
			return -EFBIG;
	}
}

int bcc_c__read_file(const char *path, size_t limit, struct bcc_c__buf *buf)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : bcc_c__read_fd(fd, limit, buf);
}

int bcc_c__write_fd(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}
