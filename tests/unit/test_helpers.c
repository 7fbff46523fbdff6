/* SPDX-License-Identifier: BSD-2-Clause */
/* bpf_helper_defs.h by need. */
#include "compiler/helpers.h"
#include "unit.h"

START_TEST(helpers_by_need)
{
	autobuf text = { 0 };
	struct idents ids = { 0 };

	idents__add(&ids, "bpf_ktime_get_ns", strlen("bpf_ktime_get_ns"), IDENT_ORDINARY);
	idents__add(&ids, "bpf_perf_event_outpu", strlen("bpf_perf_event_outpu"), IDENT_ORDINARY);
	helpers__write(&ids, &text);
	ck_assert_ptr_nonnull(strstr(bcc_c__buf_str(&text), "bpf_ktime_get_ns)(void)"));
	ck_assert_ptr_nonnull(strstr(bcc_c__buf_str(&text), "struct __sk_buff;"));
	ck_assert_ptr_null(strstr(bcc_c__buf_str(&text), "static long"));
	idents__free(&ids);
}
END_TEST

SUITE(helpers, helpers_by_need)
