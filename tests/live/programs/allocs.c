// SPDX-License-Identifier: BSD-2-Clause
/*
 * Asks its allocator for memory, a known number of times. Uses no stdio, which allocates too.
 *
 * allocs [known|threads|fail|exec|loop] [wait]
 *
 * known: malloc 1000 times (1 to 1000 bytes), calloc 11 (10 of 91 bytes, one that fails as its size
 * is no number), realloc 3 (64, 128, 32 bytes), posix_memalign 1 (100), aligned_alloc 1 (128), free
 * 1005, 3 of them of NULL. In all 501862 bytes; 9987 bytes in 11 blocks are left; at most 500500 at
 * a time.
 *
 * threads: 4 threads with 2500 pairs of malloc (48 bytes) and free each, beside what pthread_create
 * asks for.
 *
 * fail: malloc of 10 bytes, then a realloc that fails, so that the old block stays.
 *
 * exec: malloc of 1000 bytes, then it becomes "fail".
 *
 * loop: malloc (10 bytes) and free, a thousand pairs a second, without end.
 *
 * With "wait" it begins when a byte, or the end, comes from its standard input, and ends with the
 * next.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *volatile kept[1001];
static void *volatile other;

static void wait_for_byte(void)
{
	char byte;

	if (read(0, &byte, 1) < 0)
		_exit(1);
}

static void known(void)
{
	void *block = NULL;

	for (int i = 1; i <= 1000; i++)
		kept[i] = malloc(i);
	for (int i = 1; i <= 990; i++)
		free(kept[i]);
	for (int i = 0; i < 10; i++) {
		other = calloc(7, 13);
		free(other);
	}
	other = calloc(SIZE_MAX / 2, *(volatile int *)&(int){ 4 });
	other = realloc(NULL, 64);
	other = realloc(other, 128);
	other = realloc(other, 32);
	for (int i = 0; i < 3; i++)
		free(NULL);
	if (posix_memalign(&block, 64, 100))
		_exit(1);
	free(block);
	other = aligned_alloc(64, 128);
	free(other);
}

static void *pairs(void *unused)
{
	void *volatile block;

	for (int i = 0; i < 2500; i++) {
		block = malloc(48);
		free(block);
	}
	return unused;
}

static void threads(void)
{
	pthread_t ids[4];

	for (int i = 0; i < 4; i++)
		if (pthread_create(&ids[i], NULL, pairs, NULL))
			_exit(1);
	for (int i = 0; i < 4; i++)
		pthread_join(ids[i], NULL);
}

static void fail(void)
{
	other = malloc(10);
	kept[0] = realloc(other, *(volatile size_t *)&(size_t){ PTRDIFF_MAX });
}

static void loop(void)
{
	for (;;) {
		other = malloc(10);
		free(other);
		usleep(1000);
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "known";
	int waits = argc > 2;

	if (waits)
		wait_for_byte();
	if (!strcmp(what, "known"))
		known();
	else if (!strcmp(what, "threads"))
		threads();
	else if (!strcmp(what, "fail"))
		fail();
	else if (!strcmp(what, "loop"))
		loop();
	else if (!strcmp(what, "exec")) {
		other = malloc(1000);
		execl("/proc/self/exe", "allocs", "fail", (char *)NULL);
	}
	if (waits)
		wait_for_byte();
	return 0;
}
