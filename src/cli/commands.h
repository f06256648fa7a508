/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands, which commands/commands.c defines. */
#ifndef SRC_CLI_COMMANDS_H
#define SRC_CLI_COMMANDS_H

#include "src/cli/command.h"

extern const struct command *const commands[]; /* sorted by words */
extern const size_t commands_count;

/* Appends words and summary of each command that begins with prefix ("" for all). */
void help_add_list(struct strbuf *text, const char *prefix);

#endif
