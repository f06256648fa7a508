/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the words on the command line to the command they name. */
#ifndef ROCKS_FIND_H
#define ROCKS_FIND_H

#include "src/cli/command.h"

struct found {
	const struct command *command; /* NULL if none was found */
	size_t used;		       /* how many of argv its words took */
	size_t words;		       /* how many words it has */
};

/*
 * How many of argv the words of a command take at its front, in any case; 0 if argv does not
 * begin with them.
 */
size_t match_words(const char *words, char *const *argv, size_t count);

/* How many words there are, separated by single blanks. */
size_t count_words(const char *words);

/* Steps over the program in front of the words, such as /opt/rocks/bin/rocks. */
void skip_program(char ***argv, size_t *count);

/*
 * The command whose words are the longest leading run of argv, in any case. One argument
 * may hold several words ("list host") if they are all of the command's, or its last.
 */
struct found find_command(char *const *argv, size_t count);

/*
 * Prints why no command was found: lists the commands that argv is the beginning of, else
 * suggests the one that looks most like it. ROCKS_USAGE.
 */
int explain_unknown(char *const *argv, size_t count);

#endif
