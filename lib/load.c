/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Brings a module's object into the kernel, and says why the kernel refuses it.
 */
#include <bpf/btf.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"

/*
 * What the verifier writes is rarely over a megabyte; memory that it leaves untouched costs
 * nothing.
 */
#define VERIFIER_LOG_SIZE (16u << 20)

/* An object of no code at all is made from an empty source, or one of tables alone: that is fine. */
static bool has_functions(const struct bcc_c_module *mod)
{
	const struct btf *btf = bpf_object__btf(mod->obj);

	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++)
		if (btf_is_func(btf__type_by_id(btf, id)))
			return true;
	return false;
}

static int check_progs(struct bcc_c_module *mod)
{
	if (!mod->prog_cnt && has_functions(mod))
		return bcc_c__fail(mod, -EINVAL,
				   "put SEC(\"...\") before a function to make it one",
				   "load: the object has no programs");
	for (size_t i = 0; i < mod->prog_cnt; i++) {
		const struct bcc_c_prog *prog = &mod->progs[i];

		if (bpf_program__type(prog->prog) == BPF_PROG_TYPE_UNSPEC)
			return bcc_c__fail(mod, -EINVAL,
					   "bcc_c-dialects(7) lists the kinds of section",
					   "load program '%s': section '%s' is of no known kind",
					   bcc_c_prog__name(prog), bcc_c_prog__section(prog));
	}
	return 0;
}

/* The program whose load filled the log; without one, what failed was a map. */
static const struct bcc_c_prog *refused_prog(const struct bcc_c_module *mod)
{
	const char *text = bcc_c_module__log(mod);
	const char *at = strstr(text, "prog '");

	for (size_t i = 0; at && i < mod->prog_cnt; i++) {
		const char *name = bcc_c_prog__name(&mod->progs[i]);

		if (!strncmp(at + 6, name, strlen(name)) && at[6 + strlen(name)] == '\'')
			return &mod->progs[i];
	}
	return NULL;
}

/*
 * Copies the line that ends at end (exclusive of its newline), going back to start. Returns where
 * it begins.
 */
static const char *line_before(const char *start, const char *end, char *line, size_t size)
{
	const char *begin = end;

	while (begin > start && begin[-1] != '\n')
		begin--;
	snprintf(line, size, "%.*s", (int)(end - begin), begin);
	return begin;
}

/* Since Linux 6.10 a source line is followed by " @ FILE:LINE". */
static void put_place(char *line, char *place, size_t size)
{
	char *at = strstr(line, " @ ");

	if (at)
		*at = '\0';
	snprintf(place, size, " at%s%s '%s'", at ? " " : "", at ? at + 3 : "", line);
}

/*
 * Finds in the verifier's log the reason it stopped for, which is the last line before its
 * statistics, and the source line that it was at, which is the last one that starts with a
 * semicolon.
 */
static void find_cause(const char *log, char *cause, size_t cause_size, char *place,
		       size_t place_size)
{
	const char *end = log + strlen(log);
	char line[512];

	cause[0] = place[0] = '\0';
	while (end > log && !place[0]) {
		const char *begin = line_before(log, end, line, sizeof(line));

		if (line[0] == ';' && cause[0])
			put_place(line + 1 + strspn(line + 1, " \t"), place, place_size);
		else if (line[0] && !cause[0] && strncmp(line, "processed ", 10) &&
			 strncmp(line, "verification time", 17) && strncmp(line, "stack depth", 11))
			snprintf(cause, cause_size, "%.*s", (int)cause_size - 1, line);
		end = begin > log ? begin - 1 : log;
	}
}

static int fail_load(struct bcc_c_module *mod, int err, const char *verifier_log)
{
	const struct bcc_c_prog *prog = refused_prog(mod);
	const char *rights = bcc_c__missing_rights();
	char cause[256], place[256];

	find_cause(verifier_log, cause, sizeof(cause), place, sizeof(place));
	if (verifier_log[0]) {
		bcc_c__buf_clear(&mod->log);
		bcc_c__buf_append(&mod->log, verifier_log, strlen(verifier_log));
		bcc_c__buf_str(&mod->log);
	}
	if (err == -ESRCH && strstr(bcc_c_module__log(mod), "kernel BTF type ID"))
		return bcc_c__fail(mod, -ENOENT, "the log says which",
				   "load '%s': the kernel has no function or tracepoint of a name "
				   "that a section gives",
				   bpf_object__name(mod->obj));
	if (err == -EPERM && rights[0]) {
		/* libbpf guesses at other causes. */
		bcc_c__buf_clear(&mod->log);
		return bcc_c__fail(mod, err, rights,
				   "load: rights are missing to load BPF programs");
	}
	if (cause[0])
		return bcc_c__fail(mod, err, "the log has all that the verifier said",
				   "load program '%s': the verifier refuses it: %s%s",
				   prog ? bcc_c_prog__name(prog) : "?", cause, place);
	return bcc_c__fail(mod, err, mod->log.size ? "the log has the details" : NULL,
			   "load %s'%s': %m", prog ? "program " : "",
			   prog ? bcc_c_prog__name(prog) : bpf_object__name(mod->obj));
}

/* A log buffer that costs no memory until the kernel writes to it. */
static char *map_log(void)
{
	char *log = mmap(NULL, VERIFIER_LOG_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return log == MAP_FAILED ? NULL : log;
}

static int load(struct bcc_c_module *mod)
{
	char *log = map_log();
	int err = log ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < mod->prog_cnt; i++)
		err = bpf_program__set_log_buf(mod->progs[i].prog, log, VERIFIER_LOG_SIZE);
	if (err)
		return bcc_c__fail(mod, err, NULL, "load: %m");
	bcc_c__capture_libbpf(mod);
	err = bpf_object__load(mod->obj);
	bcc_c__capture_libbpf(NULL);
	bcc_c__close_inner(mod);
	err = err ? fail_load(mod, err, log) : bcc_c__publish_tables(mod);
	for (size_t i = 0; i < mod->prog_cnt; i++)
		bpf_program__set_log_buf(mod->progs[i].prog, NULL, 0);
	munmap(log, VERIFIER_LOG_SIZE);
	return err;
}

int bcc_c_module__load(struct bcc_c_module *mod)
{
	int err;

	bcc_c__begin(mod);
	bcc_c__buf_clear(&mod->log);
	if (mod->state != MODULE_OPEN)
		return bcc_c__fail(mod, -EINVAL, NULL, "load: %s",
				   mod->state == MODULE_NEW ? "compile or open an object first"
				   : mod->state == MODULE_LOADED
					   ? "the module is loaded already"
					   : "an earlier load failed; make a new module");
	err = check_progs(mod);
	if (!err)
		err = bcc_c__prepare_tables(mod);
	if (err)
		return err;
	err = load(mod);
	mod->state = err ? MODULE_FAILED : MODULE_LOADED;
	bcc_c__buf_free(&mod->elf);
	return err;
}
