/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small helpers that both the library and its compiler use: cleanup attributes, a growing buffer,
 * reading files.
 */
#ifndef BCC_C__UTIL_H
#define BCC_C__UTIL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Locals that own something are released when they go out of scope; ownership leaves by take_ptr or
 * take_fd.
 */
static inline void bcc_c__free_ptr(void *p)
{
	int saved = errno;

	free(*(void **)p);
	errno = saved;
}

static inline void bcc_c__close_fd(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

#define autofree __attribute__((cleanup(bcc_c__free_ptr)))
#define autoclose __attribute__((cleanup(bcc_c__close_fd)))

#define take_ptr(p)                                                                                \
	({                                                                                         \
		__auto_type p_ = (p);                                                              \
		(p) = NULL;                                                                        \
		p_;                                                                                \
	})

static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/* Whether a character may be part of a name in C, and how many from here on are. */
static inline bool bcc_c__in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static inline size_t bcc_c__name_length(const char *at)
{
	size_t len = 0;

	while (bcc_c__in_name(at[len]))
		len++;
	return len;
}

/*
 * A growing array of bytes. A failed allocation is remembered, so that a run of appends is checked
 * once at its end.
 */
struct bcc_c__buf {
	char *data;
	size_t size;
	size_t capacity;
	bool failed;
};

/* Appends size bytes; data may be NULL for that many zero bytes. */
void bcc_c__buf_append(struct bcc_c__buf *buf, const void *data, size_t size);

/* Appends formatted text without a zero byte behind it. */
__attribute__((format(printf, 2, 3))) void bcc_c__buf_printf(struct bcc_c__buf *buf,
							     const char *fmt, ...);

/* The content as a string that the buffer owns; "" if it is empty or an allocation failed. */
const char *bcc_c__buf_str(struct bcc_c__buf *buf);

/* Forgets the content, keeps the memory. */
void bcc_c__buf_clear(struct bcc_c__buf *buf);

void bcc_c__buf_free(struct bcc_c__buf *buf);

#define autobuf __attribute__((cleanup(bcc_c__buf_free))) struct bcc_c__buf

/* Reads all there is behind fd, at most limit bytes (-EFBIG). Returns 0 or a negative errno. */
int bcc_c__read_fd(int fd, size_t limit, struct bcc_c__buf *buf);

/* The same for a file. */
int bcc_c__read_file(const char *path, size_t limit, struct bcc_c__buf *buf);

/* Writes all size bytes. Returns 0 or a negative errno. */
int bcc_c__write_fd(int fd, const void *data, size_t size);

/* As bpf_num_cpus() says it, whether online or not: objects that use it are for so many alone. */
static inline long bcc_c__cpu_cnt(void)
{
	return sysconf(_SC_NPROCESSORS_CONF);
}

static inline bool bcc_c__starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

#endif
