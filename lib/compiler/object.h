/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sections of an ELF file in memory, as LLVM makes it.
 */
#ifndef BCC_C__OBJECT_H
#define BCC_C__OBJECT_H

#include <elf.h>

#include "../util.h"

struct object {
	char *data; /* the file, which is the caller's */
	size_t size;
	Elf64_Ehdr *header;
	Elf64_Shdr *sections;
	const char *names;
	size_t names_size;
};

/* Returns 0, or -EINVAL if a section is not inside the file, or this is no such file. */
int object__open(struct object *object, struct bcc_c__buf *elf);

const char *object__name(const struct object *object, const Elf64_Shdr *section);

/* The first section of that name, or NULL. */
const Elf64_Shdr *object__find(const struct object *object, const char *name);

#endif
