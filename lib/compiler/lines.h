/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The source lines in an object, which the verifier shows between instructions.
 *
 * LLVM could put them there, but takes time that grows with the square of their number. So it is
 * told of files that it can't find, and the lines are added afterwards.
 */
#ifndef BCC_C__LINES_H
#define BCC_C__LINES_H

#include "../util.h"

/* Flags of clang's front end that give files such names; see lines__name(). */
#define LINES_FLAGS "-fdebug-compilation-dir=bcc_c:", "-fdebug-prefix-map=/=/bcc_c/none/"

/*
 * Finds the text of a source file by its name. Where it must be read, it goes to buf. Returns NULL
 * where there is none.
 */
typedef const char *(*lines_text_fn)(void *ctx, const char *name, struct bcc_c__buf *buf);

/* A file's name as the source has it, from the one that LLVM was told. */
const char *lines__name(const char *name);

/*
 * Gives the line records in a .BTF.ext section their lines and file names.
 *
 * @btf, @btf_size: the .BTF section
 * @ext, @ext_size: the .BTF.ext section; changed in place
 * @fn, @ctx: where texts come from
 * @out: receives the .BTF section with the strings added
 *
 * Returns 0; -EINVAL if these are not what LLVM makes; -ENOMEM. Format:
 * https://docs.kernel.org/bpf/btf.html
 */
int lines__add(const char *btf, size_t btf_size, char *ext, size_t ext_size, lines_text_fn fn,
	       void *ctx, struct bcc_c__buf *out);

#endif
