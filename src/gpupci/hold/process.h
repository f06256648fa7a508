/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an administrator knows a process by: its unit and its command line. */
#ifndef SRC_GPUPCI_HOLD_PROCESS_H
#define SRC_GPUPCI_HOLD_PROCESS_H

#include <sys/types.h>

#include "src/gpupci/files/root.h"

/*
 * The service or scope of systemd that the process is in, as /proc/PID/cgroup has it
 * ("nvidia-persistenced.service"; with escapes undone: "machine-qemu-1-rocks-33.scope").
 * NULL where it is in none or that cannot be read. 0 or -ENOMEM; freed by the caller.
 */
int process_unit(struct root *root, pid_t process, char **ret_unit);

/*
 * Its command line, words with blanks between, cut at about 200 bytes, what does not
 * print as "?"; where that cannot be had (a kernel thread, another user's) its short name;
 * else NULL. Takes a second at most: a process that hangs can hang its readers too. 0 or
 * -ENOMEM; freed by the caller.
 */
int process_command(struct root *root, pid_t process, char **ret_command);

#endif
