/* SPDX-License-Identifier: BSD-2-Clause */
/* Different modules in different threads at the same time. */
#include <pthread.h>

#include "unit.h"

#define THREADS 2
#define ROUNDS 15

static struct bcc_c__buf refused;

struct worker {
	pthread_t thread;
	int number;
	int wrong;
	char text[512];
};

/* Check's asserts belong to the main thread, so what is wrong is noted. */
static void expect(struct worker *worker, bool right, const char *what, const char *text)
{
	if (right || worker->wrong++)
		return;
	snprintf(worker->text, sizeof(worker->text), "%s: %s", what, text);
}

static void compile_good(struct worker *worker, int round)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	char source[2048];
	int value = -1;
	int err;

	snprintf(source, sizeof(source),
		 PRELUDE "int number = %d, turn = %d;\n"
			 "SEC(\"kprobe\") int prog(void *ctx) { return number + turn; }",
		 worker->number, round);
	err = bcc_c_module__compile(mod, source, NULL);
	expect(worker, !err, "compile", bcc_c_module__errmsg(mod));
	bcc_c_module__get_global(mod, "number", &value, sizeof(value));
	expect(worker, value == worker->number, "number", bcc_c_module__errmsg(mod));
	bcc_c_module__get_global(mod, "turn", &value, sizeof(value));
	expect(worker, value == round, "turn", bcc_c_module__errmsg(mod));
	bcc_c_module__free(mod);
}

static void compile_bad(struct worker *worker, int round)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	char source[64], text[64];
	int err;

	snprintf(source, sizeof(source), "int a = name_%d_%d;", worker->number, round);
	snprintf(text, sizeof(text), "'name_%d_%d'", worker->number, round);
	err = bcc_c_module__compile(mod, source, NULL);
	expect(worker, err == -EBADMSG, "bad source", bcc_c_module__errmsg(mod));
	expect(worker, strstr(bcc_c_module__errmsg(mod), text) != NULL, "message",
	       bcc_c_module__errmsg(mod));
	bcc_c_module__free(mod);
}

/* What libbpf says of one object must not appear in the other thread's log. */
static void open_bad(struct worker *worker, int round)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	const char *log;
	int err = bcc_c_module__open_elf(mod, refused.data, refused.size);

	expect(worker, err == -ENOEXEC, "open", bcc_c_module__errmsg(mod));
	log = bcc_c_module__log(mod);
	expect(worker, log[0] && strchr(log, '\n') == strrchr(log, '\n'), "log", log);
	bcc_c_module__free(mod);
}

static void *work(void *ctx)
{
	struct worker *worker = ctx;

	for (int round = 0; round < ROUNDS; round++) {
		compile_good(worker, round);
		compile_bad(worker, round);
		for (int i = 0; i < 50; i++)
			open_bad(worker, round);
	}
	return NULL;
}

START_TEST(threads_compile_at_the_same_time)
{
	struct worker workers[THREADS] = { 0 };
	int fds = count_fds();

	make_refused_object(&refused);
	for (int i = 0; i < THREADS; i++) {
		workers[i].number = i + 1;
		ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	for (int i = 0; i < THREADS; i++)
		ck_assert_msg(!workers[i].wrong, "%d times, first: %s", workers[i].wrong,
			      workers[i].text);
	ck_assert_int_eq(count_fds(), fds);
	ck_assert_int_le(count_children(), 0);
}
END_TEST

SUITE(threads, threads_compile_at_the_same_time)
