/* SPDX-License-Identifier: BSD-2-Clause */
/* Types that only a module of the kernel has. */
#include "live.h"

/* Modules that guests have loaded, or machines often have, and a struct of each. */
static const struct {
	const char *path;
	const char *source;
} modules[] = {
	{ "/sys/kernel/btf/9pnet", "a = BPF_CORE_READ((struct p9_client *)ctx, msize);" },
	{ "/sys/kernel/btf/overlay", "a = BPF_CORE_READ((struct ovl_inode *)ctx, flags);" },
	{ "/sys/kernel/btf/xfs", "a = BPF_CORE_READ((struct xfs_inode *)ctx, i_ino);" },
	{ "/sys/kernel/btf/nf_conntrack", "a = BPF_CORE_READ((struct nf_conn *)ctx, status);" },
};

START_TEST(modules_types_compile_and_load)
{
	size_t tried = 0;

	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		char source[1024];

		if (access(modules[i].path, R_OK))
			continue;
		tried++;
		snprintf(source, sizeof(source),
			 PRELUDE "u64 a;\nSEC(\"raw_tp/sys_enter\") int on_enter(void *ctx)\n"
				 "{ %s return 0; }\n",
			 modules[i].source);
		/* Relocated when loaded, as libbpf looks for types in modules too. */
		for (int portable = 0; portable < 2; portable++) {
			struct bcc_c_compile_opts opts = { .sz = sizeof(opts) };
			struct bcc_c_module *mod = bcc_c_module__new(NULL);

			opts.flags = portable ? BCC_C_PORTABLE : 0;
			assert_ok(mod, bcc_c_module__compile(mod, source, &opts));
			assert_ok(mod, bcc_c_module__load(mod));
			bcc_c_module__free(mod);
		}
	}
	skip_if(!tried, "none of the modules it knows is loaded");
}
END_TEST

Suite *suite_modules(void)
{
	Suite *suite = suite_create("modules");
	TCase *tc = tcase_create("modules");

	tcase_add_test(tc, modules_types_compile_and_load);
	suite_add_tcase(suite, tc);
	return suite;
}
