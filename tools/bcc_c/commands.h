/* SPDX-License-Identifier: BSD-2-Clause */
/* The subcommands of bcc_c. Each takes its own command line, argv[0] being "bcc_c NAME", and
 * returns an exit code. */
#ifndef BCC_C_COMMANDS_H
#define BCC_C_COMMANDS_H

int compile_command(int argc, char **argv);
int check_command(int argc, char **argv);
int run_command(int argc, char **argv);
int cache_command(int argc, char **argv);
int info_command(int argc, char **argv);

#endif
