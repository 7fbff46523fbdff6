/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A module: one BPF object on its way from C source to running programs.
 *
 *     new -> compile (or open_elf) -> load -> attach -> ... -> free
 *
 * A call out of this order gives -EINVAL with a message. A module whose compile or open failed is
 * as new, and may be given another source.
 */
#ifndef BCC_C_MODULE_H
#define BCC_C_MODULE_H

#include <bcc_c/common.h>

#ifdef __cplusplus
extern "C" {
#endif

struct bcc_c_module;
struct bcc_c_prog;
struct bcc_c_map;

/* Flags of struct bcc_c_module_opts. */
enum bcc_c_module_flags {
	BCC_C_NO_CACHE = 1,   /* neither take compiled sources from the cache nor store them */
	BCC_C_IN_PROCESS = 2, /* compile in this process: without limits, and its crash is ours */
};

/* Options of bcc_c_module__new(). */
struct bcc_c_module_opts {
	size_t sz;
	bcc_c_log_fn log;     /* default: nothing is logged */
	void *log_ctx;        /* handed to log */
	const char *compiler; /* path of the compiler, default: the installed bcc_c-cc */
	const char *btf;      /* BTF file to use for kernel types, default: the running kernel's */
	uint32_t compiler_memory_mb; /* most address space of the compiler, default 1024 */
	uint32_t compiler_cpu_s;     /* most CPU time of a compilation, default 30 */
	uint32_t compiler_wall_ms;   /* most time of a compilation, default 60000 */
	uint32_t flags;              /* of enum bcc_c_module_flags */
	/* Only modules with the same find each other's BPF_TABLE_SHARED(). Default: "". */
	const char *table_ns;
};

/* Flags of struct bcc_c_compile_opts. */
enum bcc_c_compile_flags {
	/*
	 * Make an object for other kernels too, which is relocated when it is loaded. Without this
	 * it is for the running kernel alone, and loading it needn't read the kernel's types.
	 */
	BCC_C_PORTABLE = 1,
};

/* The dialects of C that sources are written in; see bcc_c-dialects(7). */
enum bcc_c_dialect {
	BCC_C_DIALECT_AUTO = 0,   /* told from the source */
	BCC_C_DIALECT_LIBBPF = 1, /* SEC(), maps described by structs, vmlinux.h */
	BCC_C_DIALECT_BCC = 2, /* BPF_HASH() and its like, methods, plain reads of kernel memory */
};

/* Options of bcc_c_module__compile(). */
struct bcc_c_compile_opts {
	size_t sz;
	const char *name; /* file name of the source; "..." includes are looked for beside it */
	const char *const *cflags; /* -D, -U, -I, -include, -std=, -W, ...: see bcc_c(3) */
	size_t cflags_cnt;         /* number of cflags */
	uint32_t flags;            /* of enum bcc_c_compile_flags */
	uint32_t dialect;          /* of enum bcc_c_dialect */
};

/* How bad a diagnostic is. */
enum bcc_c_severity {
	BCC_C_NOTE = 0,
	BCC_C_WARNING = 1,
	BCC_C_ERROR = 2,
};

/*
 * What the compiler had to say about one place in the source. New fields may be added at the end.
 */
struct bcc_c_diag {
	int severity;    /* one of enum bcc_c_severity */
	uint32_t line;   /* 1 for the first; 0: no place in particular */
	uint32_t column; /* 1 for the first byte of the line; 0: none */
	uint32_t reserved;
	const char *file;        /* as the source or its #include names it; never NULL */
	const char *text;        /* without severity and place */
	const char *source_line; /* the line itself without newline; empty where there is none */
};

/*
 * Makes an empty module. No file is opened and no process started.
 *
 * @opts: options or NULL; what it points to is copied
 *
 * Returns a module for the caller to free with bcc_c_module__free(), or NULL with ENOMEM or EINVAL
 * (bad options). Since 0.1.
 */
BCC_C_API struct bcc_c_module *bcc_c_module__new(const struct bcc_c_module_opts *opts);

/*
 * Detaches, unloads and releases all that belongs to the module.
 *
 * @mod: a module or NULL
 *
 * Keeps errno. Since 0.1.
 */
BCC_C_API void bcc_c_module__free(struct bcc_c_module *mod);

/*
 * Compiles a source text to a BPF object, in a child process.
 *
 * @mod: a new module
 * @source: C text in either dialect (see bcc_c-dialects(7)), ended by a zero byte; not kept
 * @opts: options or NULL
 *
 * Returns 0; -EBADMSG if the source did not compile: bcc_c_module__next_diag() has the details, and
 * only this cause gives this code. -ENOENT: the compiler is not installed. -ETIMEDOUT, -ECANCELED:
 * it ran out of its limits or died. -EBADF: the BTF is unusable. -EINVAL: the module already holds
 * an object, or bad options or cflags. Since 0.1.
 */
BCC_C_API int bcc_c_module__compile(struct bcc_c_module *mod, const char *source,
				    const struct bcc_c_compile_opts *opts);

/*
 * The same for the text in a file.
 *
 * @mod: a new module
 * @path: file to read; also its name in diagnostics unless the options give another
 * @opts: options or NULL
 *
 * Returns what bcc_c_module__compile() does, or the code of what failed in reading the file. Since
 * 0.1.
 */
BCC_C_API int bcc_c_module__compile_file(struct bcc_c_module *mod, const char *path,
					 const struct bcc_c_compile_opts *opts);

/*
 * Takes a ready BPF object in place of a source.
 *
 * @mod: a new module
 * @data: the ELF file's bytes; copied
 * @size: how many
 *
 * Returns 0; -ENOEXEC if the bytes are no BPF object that can be loaded; -EINVAL as above. Since
 * 0.1.
 */
BCC_C_API int bcc_c_module__open_elf(struct bcc_c_module *mod, const void *data, size_t size);

/*
 * The same for a file.
 *
 * @mod: a new module
 * @path: an ELF file made by bcc_c compile, clang -target bpf, bpftool gen object, ...
 *
 * Returns what bcc_c_module__open_elf() does, or the code of what failed in reading the file. Since
 * 0.1.
 */
BCC_C_API int bcc_c_module__open_elf_file(struct bcc_c_module *mod, const char *path);

/*
 * The module's BPF object as an ELF file, to be saved or given to another module.
 *
 * @mod: a module that was compiled or opened
 * @size: receives the number of bytes
 *
 * Returns bytes that the module owns, until it is loaded, or NULL with EINVAL where there is none.
 * Since 0.1.
 */
BCC_C_API const void *bcc_c_module__elf(struct bcc_c_module *mod, size_t *size);

/*
 * Gives a global variable of the programs its value: a const volatile one before loading, others at
 * any time.
 *
 * @mod: a module that was compiled or opened
 * @name: of the variable
 * @value: its bytes, in the host's byte order
 * @size: must be the variable's size
 *
 * Returns 0; -ENOENT: no such variable; -EINVAL: wrong size; -EBUSY: constant, and the module is
 * loaded. Since 0.1.
 */
BCC_C_API int bcc_c_module__set_global(struct bcc_c_module *mod, const char *name,
				       const void *value, size_t size);

/*
 * Reads a global variable of the programs.
 *
 * @mod, @name, @size: as above
 * @value: receives the bytes
 *
 * Returns 0, -ENOENT or -EINVAL as above. Since 0.1.
 */
BCC_C_API int bcc_c_module__get_global(struct bcc_c_module *mod, const char *name, void *value,
				       size_t size);

/*
 * Creates the maps and loads the programs into the kernel.
 *
 * @mod: a module that was compiled or opened
 *
 * Returns 0 or a negative errno: for a program that the verifier refuses the kernel's own (-EACCES,
 * -EINVAL, ...), with its log in bcc_c_module__log(). -EPERM: rights are missing, the message says
 * which. After a failure nothing is left in the kernel, and the module can only be freed. Since
 * 0.1.
 */
BCC_C_API int bcc_c_module__load(struct bcc_c_module *mod);

/*
 * Attaches every program whose section says where to: kprobe/FUNC, tracepoint/CATEGORY/NAME, ...
 * Programs whose section names no target, such as SEC("kprobe") or SEC("perf_event"), are left to
 * bcc_c_prog__attach_*().
 *
 * @mod: a loaded module
 *
 * Returns the number of links made; or a negative errno, and then none is left of those this call
 * made. Since 0.1.
 */
BCC_C_API int bcc_c_module__attach(struct bcc_c_module *mod);

/*
 * Frees all links of the module. Its programs and maps stay loaded.
 *
 * @mod: a module
 *
 * Since 0.1.
 */
BCC_C_API void bcc_c_module__detach(struct bcc_c_module *mod);

/*
 * What went wrong in the last call on the module or on anything obtained from it: step, object,
 * cause, advice.
 *
 * @mod: a module
 *
 * Returns one line, empty after success, valid until the next call. Since 0.1.
 */
BCC_C_API const char *bcc_c_module__errmsg(const struct bcc_c_module *mod);

/*
 * The whole output behind the last failure: the compiler's diagnostics with source lines and
 * carets, or the verifier's log.
 *
 * @mod: a module
 *
 * Returns any number of lines, empty where there is nothing, valid until the next compile, open,
 * load or attach. Since 0.1.
 */
BCC_C_API const char *bcc_c_module__log(const struct bcc_c_module *mod);

/*
 * Walks the diagnostics of the last compilation, warnings of a successful one included.
 *
 * @mod: a module
 * @prev: NULL for the first one, else what the last call returned
 *
 * Returns a diagnostic that the module owns until the next compilation, or NULL after the last.
 * Since 0.1.
 */
BCC_C_API const struct bcc_c_diag *bcc_c_module__next_diag(const struct bcc_c_module *mod,
							   const struct bcc_c_diag *prev);

/*
 * Walks the programs, in the order of the object.
 *
 * @mod: a module that was compiled or opened
 * @prev: NULL for the first one, else what the last call returned
 *
 * Returns a borrowed program, or NULL after the last. Since 0.1.
 */
BCC_C_API struct bcc_c_prog *bcc_c_module__next_prog(struct bcc_c_module *mod,
						     const struct bcc_c_prog *prev);

/*
 * Finds a program by the name of its function.
 *
 * @mod: a module that was compiled or opened
 * @name: of the function
 *
 * Returns a borrowed program, or NULL with ENOENT and a message. Since 0.1.
 */
BCC_C_API struct bcc_c_prog *bcc_c_module__find_prog(struct bcc_c_module *mod, const char *name);

/*
 * Walks the maps that the source defines; those that hold its global variables are left out.
 *
 * @mod: a module that was compiled or opened
 * @prev: NULL for the first one, else what the last call returned
 *
 * Returns a borrowed map, or NULL after the last. Since 0.1.
 */
BCC_C_API struct bcc_c_map *bcc_c_module__next_map(struct bcc_c_module *mod,
						   const struct bcc_c_map *prev);

/*
 * Finds a map by its name in the source.
 *
 * @mod: a module that was compiled or opened
 * @name: of the map
 *
 * Returns a borrowed map, or NULL with ENOENT and a message. Since 0.1.
 */
BCC_C_API struct bcc_c_map *bcc_c_module__find_map(struct bcc_c_module *mod, const char *name);

#ifdef __cplusplus
}
#endif

#endif
