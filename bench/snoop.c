// SPDX-License-Identifier: BSD-2-Clause
/*
 * The least that uses the library to show who opens which file.
 *
 *     snoop SOURCE [in-process]
 *
 * in-process compiles without a child process, and without the cache.
 */
#include <stdint.h>
#include <stdio.h>

#include <bcc_c/bcc_c.h>

struct event {
	uint32_t pid;
	char comm[16];
	char path[128];
};

static int show(void *ctx, int cpu, const void *data, size_t size)
{
	const struct event *event = data;

	if (size >= sizeof(*event))
		printf("%-7u %-16s %s\n", event->pid, event->comm, event->path);
	return 0;
}

static int fail(struct bcc_c_module *mod)
{
	fprintf(stderr, "%s\nsnoop: %s\n", bcc_c_module__log(mod), bcc_c_module__errmsg(mod));
	return 1;
}

int main(int argc, char **argv)
{
	const struct bcc_c_module_opts opts = {
		.sz = sizeof(opts),
		.flags = argc > 2 ? BCC_C_NO_CACHE | BCC_C_IN_PROCESS : 0,
	};
	struct bcc_c_module *mod = bcc_c_module__new(&opts);
	struct bcc_c_events *events;
	struct bcc_c_map *map;
	int err = 0;

	if (argc < 2 || !mod) {
		fprintf(stderr, "Usage: snoop SOURCE [in-process]\n");
		return 2;
	}
	if (bcc_c_module__compile_file(mod, argv[1], NULL) || bcc_c_module__load(mod))
		return fail(mod);
	map = bcc_c_module__find_map(mod, "events");
	events = bcc_c_events__new(mod);
	if (!map || !events || bcc_c_events__add(events, map, show, NULL, NULL) ||
	    bcc_c_module__attach(mod) < 0)
		return fail(mod);
	while (err >= 0) {
		err = bcc_c_events__poll(events, -1);
		fflush(stdout);
	}
	bcc_c_module__free(mod);
	return 0;
}
