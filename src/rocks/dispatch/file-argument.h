/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file=PATH in place of a positional. */
#ifndef ROCKS_FILE_ARGUMENT_H
#define ROCKS_FILE_ARGUMENT_H

#include "src/cli/command.h"

/* The parameter as a list of one, ends with a NULL name. */
extern const struct argument file_parameter[];

/* The positional of a command that file= may stand for, or NULL; and its slot. */
const struct argument *file_argument(const struct command *command);
const char **file_slot(struct invocation *invocation);

/* The path when the word is file=PATH, else NULL. */
const char *file_path_of(const char *word);

/* The path that file= gives among the words behind a command that takes it; or NULL. */
const char *find_file(const struct command *command, char *const *words, size_t count);

/*
 * Reads the text for a positional; the caller frees it. It is read before a transaction is
 * open, and put into the slot before the command runs. ROCKS_DONE, or ROCKS_FAILED after a
 * word.
 */
int read_file(const struct command *command, const char *path, char **ret_text);

#endif
