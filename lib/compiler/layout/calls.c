/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls COMPILER SOURCE...
 *
 * Lists the functions that the compiler process calls for these sources, in the order of their first
 * calls, for a linker to lay them out so: a small compilation uses a fifth of LLVM's code, which else
 * lies all over the program. Needs no help of the code that is looked at: there is a breakpoint at
 * the start of each function, which goes when it is first hit.
 *
 * Returns 1 with a message where that can't be done; the list is then of no use.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../util.h"
#include "../../wire.h"

#define SOURCE_LIMIT (1u << 20)

#if defined(__x86_64__)
#define BREAKPOINT 0xcc
#else
#error "the breakpoints of this architecture are not known here"
#endif

struct function {
	uint64_t address;
	const char *name;
	bool called;
};

/* The program's code and the functions in it, by address. */
struct program {
	const char *path;
	uint64_t start; /* of the code in memory */
	Elf_Data *code;
	struct function *functions;
	size_t cnt;
};

static int fail(const char *step)
{
	fprintf(stderr, "calls: %s: %s\n", step, errno ? strerror(errno) : elf_errmsg(-1));
	return 1;
}

static int by_address(const void *a, const void *b)
{
	const struct function *left = a, *right = b;

	return (left->address > right->address) - (left->address < right->address);
}

static int take_symbols(struct program *program, Elf *elf, Elf_Scn *section)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Shdr head;
	size_t cnt;

	if (!data || !gelf_getshdr(section, &head) || !head.sh_entsize)
		return -1;
	cnt = head.sh_size / head.sh_entsize;
	program->functions = calloc(cnt + 1, sizeof(*program->functions));
	if (!program->functions)
		return -1;
	for (size_t i = 0; i < cnt; i++) {
		struct function *function = &program->functions[program->cnt];
		GElf_Sym symbol;

		if (!gelf_getsym(data, (int)i, &symbol) ||
		    GELF_ST_TYPE(symbol.st_info) != STT_FUNC || !symbol.st_size ||
		    symbol.st_value < program->start ||
		    symbol.st_value - program->start >= program->code->d_size)
			continue;
		function->address = symbol.st_value;
		function->name = elf_strptr(elf, head.sh_link, symbol.st_name);
		program->cnt += function->name != NULL;
	}
	qsort(program->functions, program->cnt, sizeof(*program->functions), by_address);
	return 0;
}

static int open_program(struct program *program)
{
	int fd = open(program->path, O_RDONLY | O_CLOEXEC);
	Elf *elf = elf_version(EV_CURRENT) && fd >= 0 ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
	Elf_Scn *section = NULL, *symbols = NULL;
	GElf_Shdr head;
	size_t names;

	if (!elf || elf_getshdrstrndx(elf, &names))
		return -1;
	while ((section = elf_nextscn(elf, section)) && gelf_getshdr(section, &head)) {
		const char *name = elf_strptr(elf, names, head.sh_name);

		if (name && !strcmp(name, ".text")) {
			program->start = head.sh_addr;
			program->code = elf_getdata(section, NULL);
		} else if (head.sh_type == SHT_SYMTAB) {
			symbols = section;
		}
	}
	if (!program->code || !symbols)
		return -1;
	return take_symbols(program, elf, symbols);
}

/* As the library asks it, for this kernel alone. */
static int write_request(const char *path)
{
	struct wire_limits limits = { .memory_mb = 2048, .cpu_s = 60 };
	autobuf source = { 0 };
	autobuf request = { 0 };
	int fd = memfd_create("request", 0);

	if (bcc_c__read_file(path, SOURCE_LIMIT, &source))
		return -1;
	bcc_c__wire_put_str(&request, WIRE_MAGIC, VERSION);
	bcc_c__wire_put_str(&request, WIRE_NAME, path);
	bcc_c__wire_put_str(&request, WIRE_KERNEL, "this");
	bcc_c__wire_put_str(&request, WIRE_SOURCE, bcc_c__buf_str(&source));
	bcc_c__wire_put(&request, WIRE_LIMITS, &limits, sizeof(limits));
	bcc_c__wire_put(&request, WIRE_END, NULL, 0);
	if (request.failed || bcc_c__write_fd(fd, request.data, request.size) ||
	    lseek(fd, 0, SEEK_SET))
		return -1;
	return fd;
}

static pid_t start(const struct program *program, int request)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	dup2(request, STDIN_FILENO);
	dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
	if (!ptrace(PTRACE_TRACEME, 0, 0, 0))
		execl(program->path, program->path, (char *)NULL);
	_exit(127);
}

static int open_memory(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* Puts breakpoints where functions start that were not called before. */
static int set_breakpoints(const struct program *program, int memory)
{
	const size_t size = program->code->d_size;
	autofree unsigned char *code = malloc(size);

	if (!code)
		return -1;
	memcpy(code, program->code->d_buf, size);
	for (size_t i = 0; i < program->cnt; i++)
		if (!program->functions[i].called)
			code[program->functions[i].address - program->start] = BREAKPOINT;
	return pwrite(memory, code, size, (off_t)program->start) == (ssize_t)size ? 0 : -1;
}

/* Notes a call, and lets it go on. All names of the place are as good. */
static int take_call(struct program *program, pid_t pid, int memory)
{
	struct user_regs_struct regs;
	struct function key, *found;
	const char *code = program->code->d_buf;

	if (ptrace(PTRACE_GETREGS, pid, 0, &regs))
		return -1;
	key.address = --regs.rip;
	found = bsearch(&key, program->functions, program->cnt, sizeof(key), by_address);
	if (!found)
		return -1;
	while (found > program->functions && found[-1].address == key.address)
		found--;
	for (; found < program->functions + program->cnt && found->address == key.address;
	     found++) {
		found->called = true;
		puts(found->name);
	}
	if (pwrite(memory, code + (key.address - program->start), 1, (off_t)key.address) != 1)
		return -1;
	return ptrace(PTRACE_SETREGS, pid, 0, &regs) ? -1 : 0;
}

/* Returns 0 if the compiler gave a reply, whatever that says. */
static int follow(struct program *program, pid_t pid)
{
	autoclose int memory = -1;
	int status, signal;

	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
		if (memory < 0) { /* it has just begun */
			memory = open_memory(pid);
			if (memory < 0 || set_breakpoints(program, memory))
				return -1;
		} else if (!signal && take_call(program, pid, memory)) {
			return -1;
		}
		if (ptrace(PTRACE_CONT, pid, 0, signal))
			return -1;
	}
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct program program = { .path = argc > 2 ? argv[1] : "" };

	if (open_program(&program))
		return fail("read the compiler");
	for (int i = 2; i < argc; i++) {
		autoclose int request = write_request(argv[i]);
		pid_t pid;

		if (request < 0)
			return fail(argv[i]);
		pid = start(&program, request);
		if (pid < 0 || follow(&program, pid)) {
			int err = errno;

			if (pid > 0)
				kill(pid, SIGKILL);
			errno = err;
			return fail("follow the compiler");
		}
	}
	return fflush(stdout) ? fail("write") : 0;
}
