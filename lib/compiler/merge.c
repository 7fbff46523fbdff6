/* SPDX-License-Identifier: BSD-2-Clause */
#include "merge.h"

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "ir.h"

/* Makes room for one more. Returns NULL if there is no memory. */
static void *grow(void *array, size_t cnt, size_t *room, size_t size)
{
	size_t bigger = *room ? 2 * *room : 32;
	void *grown;

	if (cnt < *room)
		return array;
	grown = realloc(array, bigger * size);
	if (grown)
		*room = bigger;
	return grown;
}

/* The open group that has room for a read, or NULL. */
static struct read_group *find_group(struct merge *merge, const struct read *read)
{
	for (size_t i = merge->open; i < merge->group_cnt; i++) {
		struct read_group *group = &merge->groups[i];
		const struct read *first = &merge->reads[group->first];
		int64_t start = read->offset < group->start ? read->offset : group->start;
		int64_t end = read->offset + read->size;

		end = end > group->end ? end : group->end;
		if (!group->closed && first->base == read->base && first->helper == read->helper &&
		    end - start <= merge->window) {
			group->start = start;
			group->end = end;
			return group;
		}
	}
	return NULL;
}

static void add_group(struct merge *merge, const struct read *read, bool movable)
{
	struct read_group *groups = grow(merge->groups, merge->group_cnt, &merge->group_room,
					 sizeof(*groups));

	if (!groups) {
		merge->failed = true;
		return;
	}
	merge->groups = groups;
	groups[merge->group_cnt++] = (struct read_group){
		.first = merge->read_cnt,
		.last = merge->read_cnt,
		.start = read->offset,
		.end = read->offset + read->size,
		.closed = !movable,
	};
}

void merge__add(struct merge *merge, const struct read *read, bool movable)
{
	struct read *reads = grow(merge->reads, merge->read_cnt, &merge->read_room, sizeof(*reads));
	struct read_group *group;

	if (!reads) {
		merge->failed = true;
		return;
	}
	merge->reads = reads;
	reads[merge->read_cnt] = *read;
	reads[merge->read_cnt].next = NO_READ;
	group = movable ? find_group(merge, read) : NULL;
	if (group) {
		reads[group->last].next = merge->read_cnt;
		group->last = merge->read_cnt;
	} else {
		add_group(merge, read, movable);
	}
	merge->read_cnt++;
}

void merge__barrier(struct merge *merge)
{
	merge->open = merge->group_cnt;
}

/* Calls that leave the memory that others may see as it is, and that take no time to speak of. */
static bool is_harmless(uint64_t helper)
{
	switch (helper) {
	case BPF_FUNC_map_lookup_elem:
	case BPF_FUNC_map_update_elem:
	case BPF_FUNC_map_delete_elem:
	case BPF_FUNC_probe_read:
	case BPF_FUNC_probe_read_str:
	case BPF_FUNC_probe_read_kernel:
	case BPF_FUNC_probe_read_kernel_str:
	case BPF_FUNC_probe_read_user:
	case BPF_FUNC_probe_read_user_str:
	case BPF_FUNC_ktime_get_ns:
	case BPF_FUNC_ktime_get_boot_ns:
	case BPF_FUNC_get_smp_processor_id:
	case BPF_FUNC_get_current_pid_tgid:
	case BPF_FUNC_get_current_uid_gid:
	case BPF_FUNC_get_current_comm:
	case BPF_FUNC_get_current_task:
	case BPF_FUNC_get_current_task_btf:
	case BPF_FUNC_get_current_cgroup_id:
	case BPF_FUNC_ringbuf_reserve:
		return true;
	default:
		return false;
	}
}

bool merge__is_barrier(LLVMValueRef at)
{
	LLVMValueRef called;
	size_t len;

	if (LLVMIsAAtomicRMWInst(at) || LLVMIsAAtomicCmpXchgInst(at) || LLVMIsAFenceInst(at))
		return true;
	if (!LLVMIsACallInst(at))
		return false;
	if (ir__helper(at))
		return !is_harmless(ir__helper(at));
	called = LLVMGetCalledValue(at);
	return !LLVMIsAFunction(called) || strncmp(LLVMGetValueName2(called, &len), "llvm.", 5);
}

void merge__free(struct merge *merge)
{
	free(merge->reads);
	free(merge->groups);
}
