/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the whole of a file that the user names with file=. */
#ifndef SRC_CLI_FILE_VALUE_H
#define SRC_CLI_FILE_VALUE_H

#include <stddef.h>

/*
 * Reads a regular file, or standard input for "-", of at most most_mib MiB, unchanged to the
 * last byte; the caller frees the text. of is the argument that file= replaces, or NULL.
 * Waits for standard input only. ROCKS_DONE, or ROCKS_FAILED after printing an error.
 */
int read_document(const char *path, size_t most_mib, const char *of, char **ret_text);

#endif
