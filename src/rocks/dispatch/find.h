/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the words on the command line to the command they name. */
#ifndef ROCKS_FIND_H
#define ROCKS_FIND_H

#include "src/cli/command.h"

struct found {
	const struct command *command; /* NULL when none was found */
	size_t used;		       /* how many of argv its words took */
	size_t words;		       /* how many words it has */
};

/*
 * Steps over words like those of a command at the front of argv, in any case: how many of
 * argv they took, 0 when argv does not begin with them.
 */
size_t match_words(const char *words, char *const *argv, size_t count);

/* How many there are, with a blank between two. */
size_t count_words(const char *words);

/* Steps over what a shell would have run, /opt/rocks/bin/rocks, in front of the words. */
void skip_program(char ***argv, size_t *count);

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
