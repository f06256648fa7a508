/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an administrator knows a process: its unit and its command line. */
#ifndef SRC_GPUPCI_HOLD_PROCESS_H
#define SRC_GPUPCI_HOLD_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "src/gpupci/files/root.h"

/*
 * Finds the systemd service or scope of the process from /proc/PID/cgroup, with escapes
 * undone ("nvidia-persistenced.service", "machine-qemu-1-rocks-33.scope"). *ret_unit is
 * NULL if it has none or cannot be read. Returns 0 or -ENOMEM; the caller frees
 * *ret_unit.
 */
int process_unit(struct root *root, pid_t process, char **ret_unit);

/*
 * Reads its command line, words separated by blanks, cut at about 200 bytes, with ? for
 * what does not print; if that fails (a kernel thread, another user's process) its short
 * name; else NULL. Takes at most a second: a hung process can hang its readers. Returns 0
 * or -ENOMEM; the caller frees *ret_command.
 */
int process_command(struct root *root, pid_t process, char **ret_command);

/*
 * Finds the line of a file such as /proc/PID/status that begins with a word such as
 * "VmLck:", and reads the number after it.
 */
bool process_find_number(const char *text, const char *word, uint64_t *ret_number);

#endif
