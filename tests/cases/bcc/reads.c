// SPDX-License-Identifier: BSD-2-Clause
/* Kernel memory by plain C, in each way that a pointer may come about. */
#include <linux/sched.h>
#include <linux/fs.h>
#include <linux/dcache.h>

struct kept {
	u64 when;
	struct task_struct *task;
};

BPF_HASH(tasks, u32, struct task_struct *);
BPF_HASH(records, u32, struct kept);
BPF_ARRAY(pointers, void *, 2);

static struct task_struct *current(void)
{
	return (struct task_struct *)bpf_get_current_task();
}

int chain(struct bpf_raw_tracepoint_args *ctx)
{
	return current()->real_parent->tgid;
}

int character(struct bpf_raw_tracepoint_args *ctx)
{
	u32 index = ctx->args[0] & 15;

	return current()->comm[index];
}

/* Whole structs, an array by its address, and a name that is elsewhere. */
int copies(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = current();
	struct qstr name = task->fs->pwd.dentry->d_name;
	char comm[TASK_COMM_LEN];

	bpf_probe_read_kernel(&comm, sizeof(comm), task->comm);
	return name.len * 1000 + comm[0];
}

int keep(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = current();
	struct kept kept = { .when = 1, .task = task->real_parent };
	u32 key = 1;

	records.update(&key, &kept);
	tasks.update(&key, &task);
	return 0;
}

int kept(struct bpf_raw_tracepoint_args *ctx)
{
	u32 key = 1;
	struct task_struct **task = tasks.lookup(&key);
	struct kept *kept = records.lookup(&key);

	if (!task || !kept)
		return -1;
	return (*task)->tgid == kept->task->tgid ? -2 : kept->task->tgid;
}

/* The stack or the kernel: the compiler can't know. */
int either(struct bpf_raw_tracepoint_args *ctx)
{
	int here = 1234, *number = &here;

	if (ctx->args[0])
		number = &current()->tgid;
	return *number;
}

/* As the source says, and only once each. */
int explicit_reads(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = current(), *parent;
	int pid = 0;

	bpf_probe_read(&parent, sizeof(parent), &task->real_parent);
	bpf_probe_read(&pid, sizeof(pid), &parent->tgid);
	return pid;
}

static int count_up(struct task_struct *task, int most)
{
	int count = 0;

	for (int i = 0; i < most; i++) {
		if (!task || task->pid <= 1)
			break;
		task = task->real_parent;
		count++;
	}
	return count;
}

int ancestors(struct bpf_raw_tracepoint_args *ctx)
{
	return count_up(current(), 12);
}

/* A null pointer that is followed: zero, and the test behind it still stands. */
int nowhere(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx->args[0];
	int pid = task->tgid;

	if (!task)
		return 5 + pid;
	return 6 + pid;
}

/* An address of the user's, by plain bpf_probe_read and by plain C. */
int of_user(struct bpf_raw_tracepoint_args *ctx)
{
	int *numbers = (int *)ctx->args[0], second = 0;

	bpf_probe_read(&second, sizeof(second), numbers + 1);
	return numbers[0] * 1000 + second;
}

int text_of_user(struct bpf_raw_tracepoint_args *ctx)
{
	char text[16] = {};
	int length = bpf_probe_read_str(text, sizeof(text), (void *)ctx->args[0]);

	return length * 1000 + text[length > 1 ? 1 : 0];
}

/* A string literal and an array are no kernel memory. */
int literals(struct bpf_raw_tracepoint_args *ctx)
{
	char text[] = "literal";
	const char *chosen = ctx->args[0] ? "first" : "second";
	u32 index = ctx->args[1] & 3;

	return text[index] * 1000 + chosen[index];
}

/* What atomics and volatile say is read too. */
int carefully(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = current();
	int one = __atomic_load_n(&task->tgid, __ATOMIC_RELAXED);
	int other = *(volatile int *)&task->tgid;

	return one == other ? one : -1;
}
