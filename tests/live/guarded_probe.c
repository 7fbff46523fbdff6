/* SPDX-License-Identifier: BSD-2-Clause */
/* All probes of a file have semaphores, or none has. */
#include "static_probes.h"

#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

__extension__ unsigned short bcc_c_test_guarded_semaphore
	__attribute__((unused, section(".probes")));

bool probe_guarded(int number)
{
	bool listened = *(volatile unsigned short *)&bcc_c_test_guarded_semaphore != 0;

	if (listened)
		STAP_PROBE1(bcc_c_test, guarded, number);
	return listened;
}
