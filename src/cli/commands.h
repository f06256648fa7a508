/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands. */
#ifndef SRC_CLI_COMMANDS_H
#define SRC_CLI_COMMANDS_H

#include "src/cli/command.h"

extern const struct command *const commands[]; /* sorted by words */
extern const size_t commands_count;

/* A line a command whose words begin with prefix ("" for all): words and summary. */
void help_add_list(struct strbuf *text, const char *prefix);

#endif
