/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes that a tool looks at: those that run already, and a command the tool starts itself.
 */
#ifndef TOOLS_PROCESS_H
#define TOOLS_PROCESS_H

#include <sys/types.h>

/*
 * A descriptor that becomes readable when the process ends; -1 where the kernel has none (before
 * Linux 5.3). Ends the tool with a message if there is no such process, or the number is that of a
 * thread.
 */
int process_watch(pid_t pid);

/* A command that waits for the word to begin. */
struct command {
	pid_t pid;
	int go_fd;     /* closed without a word: the waiting process ends */
	int failed_fd; /* the error code of a failed exec */
};

/*
 * Makes the process; it waits before the command's first instruction. To be called before
 * run_start(), so that the command inherits the signal settings the tool was started with. argv is
 * ended by NULL.
 */
void command_prepare(struct command *command, char **argv);

/* Lets it begin. Ends the tool with a message if it cannot be started. */
void command_begin(struct command *command, char **argv);

/* Takes an ended command's status, and says on stderr what it was unless it is 0. */
void command_report(const struct command *command);

#endif
