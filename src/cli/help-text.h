/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help of a command, made from its descriptor. */
#ifndef SRC_CLI_HELP_TEXT_H
#define SRC_CLI_HELP_TEXT_H

#include "src/cli/command.h"

/*
 * Calls each() for the parameters of a command in the order of its help: file=, its own,
 * those of tables. A row lives for the call. 0 or -ENOMEM.
 */
int help_each_parameter(const struct command *command,
			void (*each)(void *data, const struct argument *argument),
			void *data);

/* Appends the whole help of a command; text keeps an error. */
void help_add_command(struct strbuf *text, const struct command *command);

#endif
