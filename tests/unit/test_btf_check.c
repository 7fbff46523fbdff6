/* SPDX-License-Identifier: BSD-2-Clause */
/* Types that libbpf would follow to nowhere. */
#include <bpf/btf.h>
#include <elf.h>

#include "unit.h"

/* An ELF file of three sections whose second is the BTF, and what is found wrong with it. */
static const char *check_bytes(const void *data, size_t size)
{
	static const char names[] = "\0.BTF\0.shstrtab";
	size_t padded = (size + 7) / 8 * 8;
	Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_REL,
		.e_machine = EM_BPF,
		.e_version = EV_CURRENT,
		.e_shoff = sizeof(header),
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 3,
		.e_shstrndx = 2,
	};
	Elf64_Shdr sections[3] = {
		[1] = { .sh_name = 1,
			.sh_type = SHT_PROGBITS,
			.sh_offset = sizeof(header) + sizeof(sections),
			.sh_size = size,
			.sh_addralign = 4 },
		[2] = { .sh_name = 6,
			.sh_type = SHT_STRTAB,
			.sh_offset = sizeof(header) + sizeof(sections) + padded,
			.sh_size = sizeof(names),
			.sh_addralign = 1 },
	};
	autobuf elf = { 0 };

	bcc_c__buf_append(&elf, &header, sizeof(header));
	bcc_c__buf_append(&elf, sections, sizeof(sections));
	bcc_c__buf_append(&elf, data, size);
	bcc_c__buf_append(&elf, NULL, padded - size);
	bcc_c__buf_append(&elf, names, sizeof(names));
	return bcc_c__check_elf(elf.data, elf.size, true);
}

static struct btf *start(void)
{
	struct btf *btf = btf__new_empty();

	ck_assert_int_eq(btf__add_int(btf, "int", 4, BTF_INT_SIGNED), 1);
	return btf;
}

/* Frees the BTF; text is what shall be wrong with it, NULL nothing. */
static void check(struct btf *btf, const char *text)
{
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);
	const char *why = check_bytes(data, size);

	btf__free(btf);
	if (!text)
		ck_assert_msg(!why, "refused: %s", why);
	else
		ck_assert_msg(why && strstr(why, text), "'%s' lacks '%s'", why ? why : "", text);
}

START_TEST(btf_check_good)
{
	struct btf *btf = start();

	check(start(), NULL);
	btf__add_ptr(btf, 3);
	btf__add_struct(btf, "node", 8);
	btf__add_field(btf, "next", 2, 0, 0);
	btf__add_array(btf, 1, 3, 4);
	btf__add_typedef(btf, "nodes", 4);
	btf__add_var(btf, "list", BTF_VAR_GLOBAL_ALLOCATED, 5);
	btf__add_datasec(btf, ".data", 32);
	btf__add_datasec_var_info(btf, 6, 0, 32);
	btf__add_ptr(btf, 0);
	check(btf, NULL);
}
END_TEST

START_TEST(btf_check_references_to_nowhere)
{
	struct btf *btf = start();

	btf__add_ptr(btf, 100);
	check(btf, "leads nowhere");
	btf = start();
	btf__add_struct(btf, "s", 4);
	btf__add_field(btf, "a", 100, 0, 0);
	check(btf, "damaged");
	btf = start();
	btf__add_func_proto(btf, 1);
	btf__add_func_param(btf, "x", 77);
	check(btf, "leads nowhere");
}
END_TEST

START_TEST(btf_check_references_to_other_kinds)
{
	struct btf *btf = start();

	btf__add_func(btf, "f", BTF_FUNC_GLOBAL, 1);
	check(btf, "wrong type");
	btf = start();
	btf__add_datasec(btf, ".data", 4);
	btf__add_datasec_var_info(btf, 1, 0, 4);
	check(btf, "wrong type");
	btf = start();
	btf__add_array(btf, 1, 50, 4);
	check(btf, "wrong type");
}
END_TEST

START_TEST(btf_check_types_that_hold_themselves)
{
	struct btf *btf = start();

	btf__add_struct(btf, "s", 4);
	btf__add_field(btf, "a", 2, 0, 0);
	check(btf, "holds itself");
	btf = start();
	btf__add_const(btf, 3);
	btf__add_volatile(btf, 2);
	check(btf, "holds itself");
	btf = start();
	btf__add_array(btf, 1, 2, 4);
	check(btf, "holds itself");
}
END_TEST

START_TEST(btf_check_types_that_lead_back)
{
	struct btf *btf = start();

	btf__add_ptr(btf, 2);
	check(btf, "holds itself");
	btf = start();
	btf__add_ptr(btf, 3);
	btf__add_func_proto(btf, 0);
	btf__add_func_param(btf, "", 0);
	btf__add_func_param(btf, "a", 2);
	check(btf, "holds itself");
	btf = start();
	btf__add_ptr(btf, 3);
	btf__add_struct(btf, "list", 8);
	btf__add_field(btf, "next", 2, 0, 0);
	check(btf, NULL);
}
END_TEST

START_TEST(btf_check_values_without_a_size)
{
	struct btf *btf = start();

	btf__add_func_proto(btf, 0);
	btf__add_typedef(btf, "function", 2);
	btf__add_struct(btf, "s", 8);
	btf__add_field(btf, "a", 3, 0, 0);
	check(btf, "has no size");
	btf = start();
	btf__add_fwd(btf, "later", BTF_FWD_STRUCT);
	btf__add_array(btf, 1, 2, 4);
	check(btf, "has no size");
	btf = start();
	btf__add_const(btf, 0);
	btf__add_array(btf, 1, 2, 4);
	check(btf, "has no size");
	btf = start();
	((struct btf_type *)btf__type_by_id(btf, 1))->size = 0;
	check(btf, "a size is wrong");
}
END_TEST

START_TEST(btf_check_long_chains)
{
	struct btf *btf = start();

	for (int id = 1; id < 20000; id++)
		btf__add_const(btf, id + 2);
	btf__add_const(btf, 1);
	check(btf, NULL);
}
END_TEST

START_TEST(btf_check_no_btf)
{
	ck_assert_str_eq(bcc_c__check_elf("text", 4, true), "it is no ELF file");
	ck_assert_str_eq(bcc_c__check_elf("", 0, true), "it is no ELF file");
	ck_assert_ptr_nonnull(check_bytes("", 1));
	ck_assert_ptr_nonnull(check_bytes("\x9f\xeb\1\0", 4));
}
END_TEST

SUITE(btf_check, btf_check_good, btf_check_references_to_nowhere,
      btf_check_references_to_other_kinds, btf_check_types_that_hold_themselves,
      btf_check_types_that_lead_back, btf_check_values_without_a_size, btf_check_long_chains,
      btf_check_no_btf)
