// SPDX-License-Identifier: BSD-2-Clause
/*
 * Times the library's steps with one source, once.
 *
 *     phases cold|cached|in-process SOURCE [attach]
 *
 * cold compiles without the cache; cached takes the object from the cache, where it puts it before;
 * in-process compiles twice in this process, as the first time loads the engine. Prints a line
 * "STEP<tab>MICROSECONDS" each, and "log<tab>TEXT" for what the compiler says of its own steps.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <bcc_c/bcc_c.h>

static bool show_log;

static void print_log(void *ctx, int level, const char *text)
{
	if (show_log && level == BCC_C_LOG_DEBUG)
		printf("log\t%s\n", text);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Prints what has passed, and starts anew. */
static void took(const char *step, int64_t *since)
{
	printf("%s\t%.1f\n", step, (double)(now_ns() - *since) / 1000);
	*since = now_ns();
}

static struct bcc_c_module *compile(const char *path, uint32_t flags)
{
	const struct bcc_c_module_opts opts = {
		.sz = sizeof(opts),
		.log = print_log,
		.flags = flags,
	};
	struct bcc_c_module *mod = bcc_c_module__new(&opts);

	if (mod && bcc_c_module__compile_file(mod, path, NULL)) {
		fprintf(stderr, "%s\nphases: %s\n", bcc_c_module__log(mod),
			bcc_c_module__errmsg(mod));
		bcc_c_module__free(mod);
		return NULL;
	}
	return mod;
}

static int run(const char *path, uint32_t flags, bool attach)
{
	int64_t since = now_ns();
	struct bcc_c_module *mod = compile(path, flags);
	int err;

	if (!mod)
		return 1;
	took("compile", &since);
	err = bcc_c_module__load(mod);
	took("load", &since);
	if (!err && attach) {
		err = bcc_c_module__attach(mod);
		took("attach", &since);
	}
	if (err < 0)
		fprintf(stderr, "phases: %s\n", bcc_c_module__errmsg(mod));
	bcc_c_module__free(mod);
	return err < 0;
}

int main(int argc, char **argv)
{
	bool in_process = argc > 1 && !strcmp(argv[1], "in-process");
	bool cached = argc > 1 && !strcmp(argv[1], "cached");
	uint32_t flags = cached ? 0 : BCC_C_NO_CACHE | (in_process ? BCC_C_IN_PROCESS : 0);
	int64_t since;

	if (argc < 3) {
		fprintf(stderr, "Usage: phases cold|cached|in-process SOURCE [attach]\n");
		return 2;
	}
	/* fills the cache, or loads the engine */
	if (cached || in_process) {
		struct bcc_c_module *mod;

		since = now_ns();
		mod = compile(argv[2], flags);
		if (!mod)
			return 1;
		if (in_process)
			took("compile, first", &since);
		bcc_c_module__free(mod);
	}
	show_log = !cached;
	return run(argv[2], flags, argc > 3);
}
