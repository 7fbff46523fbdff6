/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiler in this process, for programs that may not start others: the same engine as a shared
 * object.
 *
 * It is loaded for one compilation and unloaded after it. That gives its memory back; and LLVM's BPF
 * back end keeps pointers into a module in a static variable (GEPGlobals of BPFAbstractMemberAccess,
 * up to LLVM 19 at least), which the next module would follow. For the same reason there is one
 * compilation at a time.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "compiler/engine.h"
#include "internal.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

typedef void (*engine_fn)(const void *request, size_t size, struct bcc_c__buf *reply);

struct work {
	engine_fn run;
	const struct bcc_c__buf *request;
	struct bcc_c__buf *reply;
};

static void *do_work(void *arg)
{
	struct work *work = arg;

	work->run(work->request->data, work->request->size, work->reply);
	return NULL;
}

/* In a thread of its own: what LLVM keeps for a thread would keep the object loaded. */
static int run_engine(struct bcc_c_module *mod, void *engine, const char *path,
		      const struct bcc_c__buf *request, struct bcc_c__buf *reply)
{
	struct work work = { .request = request, .reply = reply };
	pthread_t thread;
	int err;

	work.run = (engine_fn)(uintptr_t)dlsym(engine, ENGINE_RUN);
	if (!work.run)
		return bcc_c__fail(mod, -ENOEXEC, NULL, "load the compiler '%s': not ours", path);
	err = -pthread_create(&thread, NULL, do_work, &work);
	if (!err)
		err = -pthread_join(thread, NULL);
	if (!err && reply->failed)
		err = -ENOMEM;
	return err ? bcc_c__fail(mod, err, NULL, "compile: %m") : 0;
}

int bcc_c__run_in_process(struct bcc_c_module *mod, const char *compiler,
			  const struct bcc_c__buf *request, struct bcc_c__buf *reply)
{
	autofree char *path = NULL;
	void *engine;
	int err;

	if (asprintf(&path, "%s.so", compiler) < 0)
		return bcc_c__fail(mod, -ENOMEM, NULL, "compile: %m");
	pthread_mutex_lock(&lock);
	engine = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (engine) {
		err = run_engine(mod, engine, path, request, reply);
		dlclose(engine);
	} else {
		err = bcc_c__fail(mod, -ENOENT, NULL, "load the compiler '%s': %s", path,
				  dlerror());
	}
	pthread_mutex_unlock(&lock);
	return err;
}
