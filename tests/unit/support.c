/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>

#include "unit.h"
#include "wire.h"

/* Guests without hardware support run some fifty times slower. */
#define TIMEOUT_S 600

Suite *make_suite(const char *name, const TTest *const *tests, size_t cnt)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, TIMEOUT_S);
	for (size_t i = 0; i < cnt; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* ---- files */

static char directory[PATH_MAX / 2];
static pid_t owner;

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	return remove(path);
}

static void remove_directory(void)
{
	if (owner == getpid())
		nftw(directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *temp_dir(void)
{
	const char *base = getenv("TMPDIR");

	if (owner == getpid())
		return directory;
	snprintf(directory, sizeof(directory), "%s/bcc_c-unit-XXXXXX", base ? base : "/tmp");
	ck_assert_msg(mkdtemp(directory) != NULL, "mkdtemp %s: %m", directory);
	owner = getpid();
	atexit(remove_directory);
	return directory;
}

const char *temp_path(const char *name)
{
	static char paths[16][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % ARRAY_SIZE(paths)];

	snprintf(path, PATH_MAX, "%s/%s", temp_dir(), name);
	return path;
}

const char *temp_file(const char *name, const void *data, size_t size)
{
	const char *path = temp_path(name);
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);

	ck_assert_msg(fd >= 0, "open %s: %m", path);
	ck_assert_int_eq(bcc_c__write_fd(fd, data, size), 0);
	return path;
}

const char *temp_text(const char *name, const char *text)
{
	return temp_file(name, text, strlen(text));
}

const char *temp_script(const char *name, const char *text)
{
	autobuf script = { 0 };

	bcc_c__buf_printf(&script, "#!/bin/sh\n%s\n", text);
	return temp_file(name, script.data, script.size);
}

/* ---- modules */

struct bcc_c_module *new_module(void)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	ck_assert_msg(mod != NULL, "new: %m");
	return mod;
}

struct bcc_c_module *new_module_with(const char *compiler)
{
	struct bcc_c_module_opts opts = { .sz = sizeof(opts), .compiler = compiler };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);

	ck_assert_msg(mod != NULL, "new: %m");
	return mod;
}

struct bcc_c_module *compiled(const char *source)
{
	struct bcc_c_module *mod = new_module();

	assert_ok(mod, bcc_c_module__compile(mod, source, NULL));
	return mod;
}

void make_refused_object(struct bcc_c__buf *object)
{
	struct bcc_c_module *mod = compiled(PRELUDE PROG);
	uint16_t machine = EM_68K;
	size_t size;
	const void *elf = bcc_c_module__elf(mod, &size);

	bcc_c__buf_append(object, elf, size);
	memcpy(object->data + offsetof(Elf64_Ehdr, e_machine), &machine, sizeof(machine));
	bcc_c_module__free(mod);
}

const char *stub_compiler(const void *reply, size_t size)
{
	char text[PATH_MAX + 32];

	snprintf(text, sizeof(text), "exec /bin/cat '%s'", temp_file("reply", reply, size));
	return temp_script("stub-cc", text);
}

void make_reply(struct bcc_c__buf *reply, int32_t status, const char *message)
{
	bcc_c__wire_put(reply, WIRE_MAGIC, NULL, 0);
	bcc_c__wire_put(reply, WIRE_STATUS, &status, sizeof(status));
	bcc_c__wire_put_str(reply, WIRE_MESSAGE, message);
	bcc_c__wire_put(reply, WIRE_END, NULL, 0);
}

/* ---- counts */

int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int cnt = 0;

	ck_assert_msg(dir != NULL, "/proc/self/fd: %m");
	while (readdir(dir))
		cnt++;
	closedir(dir);
	return cnt - 3; /* ".", ".." and the directory itself */
}

int count_children(void)
{
	char path[64], *at;
	autobuf text = { 0 };
	int cnt = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	if (bcc_c__read_file(path, 1 << 20, &text))
		return -1;
	bcc_c__buf_str(&text);
	for (at = text.data; (at = strchr(at, ' ')); at++)
		cnt++;
	return cnt;
}

/* ---- numbers */

/* xorshift, G. Marsaglia */
uint32_t random_number(uint32_t *seed)
{
	uint32_t x = *seed ? *seed : 1;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return *seed = x;
}

void random_bytes(uint32_t *seed, void *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((uint8_t *)data)[i] = (uint8_t)(random_number(seed) >> 11);
}
