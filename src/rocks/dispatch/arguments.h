/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the words after a command to its arguments and parameters. */
#ifndef ROCKS_ARGUMENTS_H
#define ROCKS_ARGUMENTS_H

#include "src/cli/command.h"

/* The length of the key if a word is key=value, else 0. */
size_t key_length(const char *word);

/*
 * Fills in the arguments of an invocation from the words: key=value are parameters, or
 * positionals by name; the other words go to the positionals from the right, and what is
 * left to the ARGUMENT_MANY. Reorders words, which must outlive the invocation: those of the
 * ARGUMENT_MANY come first. If file= was given, invocation->file is its path, and the caller
 * must put the text into file_slot(). ROCKS_DONE, or ROCKS_USAGE after printing an error.
 */
int parse_arguments(struct invocation *invocation, char **words, size_t count);

/*
 * Whether the words after a command ask for its help: help as the first of them, or --help
 * anywhere. After the command help they are words like any other.
 */
bool asks_for_help(const struct command *command, char *const *words, size_t count);

#endif
