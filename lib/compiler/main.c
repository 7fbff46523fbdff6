/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bcc_c-cc: the compiler process. libbcc_c starts it with a request on standard input and reads the
 * reply from standard output; it is no command for people.
 */
#include <stdio.h>
#include <string.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "bcc_c/common.h"
#include "engine.h"

#define REQUEST_LIMIT (1u << 30)

static void limit(int resource, uint64_t value)
{
	/* Past the first the kernel sends SIGXCPU for CPU time, past the second SIGKILL. */
	struct rlimit limit = { .rlim_cur = value, .rlim_max = value + 1 };

	setrlimit((__rlimit_resource_t)resource, &limit);
}

/*
 * Limits come with the request; what can't be set leaves the limits that the process was started
 * with.
 */
static void set_limits(const struct bcc_c__buf *request)
{
	struct wire_reader reader = { .data = request->data, .size = request->size };
	struct wire_record record;
	struct wire_limits limits;

	limit(RLIMIT_CORE, 0);
	while (bcc_c__wire_next(&reader, &record) == 1) {
		if (record.tag != WIRE_LIMITS || record.size != sizeof(limits))
			continue;
		memcpy(&limits, record.data, sizeof(limits));
		limit(RLIMIT_AS, (uint64_t)limits.memory_mb << 20);
		limit(RLIMIT_CPU, limits.cpu_s);
	}
}

/*
 * The heap in one piece from the start, of large pages where the system gives them to those who
 * ask: else each of its two thousand small ones is a fault.
 */
static void prepare_heap(void)
{
	const size_t size = 8u << 20, large = 2u << 20;
	void *volatile block; /* else gcc sees no use in it */
	uintptr_t start, end;

	mallopt(M_MMAP_THRESHOLD, 32 << 20); /* the most that there may be */
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	block = malloc(size);
	free(block);
	end = (uintptr_t)sbrk(0);
	start = (end - size + large - 1) & ~(large - 1);
	madvise((void *)start, end - start, MADV_HUGEPAGE);
}

int main(int argc, char **argv)
{
	autobuf request = { 0 };
	autobuf reply = { 0 };

	/* With the one who waits for the reply gone, there is nobody to compile for. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc > 1 || isatty(STDIN_FILENO)) {
		fprintf(stderr,
			"%s: the compiler of libbcc_c, started by it alone; for people there is bcc_c(1)\n",
			argv[0]);
		return 2;
	}
	if (bcc_c__read_fd(STDIN_FILENO, REQUEST_LIMIT, &request))
		return 1;
	set_limits(&request);
	prepare_heap();
	engine__run(request.data, request.size, &reply);
	return reply.failed || bcc_c__write_fd(STDOUT_FILENO, reply.data, reply.size) ? 1 : 0;
}
