/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BCC dialect has no SEC(): every function that other files could call is a program. What kind
 * of program is told by its name or its context's type; the section that this gives it is named as
 * libbpf has it.
 */
#include <stdio.h>
#include <string.h>

#include "ir.h"
#include "pass.h"

/* Starts of names, and of the sections' names that replace them. The first that fits counts. */
static const struct {
	const char *start;
	const char *section;
} prefixes[] = {
	{ "kprobe__", "kprobe/" },
	{ "kretprobe__", "kretprobe/" },
	{ "raw_tracepoint__", "raw_tp/" },
	{ "kfunc__", "fentry/" },
	{ "kretfunc__", "fexit/" },
	{ "kmod_ret__", "fmod_ret/" },
	{ "lsm__", "lsm/" },
	{ "bpf_iter__", "iter/" },
};

/* Structs that are contexts, and the sections of programs whose names say nothing. */
static const struct {
	const char *type;
	const char *section;
} contexts[] = {
	{ "pt_regs", "kprobe" },
	{ "bpf_perf_event_data", "perf_event" },
	{ "bpf_raw_tracepoint_args", "raw_tp" },
	{ "unsigned long long", "raw_tp" }, /* the arguments alone: BPF_PROG() */
	{ "xdp_md", "xdp" },
	{ "__sk_buff", "socket" },
	{ "sk_msg_md", "sk_msg" },
	{ "bpf_sock_ops", "sockops" },
	{ "bpf_sock", "cgroup/sock" },
	{ "bpf_sock_addr", "cgroup/connect4" },
	{ "bpf_sockopt", "cgroup/getsockopt" },
	{ "bpf_sysctl", "cgroup/sysctl" },
	{ "bpf_cgroup_dev_ctx", "cgroup/dev" },
	{ "bpf_sk_lookup", "sk_lookup" },
	{ "sk_reuseport_md", "sk_reuseport" },
};

/* "tracepoint__CATEGORY__EVENT", a function's or a struct's name, to a section's. */
static bool write_tracepoint(const char *name, char *section, size_t size)
{
	const char *category = name + strlen("tracepoint__"), *event;

	if (!bcc_c__starts_with(name, "tracepoint__"))
		return false;
	event = strstr(category, "__");
	if (!event || event == category)
		return false;
	snprintf(section, size, "tracepoint/%.*s/%s", (int)(event - category), category, event + 2);
	return true;
}

/* Past the name of a module, "vmlinux" or another, that may be in front of a function's. */
static const char *skip_module(const char *name)
{
	const char *end = strstr(name, "__");

	return end && end != name ? end + 2 : name;
}

/*
 * Past what stands before the name of a system call in its function's name, on any machine; NULL if
 * it is no such function.
 */
static const char *skip_syscall_prefix(const char *name)
{
	static const char *const starts[] = { "sys_", "__x64_sys_", "__arm64_sys_",
					      "__ia32_compat_sys_", "__x32_compat_sys_" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (bcc_c__starts_with(name, starts[i]))
			return name + strlen(starts[i]);
	return NULL;
}

#if defined(__x86_64__)
#define SYSCALL_PREFIX "__x64_sys_"
#elif defined(__aarch64__)
#define SYSCALL_PREFIX "__arm64_sys_"
#endif

/* Sources of other times and machines name system calls' functions as these were called there. */
static void write_function(const char *start, const char *function, char *section, size_t size)
{
	const char *call = strstr(start, "probe/") ? skip_syscall_prefix(function) : NULL;

	snprintf(section, size, "%s%s%s", start, call ? SYSCALL_PREFIX : "",
		 call ? call : function);
}

static bool write_by_name(const char *name, char *section, size_t size)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		const char *rest = name + strlen(prefixes[i].start);

		if (!bcc_c__starts_with(name, prefixes[i].start))
			continue;
		if (strstr(prefixes[i].start, "func__"))
			rest = skip_module(rest);
		write_function(prefixes[i].section, rest, section, size);
		return true;
	}
	return write_tracepoint(name, section, size);
}

static void write_by_context(LLVMValueRef fn, char *section, size_t size)
{
	LLVMMetadataRef type = ir__pointee(ir__param_type(fn, 0), ir__context(fn));
	size_t len;
	const char *text = ir__type_name(type, &len);
	char name[128];

	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	if (write_tracepoint(name, section, size))
		return;
	if (bcc_c__starts_with(name, "bpf_iter__")) {
		snprintf(section, size, "iter/%s", name + strlen("bpf_iter__"));
		return;
	}
	for (size_t i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++)
		if (!strcmp(name, contexts[i].type)) {
			snprintf(section, size, "%s", contexts[i].section);
			return;
		}
	snprintf(section, size, "kprobe");
}

/* A function that only this file can call, or that is there to be inlined. */
static void make_inline(LLVMValueRef fn)
{
	ir__remove_attribute(fn, "noinline");
	ir__remove_attribute(fn, "optnone");
	ir__add_attribute(fn, "alwaysinline");
	LLVMSetLinkage(fn, LLVMInternalLinkage);
}

/*
 * The macros of the methods increment() and atomic_increment() call a function of the source's own
 * that has this name and two parameters METHOD__by (bcc_method.h). The program gets its name back.
 */
static void restore_name(LLVMValueRef fn)
{
	static const char *const macros[] = { "increment", "atomic_increment" };
	size_t len;
	const char *name = LLVMGetValueName2(fn, &len);

	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
		size_t method = strlen(macros[i]);

		if (bcc_c__starts_with(name, macros[i]) && !strcmp(name + method, "__by")) {
			LLVMSetValueName2(fn, macros[i], method);
			return;
		}
	}
}

static bool has_section(LLVMValueRef global)
{
	const char *section = LLVMGetSection(global);

	return section && section[0];
}

static void add_license(LLVMModuleRef module)
{
	LLVMContextRef context = LLVMGetModuleContext(module);
	LLVMValueRef text = LLVMConstStringInContext(context, "GPL", 3, false), global;

	for (global = LLVMGetFirstGlobal(module); global; global = LLVMGetNextGlobal(global))
		if (has_section(global) && !strcmp(LLVMGetSection(global), "license"))
			return;
	global = LLVMAddGlobal(module, LLVMTypeOf(text), "__bcc_c_license");
	LLVMSetInitializer(global, text);
	LLVMSetSection(global, "license");
}

void pass_programs(LLVMModuleRef module, struct passes *passes)
{
	char section[256];
	size_t len;

	ir_for_each_function(fn, next, module) {
		/* Address 0 can be read like any other, by helper; checks against it stay. */
		ir__add_attribute(fn, "null_pointer_is_valid");
		if (LLVMGetLinkage(fn) != LLVMExternalLinkage) {
			make_inline(fn);
			continue;
		}
		restore_name(fn);
		/* Programs may call each other, but each is loaded by itself. */
		if (LLVMGetFirstUse(fn))
			ir__add_attribute(fn, "alwaysinline");
		if (!has_section(fn)) {
			if (!write_by_name(LLVMGetValueName2(fn, &len), section, sizeof(section)))
				write_by_context(fn, section, sizeof(section));
			LLVMSetSection(fn, section);
		}
	}
	add_license(module);
}
