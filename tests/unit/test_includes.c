/* SPDX-License-Identifier: BSD-2-Clause */
/* What BCC's dialect takes from the text of a source, in the files that it includes. */
#include "unit.h"

#define PROGRAM "int prog(void *ctx) { return 0; }\n"

/* Compiles a source next to the test's files. */
static struct bcc_c_module *take(const char *source, const char *flag)
{
	const char *flags[] = { "-I", temp_dir(), flag };
	const struct bcc_c_compile_opts opts = { .sz = sizeof(opts),
						 .dialect = BCC_C_DIALECT_BCC,
						 .cflags = flags,
						 .cflags_cnt = flag ? 3 : 2 };
	struct bcc_c_module *mod = new_module();

	assert_ok(mod, bcc_c_module__compile(mod, source, &opts));
	return mod;
}

static void check(const char *condition, const char *flag)
{
	autobuf source = { 0 };

	bcc_c__buf_printf(&source, "#include \"first.h\"\n_Static_assert(%s, \"\");\n" PROGRAM,
			  condition);
	bcc_c_module__free(take(bcc_c__buf_str(&source), flag));
}

/* Any kernel that runs these tests has BPF and a frequency. */
static void write_headers(void)
{
	temp_text("first.h", "#ifdef CONFIG_BPF\n#define BPF CONFIG_BPF\n#include \"second.h\"\n"
			     "#else\n#define BPF 0\n#define FREQUENCY 0\n#endif\n"
			     "#ifdef CONFIG_NO_SUCH_OPTION\n#error\n#endif\n");
	temp_text("second.h",
		  "#if defined(CONFIG_HZ) && CONFIG_HZ > 0\n#define FREQUENCY CONFIG_HZ\n"
		  "#else\n#define FREQUENCY 0\n#endif\n");
}

static bool has_config(void)
{
	return !access("/proc/config.gz", R_OK);
}

START_TEST(includes_may_ask_for_options)
{
	skip_if(!has_config(), "the kernel doesn't tell its configuration");
	write_headers();
	check("BPF == 1 && FREQUENCY > 0", NULL);
}
END_TEST

START_TEST(includes_are_told_what_the_user_says)
{
	skip_if(!has_config(), "the kernel doesn't tell its configuration");
	write_headers();
	check("BPF == 0 && FREQUENCY == 0", "-UCONFIG_BPF");
	check("BPF == 7 && FREQUENCY > 0", "-DCONFIG_BPF=7");
	check("BPF == 1 && FREQUENCY == 5", "-DCONFIG_HZ=5");
}
END_TEST

/* A first look at them, without the options, finds another text. */
START_TEST(includes_leave_the_kernels_types)
{
	static const char source[] =
		"#include \"own.h\"\n"
		"int prog(void *ctx)\n"
		"{\n"
		"	struct task_struct *task = (void *)bpf_get_current_task();\n"
		"	return task->tgid;\n"
		"}\n";

	skip_if(!has_config(), "the kernel doesn't tell its configuration");
	temp_text("own.h", "#ifndef CONFIG_BPF\nstruct task_struct { int own; };\n#endif\n");
	bcc_c_module__free(take(source, NULL));
}
END_TEST

static void check_license(const char *source, const char *flag, const char *license)
{
	struct bcc_c_module *mod = take(source, flag);
	size_t size;
	const char *elf = bcc_c_module__elf(mod, &size);

	ck_assert_ptr_nonnull(elf);
	ck_assert_msg(memmem(elf, size, license, strlen(license) + 1), "no '%s' of %s", license,
		      source);
	bcc_c_module__free(mod);
}

START_TEST(includes_may_have_the_license)
{
	temp_text("license.h", "#define BPF_LICENSE Dual MIT/GPL\n");
	check_license("#include \"license.h\"\n" PROGRAM, NULL, "Dual MIT/GPL");
	check_license("#define  BPF_LICENSE\tDual  BSD/GPL // for all\n" PROGRAM, NULL,
		      "Dual BSD/GPL");
	check_license("#define OURS MIT\n#define BPF_LICENSE Dual OURS/GPL\n" PROGRAM, NULL,
		      "Dual OURS/GPL");
	check_license(PROGRAM, "-DBPF_LICENSE=GPL v2", "GPL v2");
	check_license("#if 0\n#define BPF_LICENSE None\n#endif\n" PROGRAM, NULL, "GPL");
	check_license("// #define BPF_LICENSE None\n"
		      "#define BPF_LICENSE_OF(x) x\n#define X BPF_LICENSE\n" PROGRAM,
		      NULL, "GPL");
}
END_TEST

SUITE(includes, includes_may_ask_for_options, includes_are_told_what_the_user_says,
      includes_leave_the_kernels_types, includes_may_have_the_license)
