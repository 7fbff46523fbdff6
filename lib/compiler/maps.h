/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects with many maps: the types of these are made apart from the code.
 */
#ifndef BCC_C__MAPS_H
#define BCC_C__MAPS_H

#include <llvm-c/Core.h>

/*
 * Takes the debug information of maps out of a module that has many, into a new one that has the
 * same maps and nothing else. What is made of that has the maps' types, with their names, to be
 * added to those of the object.
 *
 * Returns the new module, which the caller disposes of, or NULL where there is no need for it.
 */
LLVMModuleRef maps__split(LLVMModuleRef module);

#endif
