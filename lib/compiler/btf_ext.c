/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_ext.h"

#include <errno.h>
#include <string.h>

int btf_ext__walk(char *at, size_t size, size_t least, btf_ext_fn fn, void *ctx)
{
	const char *end = at + size;
	struct btf_ext_part part;
	uint32_t stride;
	int err = 0;

	if (size < sizeof(stride))
		return -EINVAL;
	memcpy(&stride, at, sizeof(stride));
	if (stride < least)
		return -EINVAL;
	for (at += sizeof(stride); at < end;) {
		if (end - at < (ptrdiff_t)sizeof(part))
			return -EINVAL;
		memcpy(&part, at, sizeof(part));
		at += sizeof(part);
		if (part.cnt > (size_t)(end - at) / stride)
			return -EINVAL;
		for (uint32_t i = 0; !err && i < part.cnt; i++, at += stride)
			err = fn(ctx, at);
		if (err)
			return err;
	}
	return 0;
}
