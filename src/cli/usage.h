/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The usage of a command, and errors about what was typed. */
#ifndef SRC_CLI_USAGE_H
#define SRC_CLI_USAGE_H

#include "lib/cleanup.h"
#include "lib/strbuf.h"

struct command;

/* The columns that help is wrapped to, and by how many its lists are indented. */
#define HELP_WIDTH 79
#define HELP_INDENT 4

/* Appends rocks add host gpu {host} … in one line, without a newline. */
void help_add_synopsis(struct strbuf *text, const struct command *command);

/* Appends usage: rocks add host gpu {host} …, wrapped to 80 columns, with a newline. */
void help_add_usage(struct strbuf *text, const struct command *command);

/* Prints an error as error() does, then the usage. ROCKS_USAGE. */
int usage_error(const struct command *command, const char *format, ...) _printf_(2, 3);

#endif
