/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file=PATH in place of a positional. */
#ifndef ROCKS_FILE_ARGUMENT_H
#define ROCKS_FILE_ARGUMENT_H

#include "src/cli/command.h"

/* The parameter as a list of one, ends with a NULL name. */
extern const struct argument file_parameter[];

/* The positional that file= may replace, or NULL; and its slot, if there is one. */
const struct argument *file_argument(const struct command *command);
const char **file_slot(struct invocation *invocation);

/* The path if the word is file=PATH, else NULL. */
const char *file_path_of(const char *word);

/* The path of a file= among the words after a command that takes it; or NULL. */
const char *find_file(const struct command *command, char *const *words, size_t count);

/*
 * Reads the text for a positional; the caller frees it. Read it before a transaction is open,
 * and put it into the slot before the command runs. ROCKS_DONE, or ROCKS_FAILED after
 * printing an error.
 */
int read_file(const struct command *command, const char *path, char **ret_text);

#endif
