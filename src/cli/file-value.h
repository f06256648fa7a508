/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a file that the user names with file=, whole. */
#ifndef SRC_CLI_FILE_VALUE_H
#define SRC_CLI_FILE_VALUE_H

#include <stddef.h>

/*
 * The text of a regular file of at most so many MiB, of standard input for "-", as it is to
 * the last byte; the caller frees it. of is the argument that file= stands for, NULL when it
 * stands for none. Only standard input is waited for. ROCKS_DONE, or ROCKS_FAILED after a
 * word about it.
 */
int read_document(const char *path, size_t most_mib, const char *of, char **ret_text);

#endif
