/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet.h"
Suite *suite_packets(void)
{
	return suite_create("packets");
}
