/* SPDX-License-Identifier: BSD-2-Clause */
#include "static_probes.h"

#include <stdint.h>
#include <string.h>

/* Each probe chooses where its arguments are: x stands for what is defined at that point. */
#define STAP_SDT_ARG_CONSTRAINT PLACE
#include <sys/sdt.h>

#define IN_MEMORY(n, type, value) volatile type memory##n = (type)(value);
#define COPY(n, type, value) type copy##n = memory##n;

/* The assembler's constraints: an immediate number, a register, memory. */
#define PLACE i

void probe_constants(void)
{
#define CONSTANT(n, type, value) , (type)(value)
#define PROBE(...) STAP_PROBE8(__VA_ARGS__)
	PROBE(bcc_c_test, constants FOR_EACH_ARGUMENT(CONSTANT));
}

#undef PLACE
#define PLACE r

void probe_registers(void)
{
	FOR_EACH_ARGUMENT(IN_MEMORY)
	FOR_EACH_ARGUMENT(COPY)

	STAP_PROBE8(bcc_c_test, registers, copy1, copy2, copy3, copy4, copy5, copy6, copy7, copy8);
}

void probe_text(const char *text)
{
	STAP_PROBE2(bcc_c_test, text, text, strlen(text));
}

#undef PLACE
#define PLACE m

void probe_memory(void)
{
	FOR_EACH_ARGUMENT(IN_MEMORY)

	STAP_PROBE8(bcc_c_test, memory, memory1, memory2, memory3, memory4, memory5, memory6,
		    memory7, memory8);
}

static volatile int variable = 77;

void probe_variable(void)
{
	STAP_PROBE1(bcc_c_test, variable, variable);
}

void probe_indexed(const long *numbers, long i)
{
	STAP_PROBE1(bcc_c_test, indexed, numbers[i]);
}

#undef PLACE
#define PLACE nor

__attribute__((noinline)) void probe_several(int place, long number)
{
	switch (place) {
	case 0:
		STAP_PROBE1(bcc_c_test, several, 1);
		break;
	case 1:
		STAP_PROBE1(bcc_c_test, several, number);
		break;
	default:
		STAP_PROBE1(bcc_c_test, several, (short)3);
		break;
	}
}

void reach_several(void)
{
	for (int i = 0; i < REACH_CALLS; i++) {
		probe_several(0, 0);
		probe_several(1, 1000);
		probe_several(2, 0);
	}
}
