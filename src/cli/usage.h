/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is typed to run a command, and errors about it. */
#ifndef SRC_CLI_USAGE_H
#define SRC_CLI_USAGE_H

#include "lib/cleanup.h"
#include "lib/strbuf.h"

struct command;

/* Helps are wrapped to this many columns, their lists indented by so many. */
#define HELP_WIDTH 79
#define HELP_INDENT 4

/* What is typed: rocks add host gpu {host} …, in one line without its end. */
void help_add_synopsis(struct strbuf *text, const struct command *command);

/* usage: rocks add host gpu {host} … — wrapped to 80 columns, ends in \n. */
void help_add_usage(struct strbuf *text, const struct command *command);

/* Says what is wrong as error() does, then prints the usage line: ROCKS_USAGE. */
int usage_error(const struct command *command, const char *format, ...) _printf_(2, 3);

#endif
