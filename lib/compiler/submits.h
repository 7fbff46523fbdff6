/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types of the records that programs in BCC's dialect hand to tables such as
 * BPF_PERF_OUTPUT(), whose methods take a void *.
 */
#ifndef BCC_C__SUBMITS_H
#define BCC_C__SUBMITS_H

#include <clang/AST/ASTConsumer.h>

#include <memory>

/*
 * Puts in front of the code generator what looks at the calls of such methods in each function, and
 * has it emit a variable for each type that a table's records have: a pointer to it, named
 * WIRE_EVENTS_PREFIX, a number, '_' and the table, in the section WIRE_EVENTS_SECTION (wire.h). BTF tells the
 * variables' types; their values are nothing, and libbpf doesn't load the section.
 */
std::unique_ptr<clang::ASTConsumer> submits__watch(std::unique_ptr<clang::ASTConsumer> generator);

#endif
