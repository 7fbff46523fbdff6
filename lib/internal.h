/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The structs behind the public handles, and what every file of the library uses of each other.
 */
#ifndef BCC_C__INTERNAL_H
#define BCC_C__INTERNAL_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bcc_c/bcc_c.h"
#include "util.h"

enum module_state {
	MODULE_NEW,
	MODULE_OPEN,   /* has an object: obj, progs and maps are set */
	MODULE_LOADED, /* the same, in the kernel */
	MODULE_FAILED, /* loading failed: nothing of it is in the kernel */
};

struct bcc_c_prog {
	struct bcc_c_module *mod;
	struct bpf_program *prog;
};

struct bcc_c_map {
	struct bcc_c_module *mod;
	struct bpf_map *map;
	uint32_t key_type; /* in the object's BTF; libbpf forgets its own copies while loading */
	uint32_t value_type;
};

struct bcc_c_link {
	struct bcc_c_module *mod;
	struct bcc_c_link *next;
	size_t cnt; /* one, or one a CPU */
	struct bpf_link *links[];
};

struct bcc_c_module {
	enum module_state state;
	struct bcc_c_module_opts opts; /* its strings are the module's own */

	struct bcc_c__buf errmsg;
	struct bcc_c__buf log;

	struct bcc_c_diag *diags;
	size_t diag_cnt;
	struct bcc_c__buf reply; /* of the compiler; the diagnostics' strings are in it */

	struct bcc_c__buf elf; /* until loaded */
	struct bpf_object *obj;
	struct bcc_c_prog *progs;
	size_t prog_cnt;
	struct bcc_c_map *maps;
	size_t map_cnt;
	uint32_t events_section;     /* in the object's BTF; 0: it has none (record.c) */
	struct bcc_c__buf inner_fds; /* of the maps that stand for those in tables of tables */

	struct bcc_c_link *links;
	struct bcc_c_events *events;
};

/* ---- error.c */

/* Starts a public call: forgets the last one's message. */
void bcc_c__begin(struct bcc_c_module *mod);

/*
 * Ends a public call that failed: sets errno, and the message to "step 'object': cause (ENAME);
 * advice".
 *
 * @err: negative errno
 * @advice: what to do about it, or NULL
 * @fmt: step, object and cause; %m stands for the text of err
 *
 * Returns err.
 */
__attribute__((format(printf, 4, 5))) int bcc_c__fail(struct bcc_c_module *mod, int err,
						      const char *advice, const char *fmt, ...);

/*
 * The same for what is no failure but an answer, such as a key that isn't there: -ENOENT, with a
 * message, and nothing logged.
 */
__attribute__((format(printf, 2, 3))) int bcc_c__miss(struct bcc_c_module *mod, const char *fmt,
						      ...);

/* Hands a finished text to the module's log function. */
__attribute__((format(printf, 3, 4))) void bcc_c__log(struct bcc_c_module *mod, int level,
						      const char *fmt, ...);

/*
 * From here on, until called with NULL, what libbpf has to say in this thread goes to the module's
 * log text.
 */
void bcc_c__capture_libbpf(struct bcc_c_module *mod);

/*
 * Copies an options struct into the library's own, whose fields beyond the caller's size become
 * zero.
 *
 * Returns 0 or -EINVAL: too small, or the caller set something that this version doesn't know.
 */
int bcc_c__copy_opts(void *copy, size_t copy_size, const void *opts);

/* ---- module.c */

/* What every compile and open starts with. Returns 0 or a negative errno with a message. */
int bcc_c__begin_object(struct bcc_c_module *mod, const char *step);

/* ---- diag.c */

struct wire_record;

/* Adds a diagnostic of the reply, whose bytes must stay. Returns 0 or a negative errno. */
int bcc_c__add_diag(struct bcc_c_module *mod, const struct wire_record *record);

/* Appends a diagnostic to the log, as compilers write them. */
void bcc_c__log_diag(struct bcc_c_module *mod, const struct bcc_c_diag *diag);

/* Fails with -EBADMSG and the first error. */
int bcc_c__fail_diags(struct bcc_c_module *mod, const char *name);

/* Drops the diagnostics, and the reply they are from. */
void bcc_c__forget_diags(struct bcc_c_module *mod);

/* ---- compile.c */

/*
 * Runs the compiler on a request (wire.h) and leaves its reply. Returns 0 or a negative errno with
 * a message.
 */
int bcc_c__run_compiler(struct bcc_c_module *mod, struct bcc_c__buf *request,
			struct bcc_c__buf *reply);

/* The compiler to use, to be freed by the caller, or NULL if memory is short. */
char *bcc_c__compiler_path(const struct bcc_c_module *mod);

/* ---- in_process.c */

/* Does what bcc_c__run_compiler() is for without a process, with the engine beside the compiler. */
int bcc_c__run_in_process(struct bcc_c_module *mod, const char *compiler,
			  const struct bcc_c__buf *request, struct bcc_c__buf *reply);

/* ---- table.c */

/* Before the object is loaded. Returns 0 or a negative errno with a message. */
int bcc_c__prepare_tables(struct bcc_c_module *mod);

/* After it was loaded, or was not. */
void bcc_c__close_inner(struct bcc_c_module *mod);

/* Lets other modules find the tables that are for them. Returns 0 or a negative errno with a message. */
int bcc_c__publish_tables(struct bcc_c_module *mod);

/* No module finds them any more. */
void bcc_c__end_tables(struct bcc_c_module *mod);

/* ---- pin.c */

/*
 * Has a table pinned to a path while it is loaded, or taken from there; makes the folders above.
 * Returns 0 or a negative errno with a message.
 */
int bcc_c__pin_table(struct bcc_c_module *mod, struct bpf_map *map, const char *path);

/* ---- record.c */

/*
 * The type of a record of that many bytes, which may be longer or shorter; 0: not known. Other maps
 * have that of their values.
 */
uint32_t bcc_c__record_type(const struct bcc_c_map *map, size_t size);

/* What the object's BTF has of noted types; 0: nothing. */
uint32_t bcc_c__find_events_section(const struct bcc_c_module *mod);

/* ---- object.c */

/*
 * Makes the bytes in elf the module's object; foreign ones were not made here and now.
 *
 * Returns 0 or a negative errno with a message.
 */
int bcc_c__open_object(struct bcc_c_module *mod, const char *name, bool foreign);

/* Forgets the object, as if it had never been opened. */
void bcc_c__close_object(struct bcc_c_module *mod);

/* ---- elf_check.c */

/* The same for an object; a foreign one, which may be for another kernel, is checked for that too. */
const char *bcc_c__check_elf(const void *elf, size_t size, bool foreign);

/* ---- attach.c */

/* Makes a link out of cnt libbpf links, which it comes to own; frees them if that fails. */
struct bcc_c_link *bcc_c__new_link(struct bcc_c_module *mod, struct bpf_link **links, size_t cnt);

/* Fails with -EINVAL if the program isn't loaded or is not of the type. */
int bcc_c__check_attachable(struct bcc_c_prog *prog, const char *step, enum bpf_prog_type type);

/* ---- events.c */

void bcc_c__free_all_events(struct bcc_c_module *mod);

/* ---- binary.c */

/*
 * Finds the file that a library's or command's name, or a path, stands for.
 *
 * @pid: look through this process's eyes; 0: this one's
 * @path: receives the path, to be freed by the caller
 *
 * Returns 0 or a negative errno with a message.
 */
int bcc_c__find_binary(struct bcc_c_module *mod, const char *name, int pid, char **path);

/* ---- elf.c */

/*
 * Finds the place in an ELF file where a function's code starts.
 *
 * @offset: receives the offset in the file
 * @why: receives what is wrong with the file, a constant string
 *
 * Returns 0; -ENOENT: no such function; -ENOEXEC: no ELF file; -EINVAL: not a function that has a
 * place of its own.
 */
int bcc_c__elf_find_func(const char *path, const char *symbol, uint64_t *offset, const char **why);

/* ---- elf_usdt.c */

/* One of the places of a static probe, as offsets in the file. */
struct bcc_c__usdt_place {
	uint64_t offset;
	uint64_t semaphore; /* the counter of those who listen; 0: there is none */
};

/*
 * Finds the places of a static probe in an ELF file.
 *
 * @places: receives structs bcc_c__usdt_place
 * @others: receives the names of all other probes, as PROVIDER:NAME and a zero byte each
 * @why: receives what is wrong with the file, a constant string
 *
 * Returns 0, also if there are no places; -ENOEXEC: no ELF file, or one of 32 bits; -ENOMEM.
 */
int bcc_c__elf_find_usdt(const char *path, const char *provider, const char *name,
			 struct bcc_c__buf *places, struct bcc_c__buf *others, const char **why);

/* ---- kernel.c */

/*
 * The rights that are missing to load and attach programs, as a phrase that follows a cause; "" if
 * none is.
 */
const char *bcc_c__missing_rights(void);

/* Where tracefs is mounted; NULL if it isn't. */
const char *bcc_c__tracefs(void);

/*
 * The numbers of the online CPUs, to be freed by the caller. Returns how many, or a negative errno.
 */
int bcc_c__online_cpus(int **cpus);

#endif
