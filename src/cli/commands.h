/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands. */
#ifndef SRC_CLI_COMMANDS_H
#define SRC_CLI_COMMANDS_H

#include "src/cli/command.h"

extern const struct command *const commands[]; /* sorted by words */
extern const size_t commands_count;

#endif
