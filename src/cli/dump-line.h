/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a dump: commands that can be run again. */
#ifndef SRC_CLI_DUMP_LINE_H
#define SRC_CLI_DUMP_LINE_H

#include <stdint.h>

#include "lib/strbuf.h"

/*
 * A line of a dump: the words of a command, then its arguments quoted for a shell. A
 * positional that would be taken for something else is written as name=value, one that is
 * NULL not at all. The line is empty at the start; it keeps errors for dump_end(), and the
 * caller releases it.
 */
void dump_start(struct strbuf *line, const char *words);
void dump_positional(struct strbuf *line, const char *name, const char *value);
void dump_parameter(struct strbuf *line, const char *name, const char *value);
void dump_integer(struct strbuf *line, const char *name, int64_t value);
int dump_end(struct strbuf *line); /* prints the line and empties it; 0 or -ENOMEM */

#endif
