/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the words on the command line to the command they name. */
#ifndef ROCKS_FIND_H
#define ROCKS_FIND_H

#include "commands/command.h"

struct found {
	const struct command *command; /* NULL when none was found */
	size_t used;		       /* how many of argv its words took */
	size_t words;		       /* how many words it has */
};

/*
 * The command whose words are the longest leading run of argv, in any case. One argument
 * may hold several words ("list host"), when all of them belong to the command.
 */
struct found find_command(char *const *argv, size_t count);

/*
 * No command was found: when argv is the beginning of some, lists these; else says so,
 * with the command that looks most like it. ROCKS_USAGE.
 */
int explain_unknown(char *const *argv, size_t count);

#endif
