/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands. */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include "commands/command.h"

extern const struct command *const commands[]; /* sorted by words */
extern const size_t commands_count;

#endif
