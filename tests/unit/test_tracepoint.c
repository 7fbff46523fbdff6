/* SPDX-License-Identifier: BSD-2-Clause */
/* Structs from the descriptions of tracepoints. */
#include <sys/stat.h>

#include "compiler/tracepoint.h"
#include "unit.h"

#define COMMON                                                                                     \
	"name: x\nID: 1\nformat:\n"                                                                \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"                     \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
#define FIELD(declaration, offset, size)                                                           \
	"\tfield:" declaration ";\toffset:" #offset ";\tsize:" #size ";\tsigned:0;\n"

static const struct {
	const char *fields;
	const char *members;
} conversions[] = {
	{ "", "" },
	{ FIELD("pid_t pid", 8, 4), "\tBCC_C_SIZED(pid_t , 4) pid;\n" },
	{ FIELD("unsigned long args[6]", 8, 48),
	  "\tunsigned long args[48 / sizeof(unsigned long )];\n" },
	{ FIELD("char comm[TASK_COMM_LEN]", 8, 16), "\tchar comm[16 / sizeof(char )];\n" },
	{ FIELD("const char * name", 8, 8), "\tconst char * name;\n" },
	{ FIELD("void __seg_gs * at", 8, 8), "\tvoid __seg_gs * at;\n" },
	{ FIELD("__data_loc char[] name", 8, 4), "\tint data_loc_name;\n" },
	{ FIELD("__rel_loc u64[] list", 8, 4), "\tint rel_loc_list;\n" },
	{ FIELD("__u8 a[4]", 8, 4), "\t__u8 a[4 / sizeof(__u8 )];\n" },
	{ FIELD("struct timespec64 ts", 8, 16), "\tstruct timespec64 ts;\n" },
	/* What is between fields is given to none of them. */
	{ FIELD("u8 a", 8, 1) FIELD("u32 b", 12, 4),
	  "\tBCC_C_SIZED(u8 , 1) a;\n\tchar pad_9_[3];\n\tBCC_C_SIZED(u32 , 4) b;\n" },
	/* Nor is a field taken that can't be where it is said to be. */
	{ FIELD("u32 a", 8, 4) FIELD("u32 b", 8, 4), "\tBCC_C_SIZED(u32 , 4) a;\n" },
	{ "\tfield:u32 a;\n\tfield:\n\tfield:u32 ;\toffset:8;\tsize:4;\n\tfield:a;\toffset:8;",
	  "" },
	{ "print fmt: \"field:u32 a; offset:8; size:4;\"\n", "" },
};

START_TEST(converts)
{
	for (size_t i = 0; i < ARRAY_SIZE(conversions); i++) {
		struct idents ids = { 0 };
		autobuf format = { 0 };
		autobuf want = { 0 };
		autobuf out = { 0 };

		bcc_c__buf_printf(&format, "%s%s", COMMON, conversions[i].fields);
		bcc_c__buf_printf(&want, "struct t {\n\tchar common_[8];\n%s};\n",
				  conversions[i].members);
		tracepoint__convert("t", bcc_c__buf_str(&format), &ids, &out);
		ck_assert_str_eq(bcc_c__buf_str(&out), bcc_c__buf_str(&want));
		idents__free(&ids);
	}
}
END_TEST

START_TEST(asks_for_types)
{
	struct idents ids = { 0 };
	autobuf out = { 0 };

	tracepoint__convert("t",
			    COMMON FIELD("enum zone_type z", 8, 4) FIELD("pid_t pid", 12, 4)
				    FIELD("struct page * page", 16, 8) FIELD("fd_set * set", 24, 8)
					    FIELD("union u u", 32, 8),
			    &ids, &out);
	ck_assert_uint_eq(idents__uses(&ids, "zone_type"), IDENT_TAG);
	ck_assert_uint_eq(idents__uses(&ids, "pid_t"), IDENT_ORDINARY);
	ck_assert_uint_eq(idents__uses(&ids, "fd_set"), IDENT_ORDINARY);
	ck_assert_uint_eq(idents__uses(&ids, "u"), IDENT_TAG);
	/* What is pointed to may stay incomplete. */
	ck_assert_uint_eq(idents__uses(&ids, "page"), 0);
	idents__free(&ids);
}
END_TEST

/* ---- files */

static size_t asked;

static void count_file(void *ctx, const char *path)
{
	asked++;
}

static void make_event(const char *category, const char *event, const char *fields)
{
	autobuf name = { 0 };
	autobuf text = { 0 };

	mkdir(temp_path("events"), 0755);
	bcc_c__buf_printf(&name, "events/%s", category);
	mkdir(temp_path(bcc_c__buf_str(&name)), 0755);
	bcc_c__buf_printf(&name, "/%s", event);
	mkdir(temp_path(bcc_c__buf_str(&name)), 0755);
	bcc_c__buf_printf(&name, "/format");
	bcc_c__buf_printf(&text, "%s%s", COMMON, fields);
	temp_text(bcc_c__buf_str(&name), bcc_c__buf_str(&text));
}

/* Writes the structs for one name, and expects each text in the output or the message. */
static void try_name(const char *tracefs, const char *name, uint32_t uses, const char *written,
		     const char *said)
{
	struct idents ids = { 0 };
	autobuf message = { 0 };
	autobuf out = { 0 };

	idents__add(&ids, name, strlen(name), uses);
	ck_assert_int_eq(tracepoint__write(tracefs, &ids, false, &out, &message, count_file, NULL),
			 0);
	ck_assert_msg(strstr(bcc_c__buf_str(&out), written) && (written[0] || !out.size), "%s: %s",
		      name, bcc_c__buf_str(&out));
	ck_assert_msg(strstr(bcc_c__buf_str(&message), said) && (said[0] || !message.size),
		      "%s: %s", name, bcc_c__buf_str(&message));
	idents__free(&ids);
}

START_TEST(reads_files)
{
	const char *tracefs = temp_dir();

	make_event("sched", "sched_switch", FIELD("int a", 8, 4));
	make_event("my__own", "x__y", FIELD("int b", 8, 4));
	try_name(
		tracefs, "tracepoint__sched__sched_switch", IDENT_TAG,
		"struct tracepoint__sched__sched_switch {\n\tchar common_[8];\n\tBCC_C_SIZED(int , "
		"4) a;",
		"");
	ck_assert_uint_eq(asked, 1);
	try_name(tracefs, "tracepoint__my__own__x__y", IDENT_TAG, "(int , 4) b;", "");
}
END_TEST

START_TEST(leaves_alone)
{
	try_name(temp_dir(), "tracepoint__a__b", IDENT_ORDINARY, "", "");
	try_name(temp_dir(), "tracepoint__a__b", IDENT_TAG | IDENT_DEFINED, "", "");
	try_name(temp_dir(), "tracepoint", IDENT_TAG, "", "");
	ck_assert_uint_eq(asked, 0);
}
END_TEST

START_TEST(says_what_is_missing)
{
	autobuf path = { 0 };

	bcc_c__buf_printf(&path, "%s/events/a/b/format': this kernel has no such", temp_dir());
	try_name(temp_dir(), "tracepoint__a__b", IDENT_TAG, "", bcc_c__buf_str(&path));
	try_name(temp_dir(), "tracepoint__a", IDENT_TAG, "", "tracepoint__CATEGORY__EVENT");
}
END_TEST

/* What a use of the struct is refused with; "": it is left alone. */
static void try_refusal(const char *tracefs, const char *name, const char *text)
{
	struct idents ids = { 0 };
	autobuf message = { 0 }, out = { 0 }, want = { 0 };

	idents__add(&ids, name, strlen(name), IDENT_TAG);
	ck_assert_int_eq(tracepoint__write(tracefs, &ids, true, &out, &message, count_file, NULL),
			 0);
	ck_assert(!message.size == !!text[0]);
	if (text[0])
		bcc_c__buf_printf(
			&want,
			"struct %s {\n\tchar common_[8];\n} __attribute__((unavailable(\"no "
			"tracepoint %s\")));\n",
			name, text);
	ck_assert_str_eq(bcc_c__buf_str(&out), bcc_c__buf_str(&want));
	idents__free(&ids);
}

START_TEST(refuses_what_is_missing)
{
	const char *tracefs = temp_dir();
	autobuf text = { 0 };

	/* Nothing is known of any tracepoint. */
	try_refusal(tracefs, "tracepoint__sched__sched_swich", "");
	make_event("sched", "sched_switch", "");
	make_event("sched", "sched_wakeup", "");
	make_event("my__own", "switch", "");
	try_refusal(tracefs, "tracepoint__sched", "");
	bcc_c__buf_printf(&text, "'sched:sched_swich' in '%s/events'; did you mean 'sched_switch'?",
			  tracefs);
	try_refusal(tracefs, "tracepoint__sched__sched_swich", bcc_c__buf_str(&text));
	bcc_c__buf_clear(&text);
	bcc_c__buf_printf(&text, "'sched:nothing_like_it' in '%s/events'", tracefs);
	try_refusal(tracefs, "tracepoint__sched__nothing_like_it", bcc_c__buf_str(&text));
	bcc_c__buf_clear(&text);
	bcc_c__buf_printf(&text, "'shced:sched_switch' in '%s/events'; did you mean 'sched'?",
			  tracefs);
	try_refusal(tracefs, "tracepoint__shced__sched_switch", bcc_c__buf_str(&text));
	bcc_c__buf_clear(&text);
	bcc_c__buf_printf(&text, "'my__own:swich' in '%s/events'; did you mean 'switch'?", tracefs);
	try_refusal(tracefs, "tracepoint__my__own__swich", bcc_c__buf_str(&text));
}
END_TEST

SUITE(tracepoint, refuses_what_is_missing, converts, asks_for_types, reads_files, leaves_alone,
      says_what_is_missing)
