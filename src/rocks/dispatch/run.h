/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command: opens the database, begins a transaction, writes the output. */
#ifndef ROCKS_RUN_H
#define ROCKS_RUN_H

#include "src/cli/command.h"

/* Who runs this: under sudo the user who called it, else the user. Do not free. */
const char *find_who(void);

/* path is the inventory's; named: the user gave it. Returns what to exit with. */
int run_command(struct invocation *invocation, const char *path, bool named);

#endif
