/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An ELF file that is open for reading, through libelf.
 */
#ifndef BCC_C__ELF_FILE_H
#define BCC_C__ELF_FILE_H

#include <gelf.h>

#include "internal.h"

struct bcc_c__elf {
	int fd;
	Elf *elf;
};

/*
 * Opens a file.
 *
 * @file: to be closed by the caller, whatever comes of it
 * @why: receives what is wrong with the file, a constant string
 *
 * Returns 0 or a negative errno; -ENOEXEC: no ELF file.
 */
int bcc_c__elf_open(struct bcc_c__elf *file, const char *path, const char **why);

void bcc_c__elf_close(struct bcc_c__elf *file);

#define autoelf __attribute__((cleanup(bcc_c__elf_close))) struct bcc_c__elf

/* The place in the file of an address, by the segments that are loaded. False if it has none. */
bool bcc_c__elf_offset(Elf *elf, uint64_t address, uint64_t *offset);

#endif
