/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After optimisation: what takes a packet header for memory is an error. Its pointers are offsets, and
 * what they stand for is known by now: fields that were read one by one are stand-ins (packet.h).
 */
#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>

#include "ir.h"
#include "packet.h"
#include "pass.h"

/* How far back the making of an address is followed. */
#define MOST_STEPS 8

/* Whether a number, or an address, is made of nothing but constants and what the packet holds. */
static bool is_offset(LLVMValueRef value, int steps)
{
	LLVMOpcode opcode = ir__opcode(value);

	if (!opcode)
		return LLVMIsAConstantInt(value) || LLVMIsAConstantPointerNull(value);
	if (packet__instruction_bytes(value) || packet__load_bytes(value))
		return true;
	if (!steps || opcode == LLVMCall || opcode == LLVMLoad || opcode == LLVMAlloca ||
	    opcode == LLVMPHI)
		return false;
	for (unsigned int i = 0; i < (unsigned int)LLVMGetNumOperands(value); i++)
		if (!is_offset(LLVMGetOperand(value, i), steps - 1))
			return false;
	return true;
}

/* A header that is copied as a whole, or a cursor that is followed. */
static void check_access(struct passes *passes, LLVMValueRef inst)
{
	bool copy = packet__is(inst, "llvm.memcpy");

	if (((copy || LLVMIsALoadInst(inst)) && is_offset(LLVMGetOperand(inst, 0), MOST_STEPS)) ||
	    ((copy || LLVMIsAStoreInst(inst)) && is_offset(LLVMGetOperand(inst, 1), MOST_STEPS)))
		pass__error(passes, inst,
			    "a packet header is an offset into the packet, and this wants memory: "
			    "use its fields one by one, or get bytes by bpf_skb_load_bytes()");
}

/* Whether it is the context's field that says where in memory the packet is. */
static bool is_start_of_data(LLVMValueRef value)
{
	LLVMValueRef fn, base;
	int64_t offset = 0;
	size_t len;
	const char *context;

	if (ir__opcode(value) != LLVMLoad)
		return false;
	fn = LLVMGetBasicBlockParent(LLVMGetInstructionParent(value));
	base = ir__strip(LLVMGetOperand(value, 0), ir__layout(value), &offset);
	if (!LLVMCountParams(fn) || base != LLVMGetParam(fn, 0))
		return false;
	context = ir__type_name(ir__pointee(ir__param_type(fn, 0), ir__context(fn)), &len);
	if (len == strlen("xdp_md") && !memcmp(context, "xdp_md", len))
		return offset == offsetof(struct xdp_md, data);
	return offset == offsetof(struct __sk_buff, data);
}

/* The packet's memory, or the program's own, by a record that is for offsets. */
static void check_offset(struct passes *passes, LLVMValueRef inst)
{
	int64_t offset = 0;
	LLVMValueRef base;

	if (!packet__load_bytes(inst) && !packet__store_bytes(inst))
		return;
	base = ir__strip(LLVMGetOperand(inst, 0), ir__layout(inst), &offset);
	if (LLVMIsAAllocaInst(base) || LLVMIsAGlobalVariable(base)) {
		pass__error(passes, inst,
			    "a packet header stands for an offset into the packet, and this one is "
			    "a pointer to a variable: use the variable by its name");
		return;
	}
	while (ir__opcode(base) == LLVMIntToPtr || ir__opcode(base) == LLVMZExt)
		base = LLVMGetOperand(base, 0);
	if (is_start_of_data(base))
		pass__error(passes, inst,
			    "a packet header stands for an offset into the packet, from "
			    "cursor_advance(): for pointers between data and data_end use the "
			    "kernel's structs, such as struct iphdr");
}

/* The address of a field is good to compute with; calls other than of stand-ins are helpers'. */
static void check_address(struct passes *passes, LLVMValueRef address)
{
	for (LLVMUseRef use = LLVMGetFirstUse(address); use; use = LLVMGetNextUse(use)) {
		LLVMValueRef user = LLVMGetUser(use);
		LLVMOpcode opcode = ir__opcode(user);

		if (opcode == LLVMGetElementPtr || opcode == LLVMBitCast)
			check_address(passes, user);
		else if (opcode == LLVMLoad ||
			 (opcode == LLVMStore && LLVMGetOperand(user, 1) == address) ||
			 (opcode == LLVMCall && !packet__is(user, PACKET_PREFIX)))
			pass__error(
				passes, user,
				"the address of a packet header's field is an offset into the "
				"packet, and this wants memory: read the field into a variable, "
				"or get bytes by bpf_skb_load_bytes()");
	}
}

static bool has_stand_in(LLVMValueRef fn)
{
	ir_for_each_instruction(inst, next, fn) {
		if (packet__is(inst, PACKET_PREFIX))
			return true;
	}
	return false;
}

void pass_packet_check(LLVMModuleRef module, struct passes *passes)
{
	if (!packet__is_used(module))
		return;
	ir_for_each_function(fn, next_fn, module) {
		if (!has_stand_in(fn))
			continue;
		ir_for_each_instruction(inst, next, fn) {
			check_access(passes, inst);
			check_offset(passes, inst);
			if (packet__is(inst, PACKET_AT))
				check_address(passes, inst);
		}
	}
}
