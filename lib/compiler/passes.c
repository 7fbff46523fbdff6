/* SPDX-License-Identifier: BSD-2-Clause */
#include "passes.h"

#include <errno.h>
#include <time.h>

#include "pass.h"

typedef void (*pass_fn)(LLVMModuleRef module, struct passes *passes);

static int run(const pass_fn *fns, LLVMModuleRef module, struct passes *passes)
{
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (; *fns && !passes->failed; fns++)
		(*fns)(module, passes);
	clock_gettime(CLOCK_MONOTONIC, &end);
	passes->us += (end.tv_sec - start.tv_sec) * 1000000LL +
		      (end.tv_nsec - start.tv_nsec) / 1000;
	return passes->failed ? -EBADMSG : 0;
}

int passes__before(LLVMModuleRef module, struct passes *passes)
{
	static const pass_fn bcc[] = { pass_records, pass_programs, pass_args,
				       pass_return,  pass_packet,   NULL };
	static const pass_fn libbpf[] = { pass_packet, NULL };

	return run(passes->dialect == BCC_C_DIALECT_BCC ? bcc : libbpf, module, passes);
}

int passes__after(LLVMModuleRef module, struct passes *passes)
{
	static const pass_fn both[] = {
		pass_packet_check, pass_packet_lower, pass_skb,    pass_null,
		pass_either,       pass_reads,        pass_narrow, pass_stack,
		pass_constants,    pass_result,       NULL
	};

	return run(both, module, passes);
}
