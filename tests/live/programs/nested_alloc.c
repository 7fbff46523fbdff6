// SPDX-License-Identifier: BSD-2-Clause
/*
 * An allocator whose functions call each other through the library's public names, to be put before
 * a program by LD_PRELOAD. It never gives memory back.
 */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

void *malloc(size_t size);
void free(void *block);

void *malloc(size_t size)
{
	static char *next;
	static size_t left;
	size_t room = (size + 31) & ~(size_t)15;
	char *block;

	if (room > left) {
		left = room > 1 << 20 ? room : 1 << 20;
		next = mmap(NULL, left, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	}
	block = next;
	next += room;
	left -= room;
	memcpy(block, &size, sizeof(size));
	return block + 16;
}

void free(void *block)
{
	__asm__ volatile("" : : "r"(block));
}

void *calloc(size_t cnt, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(cnt, size, &all))
		return NULL;
	return malloc(all); /* mmap gave zeros */
}

void *realloc(void *block, size_t size)
{
	size_t old = 0;
	void *bigger = malloc(size);

	if (block)
		memcpy(&old, (char *)block - 16, sizeof(old));
	memcpy(bigger, block, old < size ? old : size);
	free(block);
	return bigger;
}
