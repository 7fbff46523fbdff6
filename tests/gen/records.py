# SPDX-License-Identifier: BSD-2-Clause
"""What a program may read of a task: fields that stay the same while the task does nothing else.

For each record its scalars with their types, its pointers to other records, its arrays (type and
length), its bit-fields, and records within it that are copied whole (type and some fields).
"""


class Record:
    def __init__(self, scalars="", pointers="", arrays="", bits="", inner=""):
        self.scalars = [tuple(word.split(":")) for word in scalars.split()]
        self.pointers = [tuple(word.split(":")) for word in pointers.split()]
        self.arrays = [(n, t, int(c)) for n, t, c in (word.split(":") for word in arrays.split())]
        self.bits = bits.split()
        self.inner = [(n, t, f.split(",")) for n, t, f in (word.split(":") for word in inner.split())]


RECORDS = {
    "task_struct": Record(
        "pid:s32 tgid:s32 static_prio:s32 normal_prio:s32 policy:u32 exit_signal:s32 "
        "start_time:u64 start_boottime:u64 personality:u32 pdeath_signal:s32",
        "real_parent:task_struct parent:task_struct group_leader:task_struct mm:mm_struct "
        "fs:fs_struct nsproxy:nsproxy signal:signal_struct cred:cred real_cred:cred "
        "thread_pid:pid files:files_struct",
        "comm:char:16",
        "sched_reset_on_fork in_execve"),
    "mm_struct": Record(
        "start_code:u64 end_code:u64 start_data:u64 end_data:u64 start_stack:u64 arg_start:u64 "
        "arg_end:u64 env_start:u64 env_end:u64 task_size:u64 mmap_base:u64",
        "exe_file:file user_ns:user_namespace",
        "saved_auxv:u64:20"),
    "file": Record("f_mode:u32 f_flags:u32",
                   "f_inode:inode f_path.dentry:dentry f_path.mnt:vfsmount f_cred:cred",
                   inner="f_path:path:dentry,mnt"),
    "dentry": Record("d_name.len:u32 d_name.hash:u32 d_name.hash_len:u64",
                     "d_parent:dentry d_inode:inode d_sb:super_block",
                     inner="d_name:qstr:len,hash,hash_len,name"),
    "inode": Record("i_ino:u64 i_mode:u16 i_opflags:u16 i_blkbits:u8 i_nlink:u32 i_generation:u32 "
                    "i_rdev:u32 i_uid.val:u32 i_gid.val:u32",
                    "i_sb:super_block"),
    "super_block": Record("s_blocksize:u64 s_blocksize_bits:u8 s_magic:u64 s_maxbytes:s64 s_dev:u32",
                          "s_type:file_system_type s_root:dentry s_user_ns:user_namespace",
                          "s_id:char:32"),
    "file_system_type": Record("fs_flags:s32 name:u64"),
    "vfsmount": Record("mnt_flags:s32", "mnt_root:dentry mnt_sb:super_block"),
    "cred": Record("uid.val:u32 gid.val:u32 euid.val:u32 fsuid.val:u32 securebits:u32",
                   "user_ns:user_namespace",
                   inner="uid:kuid_t:val cap_effective:kernel_cap_t:"),
    "user_namespace": Record("level:s32 ns.inum:u32 owner.val:u32 flags:u64",
                             "parent:user_namespace"),
    "nsproxy": Record("", "uts_ns:uts_namespace pid_ns_for_children:pid_namespace"),
    "uts_namespace": Record("ns.inum:u32", "user_ns:user_namespace",
                            "name.sysname:char:65 name.release:char:65 name.machine:char:65"),
    "pid_namespace": Record("level:u32 ns.inum:u32",
                            "parent:pid_namespace child_reaper:task_struct user_ns:user_namespace"),
    "pid": Record("level:u32"),
    "fs_struct": Record("umask:s32 in_exec:s32",
                        "pwd.dentry:dentry root.dentry:dentry pwd.mnt:vfsmount",
                        inner="pwd:path:dentry,mnt"),
    "files_struct": Record("", "fdt:fdtable"),
    "fdtable": Record("max_fds:u32"),
    "signal_struct": Record("nr_threads:s32 oom_score_adj:s16 oom_score_adj_min:s16 "
                            "rlim[0].rlim_cur:u64 rlim[3].rlim_max:u64 rlim[7].rlim_cur:u64",
                            bits="is_child_subreaper has_child_subreaper"),
}

# From a record back to one of the same type, as often as one likes.
CHAINS = [("task_struct", "real_parent", "tgid", "s32"),
          ("task_struct", "parent", "start_time", "u64"),
          ("user_namespace", "parent", "level", "s32"),
          ("dentry", "d_parent", "d_name.len", "u32")]
