/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a command: the database opened, the transaction, the output written. */
#ifndef ROCKS_RUN_H
#define ROCKS_RUN_H

#include "src/cli/command.h"

/* Who types: behind sudo the person, else the user. The answer lasts for the process. */
const char *find_who(void);

/* path is the database's; named says that the user named it. Answers what to exit with. */
int run_command(struct invocation *invocation, const char *path, bool named);

#endif
