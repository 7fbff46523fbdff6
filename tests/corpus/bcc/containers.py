# SPDX-License-Identifier: BSD-2-Clause
"""The C text by which programs leave out what belongs to other containers."""

_CGROUPS = """
BPF_TABLE_PINNED("hash", u64, u64, cgroups_wanted, 1024, "%s");
static inline int other_cgroup(void)
{
	u64 id = bpf_get_current_cgroup_id();

	return !cgroups_wanted.lookup(&id);
}
"""

# The tools that take this also define the structure, unless MNT_NAMESPACE_DEFINED.
_MOUNTS = """
#include <linux/nsproxy.h>
#include <linux/mount.h>
#include <linux/ns_common.h>
struct mnt_namespace {
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
	atomic_t count;
#endif
	struct ns_common ns;
};
#define MNT_NAMESPACE_DEFINED
BPF_TABLE_PINNED("hash", u64, u32, mounts_wanted, 1024, "%s");
static inline int other_mounts(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	u64 id = task->nsproxy->mnt_ns->ns.inum;

	return !mounts_wanted.lookup(&id);
}
"""

_NONE = "static inline int %s(void) { return 0; }\n"


def filter_by_containers(args):
    return ((_CGROUPS % args.cgroupmap if args.cgroupmap else _NONE % "other_cgroup") +
            (_MOUNTS % args.mntnsmap if args.mntnsmap else _NONE % "other_mounts") +
            "static inline int container_should_be_filtered()\n"
            "{ return other_cgroup() || other_mounts(); }\n")
