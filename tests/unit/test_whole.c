/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's types by need against all of them: no source that compiles with the whole vmlinux.h
 * fails with the one that is written for it, and that one is small.
 */
#include <ctype.h>
#include <glob.h>
#include <sys/stat.h>

#include "compiler/headers.h"
#include "compiler/types.h"
#include "unit.h"

#define VMLINUX "/sys/kernel/btf/vmlinux"

static void save(const char *folder, const char *name, const char *text)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	temp_text(path, text);
}

/* Makes a folder with a vmlinux.h of every type, and returns its path. */
static const char *make_whole(void)
{
	static const char *const others[] = { "bpf.h", "ptrace.h", "types.h" };
	struct btf_view view;
	const char *why = "";
	autobuf text = { 0 };
	bool redefined;

	ck_assert_msg(!btf_view__open(&view, VMLINUX, &why), "%s", why);
	bcc_c__buf_printf(&text, "#define WHOLE 1\n");
	ck_assert_int_eq(types__write(&view, NULL, true, &text, &redefined), 0);
	btf_view__close(&view);
	ck_assert_int_eq(mkdir(temp_path("whole"), 0700), 0);
	ck_assert_int_eq(mkdir(temp_path("whole/linux"), 0700), 0);
	save("whole", "vmlinux.h", bcc_c__buf_str(&text));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		save("whole/linux", others[i], "#include <vmlinux.h>\n");
	return temp_path("whole");
}

static int compile(const char *name, const char *source, const char *folder)
{
	const char *flags[] = { "-I", folder };
	struct bcc_c_compile_opts opts = {
		.sz = sizeof(opts), .name = name, .cflags = flags, .cflags_cnt = folder ? 2 : 0
	};
	struct bcc_c_module *mod = new_module();
	int err = bcc_c_module__compile(mod, source, &opts);

	ck_assert_msg(!err || err == -EBADMSG, "%s: %s", name, bcc_c_module__errmsg(mod));
	bcc_c_module__free(mod);
	return err;
}

static void read_source(const char *path, struct bcc_c__buf *text)
{
	ck_assert_msg(!bcc_c__read_file(path, 1 << 20, text), "%s", path);
}

/* The folder's own vmlinux.h must be the one that is found. */
START_TEST(whole_is_found)
{
	const char *folder;

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	folder = make_whole();
	ck_assert_int_eq(compile("a.c",
				 "#include <linux/types.h>\n#include \"vmlinux.h\"\n"
				 "#ifndef WHOLE\n#error\n#endif\nstruct super_block sb;",
				 folder),
			 0);
}
END_TEST

/* Some ten seconds, in which the code under test does nothing that a sanitizer could see. */
START_TEST(whole_of_every_source_in_the_tests)
{
	static const char *const patterns[] = { "tests/cases/*.bpf.c", "tools/*.bpf.c",
						"bench/*.bpf.c", "bindings/*/tests/*.bpf.c" };
	const char *folder;
	glob_t files;

	if (UNDER_SAN)
		return;
	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	folder = make_whole();
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &files);
	ck_assert_uint_gt(files.gl_pathc, 15);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		autobuf source = { 0 };
		const char *path = files.gl_pathv[i];
		int whole, by_need;

		read_source(path, &source);
		/* A type of the source's own may clash with one of the kernel's that it doesn't use. */
		whole = compile(path, bcc_c__buf_str(&source), folder);
		by_need = compile(path, bcc_c__buf_str(&source), NULL);
		ck_assert_msg(by_need == 0, "%s fails; with the whole vmlinux.h: %d", path, whole);
	}
	globfree(&files);
}
END_TEST

#define TASK "struct task_struct *t = (void *)bpf_get_current_task_btf(); "

/* What may come to need a type without naming it. */
static const char *const sources[] = {
	/* the result of a helper */
	"int f(void) { return bpf_get_current_task_btf()->pid; }",
	"int f(void) { return bpf_get_current_task_btf()->mm->owner->pid; }",
	/* members of members, by value and by pointer */
	"int f(struct file *f) { return f->f_inode->i_sb->s_dev; }",
	"int f(struct file *f) { return f->f_path.dentry->d_name.len; }",
	"int f(struct sock *sk) { return sk->__sk_common.skc_net.net->ns.inum; }",
	"int f(struct sock *sk) { return sk->sk_socket->file->f_flags; }",
	/* types that are only told from expressions */
	"int f(struct task_struct *t) { typeof(t->mm) m = t->mm; return m->map_count; }",
	"int f(struct task_struct *t) { __auto_type s = t->signal; return s->nr_threads; }",
	"int f(void) { " TASK "return sizeof(*t->real_parent->mm); }",
	"int f(struct task_struct *t) { return sizeof(t->files->fdtab); }",
	"int a[sizeof(((struct task_struct *)0)->comm)];",
	"unsigned long a = __builtin_offsetof(struct task_struct, thread.sp);",
	"int f(struct list_head *l) { return ((struct task_struct *)((void *)l -"
	" __builtin_offsetof(struct task_struct, tasks)))->pid; }",
	/* members with a body of their own, arrays, functions */
	"int f(struct task_struct *t) { return t->thread_info.flags; }",
	"int f(struct super_block *s) { return s->s_op->statfs != 0; }",
	"int f(struct file *f, char *b) { return f->f_op->read(f, b, 1, 0); }",
	"int f(struct task_struct *t) { return t->se.cfs_rq->curr->vruntime; }",
	"int f(struct request *r) { return r->q->disk->major; }",
	/* enumerators and enums */
	"int a = BPF_MAP_TYPE_HASH + IPPROTO_TCP + PIDTYPE_PID;",
	"enum pid_type f(void) { return PIDTYPE_TGID; }",
	"int f(void) { return bpf_core_enum_value(enum bpf_map_type, BPF_MAP_TYPE_ARRAY); }",
	/* typedefs of what has no other name */
	"int f(atomic_t *a) { return a->counter; }",
	"int f(kuid_t u) { return u.val; }",
	"int f(struct inode *i) { return i->i_uid.val + i->i_rwsem.count.counter; }",
	/* questions about types */
	"int f(struct task_struct *t) { return bpf_core_field_exists(t->mm); }",
	"int f(void) { return bpf_core_type_exists(struct no_such_struct); }",
	"int f(void) { return bpf_core_type_size(struct task_struct); }",
	"int f(struct task_struct *t) { return BPF_CORE_READ(t, mm, exe_file, f_path.dentry, "
	"d_inode, i_ino); }",
	/* types of the source's own that have a kernel's name, in whole or in part */
	"struct task_struct___old { int state; } __attribute__((preserve_access_index));\n"
	"int f(struct task_struct___old *t) { return bpf_core_field_exists(t->state); }",
	"struct event { int a; }; int f(struct event *e) { return e->a; }",
	/* only declared, or not used */
	"struct sock; struct sock *f(struct sock *sk) { return sk; }",
	"struct no_such_struct *f(void) { return 0; }",
	/* these fail both ways */
	"int f(struct no_such_struct *x) { return x->y; }",
	"int f(struct task_struct *t) { return t->no_such_field; }",
	"int f(void) { return NO_SUCH_ENUMERATOR; }",
	"int f(task_struct *t) { return t->pid; }",
	"struct u32 x;",
	"union task_struct x;",
};

START_TEST(whole_of_difficult_sources)
{
	const char *folder;

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	folder = make_whole();
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		autobuf source = { 0 };

		bcc_c__buf_printf(&source,
				  "#include \"vmlinux.h\"\n#include <bpf/bpf_helpers.h>\n"
				  "#include <bpf/bpf_core_read.h>\n%s\n",
				  sources[i]);
		/* What compiles by need is as it should be. */
		if (compile("a.c", bcc_c__buf_str(&source), NULL))
			ck_assert_msg(compile("a.c", bcc_c__buf_str(&source), folder),
				      "fails only by need: %s", sources[i]);
	}
}
END_TEST

/* ---- how much is written */

/* Finds a text's identifiers, roughly as the compiler does, which also sees through macros. */
static void scan(const char *at, struct idents *ids)
{
	uint32_t use = IDENT_ORDINARY;

	while (*at) {
		size_t len = 0;

		while (isalnum((unsigned char)at[len]) || at[len] == '_')
			len++;
		if (!strncmp(at, "/*", 2) && strstr(at, "*/"))
			at = strstr(at, "*/") + 1;
		if (len == 6 && !strncmp(at, "struct", 6)) {
			use = IDENT_TAG;
		} else if (len) {
			bool defined = use == IDENT_TAG && at[len + strspn(at + len, " ")] == '{';

			idents__add(ids, at, len, use | (defined ? IDENT_DEFINED : 0));
			use = IDENT_ORDINARY;
		}
		at += len ? len : 1;
	}
}

static size_t count_lines(const char *source)
{
	struct idents ids = { 0 };
	struct btf_view view;
	const char *why = "";
	autobuf text = { 0 };
	size_t lines = 0;
	bool redefined;

	scan(source, &ids);
	for (const char *const *name = headers_types; *name; name++)
		idents__add(&ids, *name, strlen(*name), IDENT_ORDINARY);
	ck_assert_msg(!btf_view__open(&view, VMLINUX, &why), "%s", why);
	ck_assert_int_eq(types__write(&view, &ids, false, &text, &redefined), 0);
	btf_view__close(&view);
	idents__free(&ids);
	for (const char *at = bcc_c__buf_str(&text); (at = strchr(at, '\n')); at++)
		lines++;
	return lines;
}

START_TEST(need_of_opensnoop_is_small)
{
	autobuf source = { 0 };
	size_t lines;

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	read_source("tools/opensnoop.bpf.c", &source);
	lines = count_lines(bcc_c__buf_str(&source));
	printf("# opensnoop: %zu lines\n", lines);
	ck_assert_uint_lt(lines, 3000);
	ck_assert_uint_gt(lines, 100);
}
END_TEST

static const char walk[] =
	"#include \"vmlinux.h\"\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_core_read.h>\n"
	"#include <bpf/bpf_tracing.h>\n"
	"struct event { u64 ino; u32 ppid, inum, dev; u16 family, port; char comm[16], name[32]; };\n"
	"struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); }\n"
	"events SEC(\".maps\");\n"
	"char _license[] SEC(\"license\") = \"GPL\";\n"
	"SEC(\"kprobe/x\") int BPF_KPROBE(prog, struct file *file, struct sock *sk)\n{\n"
	"	struct task_struct *task = (void *)bpf_get_current_task();\n"
	"	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);\n"
	"	struct inode *inode = BPF_CORE_READ(dentry, d_inode);\n"
	"	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);\n"
	"	if (!e)\n		return 0;\n"
	"	e->ppid = BPF_CORE_READ(task, real_parent, tgid);\n"
	"	e->inum = BPF_CORE_READ(task, nsproxy, pid_ns_for_children, ns.inum);\n"
	"	e->ino = BPF_CORE_READ(inode, i_ino);\n"
	"	e->dev = BPF_CORE_READ(inode, i_sb, s_dev);\n"
	"	e->family = BPF_CORE_READ(sk, __sk_common.skc_family);\n"
	"	e->port = BPF_CORE_READ(sk, __sk_common.skc_dport);\n"
	"	bpf_get_current_comm(e->comm, sizeof(e->comm));\n"
	"	bpf_probe_read_kernel_str(e->name, sizeof(e->name),\n"
	"				  BPF_CORE_READ(dentry, d_name.name));\n"
	"	bpf_ringbuf_submit(e, 0);\n	return 0;\n}\n";

START_TEST(need_of_a_walk_is_small)
{
	size_t lines;

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	ck_assert_int_eq(compile("walk.c", walk, NULL), 0);
	lines = count_lines(walk);
	printf("# walk: %zu lines\n", lines);
	ck_assert_uint_lt(lines, 6000);
}
END_TEST

SUITE(whole, whole_is_found, whole_of_every_source_in_the_tests, whole_of_difficult_sources,
      need_of_opensnoop_is_small, need_of_a_walk_is_small)
