/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of names that the kernel's types lack. */
#include <bpf/btf.h>

#include "compiler/suggest.h"
#include "unit.h"
#include "wire.h"

static struct idents ids;

static struct btf *make_btf(void)
{
	struct btf *btf = btf__new_empty();
	int id = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int inner = btf__add_union(btf, NULL, 4);

	btf__add_field(btf, "in_union", id, 0, 0);
	btf__add_struct(btf, "task_struct", 8);
	btf__add_field(btf, "__state", id, 0, 0);
	btf__add_field(btf, "", inner, 32, 0);
	btf__add_typedef(btf, "number_t", id);
	btf__add_enum(btf, "color", 4);
	btf__add_enum_value(btf, "COLOR_RED", 1);
	btf__add_enum64(btf, "wide", 8, false);
	btf__add_enum64_value(btf, "WIDE_ONE", 1ULL << 40);
	btf__add_struct(btf, NULL, 4);
	btf__add_field(btf, "counter", id, 0, 0);
	btf__add_typedef(btf, "atomic_t", 7);
	return btf;
}

/* The note on a missing name; "" for none. */
static const char *note_on(enum missing_what what, const char *name, const char *owner)
{
	static char note[512];
	struct missing missing = { .what = what, .name = name, .owner = owner };
	struct btf *btf = make_btf();
	struct btf_view view = { 0 };
	struct suggest suggest = { .btf = &view, .path = "BTF", .damage = "", .ids = &ids };
	const char *why = "";
	autobuf text = { 0 };
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	ck_assert_int_eq(btf_view__from_memory(&view, data, size, &why), 0);
	suggest__write(&suggest, &missing, &text);
	snprintf(note, sizeof(note), "%s", bcc_c__buf_str(&text));
	free(view.offsets);
	btf__free(btf);
	return note;
}

START_TEST(suggest_type)
{
	ck_assert_str_eq(note_on(MISSING_TYPE, "number", ""),
			 "no type 'number' in the kernel's BTF ('BTF'); did you mean 'number_t'?");
	ck_assert_str_eq(note_on(MISSING_TYPE, "task_strct", ""),
			 "no type 'task_strct' in the kernel's BTF ('BTF'); did you mean "
			 "'struct task_struct'?");
	ck_assert_str_eq(note_on(MISSING_TYPE, "nothing_near", ""),
			 "no type 'nothing_near' in the kernel's BTF ('BTF')");
	ck_assert_str_eq(note_on(MISSING_TYPE, "number_t", ""), "");
}
END_TEST

START_TEST(suggest_tag)
{
	ck_assert_str_eq(note_on(MISSING_TAG, "struct tsk_struct", ""),
			 "no type 'struct tsk_struct' in the kernel's BTF ('BTF'); did you mean "
			 "'struct task_struct'?");
	ck_assert_str_eq(note_on(MISSING_TAG, "enum colour", ""),
			 "no type 'enum colour' in the kernel's BTF ('BTF'); did you mean "
			 "'enum color'?");
	/* Near ones of another kind are not what is meant. */
	ck_assert_str_eq(note_on(MISSING_TAG, "union tsk_struct", ""),
			 "no type 'union tsk_struct' in the kernel's BTF ('BTF')");
	ck_assert_str_eq(note_on(MISSING_TAG, "struct task_struct", ""), "");
}
END_TEST

START_TEST(suggest_another_kind)
{
	ck_assert_str_eq(note_on(MISSING_TAG, "struct number_t", ""),
			 "no type 'struct number_t' in the kernel's BTF ('BTF'); 'number_t' is the "
			 "name of a typedef");
	ck_assert_str_eq(note_on(MISSING_TAG, "union task_struct", ""),
			 "no type 'union task_struct' in the kernel's BTF ('BTF'); it has "
			 "'struct task_struct'");
	ck_assert_str_eq(note_on(MISSING_NAME, "task_struct", ""),
			 "no enumerator 'task_struct' in the kernel's BTF ('BTF'); it has "
			 "'struct task_struct'");
}
END_TEST

START_TEST(suggest_name)
{
	ck_assert_str_eq(note_on(MISSING_NAME, "COLOR_REED", ""),
			 "no enumerator 'COLOR_REED' in the kernel's BTF ('BTF'); did you mean "
			 "'COLOR_RED'?");
	ck_assert_str_eq(note_on(MISSING_NAME, "WIDE_ON", ""),
			 "no enumerator 'WIDE_ON' in the kernel's BTF ('BTF'); did you mean "
			 "'WIDE_ONE'?");
	ck_assert_str_eq(
		note_on(MISSING_NAME, "AF_INET", ""),
		"no enumerator 'AF_INET' in the kernel's BTF ('BTF'); BTF has no macros: if "
		"it is one, define it in the source");
	/* A variable or function, for all that BTF can tell. */
	ck_assert_str_eq(note_on(MISSING_NAME, "coutn", ""), "");
}
END_TEST

START_TEST(suggest_field)
{
	ck_assert_str_eq(note_on(MISSING_FIELD, "state", "struct task_struct"),
			 "'struct task_struct' in the kernel's BTF ('BTF') has no field 'state'; "
			 "did you mean '__state'?");
	ck_assert_str_eq(
		note_on(MISSING_FIELD, "in_unoin", "struct task_struct"),
		"'struct task_struct' in the kernel's BTF ('BTF') has no field 'in_unoin'; "
		"did you mean 'in_union'?");
	ck_assert_str_eq(note_on(MISSING_FIELD, "countr", "atomic_t"),
			 "'atomic_t' in the kernel's BTF ('BTF') has no field 'countr'; did you "
			 "mean 'counter'?");
	ck_assert_str_eq(note_on(MISSING_FIELD, "x", "struct mine"), "");
	ck_assert_str_eq(note_on(MISSING_FIELD, "x", "number_t"), "");
	ck_assert_str_eq(note_on(MISSING_FIELD, "x", "struct (unnamed at a.c:1:1)"), "");
}
END_TEST

START_TEST(suggest_nothing_on_the_sources_own)
{
	idents__add(&ids, "task_struct", 11, IDENT_TAG | IDENT_DEFINED);
	idents__add(&ids, "tsk_struct", 10, IDENT_TAG | IDENT_DEFINED);
	ck_assert_str_eq(note_on(MISSING_FIELD, "state", "struct task_struct"), "");
	ck_assert_str_eq(note_on(MISSING_TAG, "struct tsk_struct", ""), "");
	idents__free(&ids);
}
END_TEST

/* ---- through the compiler */

#define VMLINUX "/sys/kernel/btf/vmlinux"

/* The texts of all notes of a source that does not compile, and their places. */
static const char *notes_of(const char *source)
{
	static char notes[4096];
	struct bcc_c_module *mod = new_module();
	const struct bcc_c_diag *diag = NULL;
	unsigned int line = 0, column = 0;

	notes[0] = '\0';
	ck_assert_int_eq(bcc_c_module__compile(mod, source, NULL), -EBADMSG);
	while ((diag = bcc_c_module__next_diag(mod, diag))) {
		if (diag->severity == BCC_C_ERROR) {
			line = diag->line;
			column = diag->column;
		}
		if (diag->severity != BCC_C_NOTE || !strstr(diag->text, "kernel's BTF"))
			continue;
		ck_assert_uint_eq(diag->line, line);
		ck_assert_uint_eq(diag->column, column);
		ck_assert(diag->source_line[0]);
		snprintf(notes + strlen(notes), sizeof(notes) - strlen(notes), "%s\n", diag->text);
	}
	bcc_c_module__free(mod);
	return notes;
}

/* A source without the line that includes the kernel's types. */
static void assert_notes(const char *source, size_t cnt, const char *text)
{
	autobuf whole = { 0 };
	const char *notes;
	size_t found = 0;

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	bcc_c__buf_printf(&whole, "#include \"vmlinux.h\"\n%s\n", source);
	notes = notes_of(bcc_c__buf_str(&whole));
	for (const char *at = notes; (at = strchr(at, '\n')); at++)
		found++;
	ck_assert_msg(found == cnt && strstr(notes, text), "%s: not %zu notes with '%s':\n%s",
		      source, cnt, text, notes);
}

START_TEST(suggest_in_sources)
{
	assert_notes("int f(struct tsk_struct *t) { return t->pid; }", 1, "'struct task_struct'");
	assert_notes("int f(struct task_struct *t) { return t->state_of_it; }", 1,
		     "'struct task_struct' in the kernel's BTF ('" VMLINUX "')");
	assert_notes("int f(pid_t1 x) { return 0; }", 1, "did you mean 'pid_t'");
	assert_notes("int f(no_such_type x) { return 0; }", 1, "no type 'no_such_type'");
	assert_notes("int f(void) { return BPF_MAP_TYPE_HAHS; }", 1, "'BPF_MAP_TYPE_HASH'");
	assert_notes("int f(void) { return SOME_LIMIT_OF_ALL; }", 1, "no macros");
	assert_notes("struct u32 x;", 1, "'u32' is the name of a typedef");
	assert_notes("int x = __builtin_offsetof(struct task_struct, no_field_like_that);", 1,
		     "no field 'no_field_like_that'");
}
END_TEST

START_TEST(suggest_once_a_name)
{
	assert_notes("int f(struct no_such *t) { return t->a + t->b + t->c; }", 1,
		     "'struct no_such'");
}
END_TEST

START_TEST(suggest_nothing_else)
{
	/* clang's own advice is enough. */
	assert_notes("int f(struct path *p) { return p->dentri != 0; }", 0, "");
	assert_notes("struct mine { int a; }; int f(struct mine *m) { return m->beta; }", 0, "");
	assert_notes("int f(void) { return some_variable; }", 0, "");
	assert_notes("int f(void) { return 1 }", 0, "");
	/* Without the kernel's types nothing is said of them. */
	ck_assert_str_eq(
		notes_of(
			"#define SEC(x)\nint f(struct task_strct *t) { return t->pid + AF_INET; }"),
		"");
}
END_TEST

START_TEST(suggest_in_the_message)
{
	struct bcc_c_module *mod = new_module();

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	assert_fails(
		mod, EBADMSG, "use of undeclared identifier 'AF_INET'",
		bcc_c_module__compile(mod, "#include \"vmlinux.h\"\nint a = AF_INET;\n", NULL));
	ck_assert_ptr_nonnull(strstr(bcc_c_module__log(mod), "note: no enumerator 'AF_INET'"));
	bcc_c_module__free(mod);
}
END_TEST

/* What the wire holds is not trusted, not even here. */
START_TEST(suggest_on_damaged_diagnostics)
{
	struct missing missing = { .what = MISSING_TYPE, .name = "x", .owner = "", .at = 0 };
	struct missing_list list = { .items = &missing, .cnt = 1 };
	struct btf_view view = { 0 };
	struct suggest suggest = { .btf = &view, .path = "BTF", .damage = "", .ids = &ids };
	autobuf diags = { 0 };

	bcc_c__wire_put(&diags, WIRE_DIAG, "short", 5);
	ck_assert_int_eq(suggest__add_notes(&suggest, &list, &diags), 0);
	ck_assert_uint_eq(diags.size, 8 + 5);
}
END_TEST

SUITE(suggest, suggest_type, suggest_tag, suggest_another_kind, suggest_name, suggest_field,
      suggest_nothing_on_the_sources_own, suggest_in_sources, suggest_once_a_name,
      suggest_nothing_else, suggest_in_the_message, suggest_on_damaged_diagnostics)
