/* SPDX-License-Identifier: BSD-2-Clause */
/* What source may say: flags, includes, kernel types. */
#include "unit.h"

#define VMLINUX "/sys/kernel/btf/vmlinux"

static int compile(struct bcc_c_module *mod, const char *name, const char *source,
		   const char *const *cflags, size_t cnt)
{
	struct bcc_c_compile_opts opts = {
		.sz = sizeof(opts), .name = name, .cflags = cflags, .cflags_cnt = cnt
	};

	return bcc_c_module__compile(mod, source, &opts);
}

/* Compiles with flags and expects success, or failure with a text in the message. */
static void try_flags(const char *source, const char *const *cflags, size_t cnt, int err,
		      const char *text)
{
	struct bcc_c_module *mod = new_module();

	if (err)
		assert_fails(mod, err, text, compile(mod, NULL, source, cflags, cnt));
	else
		assert_ok(mod, compile(mod, NULL, source, cflags, cnt));
	bcc_c_module__free(mod);
}

#define TRY(source, err, text, ...)                                                                \
	do {                                                                                       \
		const char *const flags_[] = { __VA_ARGS__ };                                      \
		try_flags(source, flags_, ARRAY_SIZE(flags_), err, text);                          \
	} while (0)

START_TEST(flag_define_and_undefine)
{
	TRY("_Static_assert(A == 1 && B == 2, \"\");", 0, "", "-DA", "-D", "B=2");
	TRY("int a = A;", EBADMSG, "'A'", "-DA", "-UA");
	TRY("const char a[] = A;", 0, "", "-DA=\"x y\"");
}
END_TEST

START_TEST(flag_std)
{
	TRY("#if __STDC_VERSION__ != 199901L\n#error\n#endif", 0, "", "-std=c99");
	TRY("int a;", EBADMSG, "c77", "-std=c77");
}
END_TEST

START_TEST(flag_warnings)
{
	TRY("static int a;", EBADMSG, "unused variable", "-Wall", "-Werror");
	TRY("static int a;", 0, "", "-Wall", "-Werror", "-w");
	TRY("static int a;", 0, "", "-Wall", "-Werror", "-Wno-unused");
}
END_TEST

START_TEST(flag_include_directory)
{
	temp_text("there.h", "#define A 1\n");
	TRY("#include \"there.h\"\nint a = A;", 0, "", "-I", temp_dir());
	TRY("#include <there.h>\nint a = A;", 0, "", "-isystem", temp_dir());
	TRY("#include \"there.h\"\nint a = A;", 0, "", "-iquote", temp_dir());
	TRY("#include <there.h>\nint a = A;", 0, "", "-idirafter", temp_dir());
	TRY("#include <there.h>\nint a = A;", EBADMSG, "there.h", "-iquote", temp_dir());
}
END_TEST

START_TEST(flag_include_file)
{
	TRY("int a = A;", 0, "", "-include", temp_text("first.h", "#define A 1\n"));
	TRY("int a;", EBADMSG, "none.h", "-include", "none.h");
}
END_TEST

START_TEST(flag_cpu)
{
	struct bcc_c_module *mod = new_module();
	const char *flag = "-mcpu=v2";

	assert_ok(mod, compile(mod, NULL, PRELUDE PROG, &flag, 1));
	bcc_c_module__free(mod);
	TRY(PRELUDE PROG, 0, "", "-Xclang", "-target-feature", "-Xclang", "+alu32");
}
END_TEST

START_TEST(flag_refused)
{
	TRY("int a;", EINVAL, "'-o': not known", "-o", "x");
	TRY("int a;", EINVAL, "'-D': needs a value", "-D");
	TRY("int a;", EINVAL, "not known", "");
	TRY("int a;", EBADMSG, "", "-fno-such-thing-at-all");
}
END_TEST

/* ---- includes */

START_TEST(include_beside_the_source)
{
	struct bcc_c_module *mod = new_module();

	temp_text("x.h", "#include \"y.h\"\n");
	temp_text("y.h", "#define A 1\n");
	assert_ok(mod,
		  compile(mod, temp_path("not_there.c"), "#include \"x.h\"\nint a = A;", NULL, 0));
	bcc_c_module__free(mod);
	mod = new_module();
	assert_ok(mod, bcc_c_module__compile_file(
			       mod, temp_text("a.c", "#include \"x.h\"\nint a = A;"), NULL));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(include_beside_a_relative_source)
{
	autofree char *compiler = realpath(getenv("BCC_C_COMPILER"), NULL);
	struct bcc_c_module *mod = new_module_with(compiler);

	temp_text("x.h", "#define A 1\n");
	temp_text("a.c", "#include \"x.h\"\nint a = A;");
	ck_assert_int_eq(chdir(temp_dir()), 0);
	assert_ok(mod, bcc_c_module__compile_file(mod, "a.c", NULL));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(include_error_names_the_header)
{
	const char *header = temp_text("x.h", "\nint a = nothing;\n");
	struct bcc_c_module *mod = new_module();
	const struct bcc_c_diag *diag;

	ck_assert_int_eq(compile(mod, temp_path("a.c"), "#include \"x.h\"\n", NULL, 0), -EBADMSG);
	diag = bcc_c_module__next_diag(mod, NULL);
	ck_assert_str_eq(diag->file, header);
	ck_assert_uint_eq(diag->line, 2);
	ck_assert_str_eq(diag->source_line, "int a = nothing;");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(include_missing)
{
	struct bcc_c_module *mod = new_module();
	const struct bcc_c_diag *diag;

	assert_fails(mod, EBADMSG, "'none.h' file not found",
		     compile(mod, NULL, "int a;\n#include \"none.h\"\n", NULL, 0));
	diag = bcc_c_module__next_diag(mod, NULL);
	ck_assert_uint_eq(diag->line, 2);
	ck_assert_str_eq(diag->source_line, "#include \"none.h\"");
	assert_fails(mod, EBADMSG, "'stdio.h' file not found",
		     compile(mod, NULL, "#include <stdio.h>\n", NULL, 0));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(include_compilers_own)
{
	static const char source[] = "#include <stddef.h>\n#include <stdint.h>\n"
				     "#include <stdbool.h>\n#include <stdarg.h>\n"
				     "uint64_t a; size_t b; bool c = true; int64_t d;\n"
				     "_Static_assert(sizeof(uintptr_t) == 8, \"\");\n"
				     "_Static_assert(sizeof(uint16_t) == 2, \"\");\n";

	TRY(source, 0, "", "-std=gnu11");
}
END_TEST

/* ---- kernel types */

#define LIBBPF_PROG                                                                                \
	"#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_core_read.h>\n"                           \
	"#include <bpf/bpf_tracing.h>\n"                                                           \
	"SEC(\"kprobe/x\") int BPF_KPROBE(prog, struct task_struct *task)\n"                       \
	"{ return BPF_CORE_READ(task, real_parent, tgid); }\n"                                     \
	"char _license[] SEC(\"license\") = \"GPL\";\n"

START_TEST(vmlinux_without_a_file)
{
	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	TRY("#include \"vmlinux.h\"\n" LIBBPF_PROG, 0, "", "-Wall");
	TRY("#include <vmlinux.h>\n" LIBBPF_PROG, 0, "", "-Wall");
	TRY("#include <linux/sched.h>\n#include <uapi/linux/ptrace.h>\n"
	    "#include <linux/fs.h>\n#include <net/sock.h>\n#include <asm/ptrace.h>\n" LIBBPF_PROG,
	    0, "", "-Wall");
}
END_TEST

START_TEST(vmlinux_unknown_type)
{
	struct bcc_c_module *mod = new_module();

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	ck_assert_int_eq(bcc_c_module__compile(mod,
					       "#include \"vmlinux.h\"\n"
					       "int f(struct no_such_thing *x) { return x->a; }\n",
					       NULL),
			 -EBADMSG);
	ck_assert_uint_eq(bcc_c_module__next_diag(mod, NULL) != NULL, 1);
	ck_assert_ptr_nonnull(strstr(bcc_c_module__log(mod), "no_such_thing"));
	bcc_c_module__free(mod);
}
END_TEST

/* Of the helpers only those are declared that the source names, by whatever macro. */
START_TEST(helper_by_a_macro)
{
	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	TRY("#include \"vmlinux.h\"\n#include <bpf/bpf_helpers.h>\n"
	    "#define CALL(a, b) a##b()\nlong f(void) { return CALL(bpf_ktime_, get_ns); }\n",
	    0, "");
	TRY("#include \"vmlinux.h\"\n#include <bpf/usdt.bpf.h>\n"
	    "SEC(\"usdt\") int BPF_USDT(f, long a) { return a; }\n",
	    0, "");
}
END_TEST

static void try_btf(const char *btf, const char *source, int err, const char *text)
{
	struct bcc_c_module_opts opts = { .sz = sizeof(opts), .btf = btf };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);

	if (err)
		assert_fails(mod, err, text, bcc_c_module__compile(mod, source, NULL));
	else
		assert_ok(mod, bcc_c_module__compile(mod, source, NULL));
	bcc_c_module__free(mod);
}

START_TEST(btf_file_unusable)
{
	static const char source[] = "#include \"vmlinux.h\"\nint f(struct x *x) { return x->y; }";
	const char *none = temp_path("none");

	try_btf(none, source, EBADF, none);
	try_btf(none, source, EBADF, "CONFIG_DEBUG_INFO_BTF");
	try_btf(temp_dir(), source, EBADF, "directory");
	try_btf("/dev/null", source, EBADF, "shorter than a BTF header");
	try_btf("/proc/self/exe", source, EBADF, "magic");
	try_btf("/dev/zero", source, EBADF, "/dev/zero");
	/* A source without kernel types needs none. */
	try_btf(none, PRELUDE PROG, 0, "");
}
END_TEST

SUITE(engine, flag_define_and_undefine, flag_std, flag_warnings, flag_include_directory,
      flag_include_file, flag_cpu, flag_refused, include_beside_the_source,
      include_beside_a_relative_source, include_error_names_the_header, include_missing,
      include_compilers_own, vmlinux_without_a_file, vmlinux_unknown_type, helper_by_a_macro,
      btf_file_unusable)
