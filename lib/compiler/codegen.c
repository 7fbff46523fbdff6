/* SPDX-License-Identifier: BSD-2-Clause */
#include "codegen.h"

#include <pthread.h>
#include <string.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include "maps.h"

/* LLVM's list of targets is one for the process, and takes no two writers. */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void register_target(void)
{
	LLVMInitializeBPFTargetInfo();
	LLVMInitializeBPFTarget();
	LLVMInitializeBPFTargetMC();
	LLVMInitializeBPFAsmPrinter();
	LLVMInitializeBPFAsmParser();
}

static LLVMTargetMachineRef make_machine(const char *triple, const char *cpu,
					 struct bcc_c__buf *message)
{
	LLVMTargetMachineRef machine;
	LLVMTargetRef target;
	char *text = NULL;

	pthread_once(&once, register_target);
	if (LLVMGetTargetFromTriple(triple, &target, &text)) {
		bcc_c__buf_printf(message, "generate code: this LLVM has no BPF target: %s", text);
		LLVMDisposeMessage(text);
		return NULL;
	}
	machine = LLVMCreateTargetMachine(target, triple, cpu, "", LLVMCodeGenLevelDefault,
					  LLVMRelocDefault, LLVMCodeModelDefault);
	if (!machine)
		bcc_c__buf_printf(message, "generate code: LLVM refused the BPF target machine");
	return machine;
}

static int optimise(LLVMModuleRef module, LLVMTargetMachineRef machine, struct bcc_c__buf *message)
{
	LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
	LLVMErrorRef error;
	char *text;

	/* BPF has no vectors to make use of. */
	LLVMPassBuilderOptionsSetLoopVectorization(options, false);
	LLVMPassBuilderOptionsSetSLPVectorization(options, false);
	LLVMPassBuilderOptionsSetLoopInterleaving(options, false);
	error = LLVMRunPasses(module, "default<O2>", machine, options);
	LLVMDisposePassBuilderOptions(options);
	if (!error)
		return 0;
	text = LLVMGetErrorMessage(error);
	bcc_c__buf_printf(message, "optimise: %s", text);
	LLVMDisposeErrorMessage(text);
	return -EBADMSG;
}

static int emit(LLVMModuleRef module, LLVMTargetMachineRef machine, struct bcc_c__buf *elf,
		struct bcc_c__buf *message)
{
	LLVMMemoryBufferRef object = NULL;
	char *text = NULL;

	if (LLVMTargetMachineEmitToMemoryBuffer(machine, module, LLVMObjectFile, &text, &object)) {
		bcc_c__buf_printf(message, "generate code: %s", text);
		LLVMDisposeMessage(text);
		return -EBADMSG;
	}
	bcc_c__buf_append(elf, LLVMGetBufferStart(object), LLVMGetBufferSize(object));
	LLVMDisposeMemoryBuffer(object);
	return elf->failed ? -ENOMEM : 0;
}

/*
 * Asked for debug information of Windows' kind and for no DWARF, LLVM makes none but BTF: the one is
 * for that system alone, and the other would take a third of the time to be thrown away.
 */
static void avoid_dwarf(LLVMModuleRef module)
{
	LLVMContextRef context = LLVMGetModuleContext(module);
	LLVMValueRef one = LLVMConstInt(LLVMInt32TypeInContext(context), 1, false);

	LLVMAddModuleFlag(module, LLVMModuleFlagBehaviorWarning, "CodeView", strlen("CodeView"),
			  LLVMValueAsMetadata(one));
}

static int emit_all(LLVMModuleRef module, LLVMTargetMachineRef machine, struct bcc_c__buf *elf,
		    struct bcc_c__buf *map_elf, struct bcc_c__buf *message)
{
	LLVMModuleRef maps = maps__split(module);
	int err = emit(module, machine, elf, message);

	if (!err && maps)
		err = emit(maps, machine, map_elf, message);
	if (maps)
		LLVMDisposeModule(maps);
	return err;
}

int codegen__run(LLVMModuleRef module, const char *cpu, struct passes *passes,
		 struct bcc_c__buf *elf, struct bcc_c__buf *map_elf, struct bcc_c__buf *message)
{
	LLVMTargetMachineRef machine = make_machine(LLVMGetTarget(module), cpu, message);
	int err;

	if (!machine)
		return -EBADMSG;
	avoid_dwarf(module);
	err = passes__before(module, passes);
	if (!err)
		err = optimise(module, machine, message);
	if (!err)
		err = passes__after(module, passes);
	if (!err)
		err = emit_all(module, machine, elf, map_elf, message);
	LLVMDisposeTargetMachine(machine);
	return err;
}
