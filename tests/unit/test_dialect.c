/* SPDX-License-Identifier: BSD-2-Clause */
/* The rule that tells the dialects apart. */
#include "compiler/dialect.h"
#include "unit.h"

static const struct {
	const char *source;
	enum bcc_c_dialect dialect;
} sources[] = {
	{ "", BCC_C_DIALECT_BCC },
	{ "int f(void *ctx) { return 0; }", BCC_C_DIALECT_BCC },
	{ "#include <uapi/linux/ptrace.h>\nBPF_HASH(h);", BCC_C_DIALECT_BCC },
	{ "// SEC(\"kprobe\")\n/* #include \"vmlinux.h\" */ char s[] = \"SEC(\";",
	  BCC_C_DIALECT_BCC },
	{ "/* not closed SEC(\"kprobe\")", BCC_C_DIALECT_BCC },
	{ "#define MSEC(x) x\nint SECS = MSEC (2), SEC;", BCC_C_DIALECT_BCC },
	{ "char c = '\"'; SEC(\"xdp\") int f(void *ctx);", BCC_C_DIALECT_LIBBPF },
	{ "char s[] = \"\\\" \"; SEC (\"xdp\") int f(void *ctx);", BCC_C_DIALECT_LIBBPF },
	{ " #  include \"vmlinux.h\"\n", BCC_C_DIALECT_LIBBPF },
	{ "#include <vmlinux.h>", BCC_C_DIALECT_LIBBPF },
	{ "#include <bpf/bpf_helpers.h>", BCC_C_DIALECT_LIBBPF },
	{ "#\\\ninclude \"bpf/bpf_core_read.h\"", BCC_C_DIALECT_LIBBPF },
	{ "#include <linux/bpf/x.h>\n#include", BCC_C_DIALECT_BCC },
};

START_TEST(told_from_the_text)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		ck_assert_msg(dialect__of(sources[i].source) == sources[i].dialect, "%s",
			      sources[i].source);
}
END_TEST

SUITE(dialect, told_from_the_text)
