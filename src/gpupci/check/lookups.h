/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: what the checks look up in files below the root. */
#ifndef SRC_GPUPCI_CHECK_LOOKUPS_H
#define SRC_GPUPCI_CHECK_LOOKUPS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The whole file below the root, NULL when it cannot be read (which is then "not known").
 * Freed by the caller.
 */
char *check_read(const char *root, const char *path, size_t *ret_length);

/* Whether there is something of that name below the root. */
bool check_exists(const char *root, const char *path);

/* The first line of a file, NULL when it cannot be read; freed by the caller. */
char *check_read_line(const char *root, const char *path);

/* The release of the root's kernel, "" when not known; freed by the caller, NULL: no memory. */
char *check_release_name(const char *root);

/* Whether two names are the same module: it may be written with "-" or "_". */
bool check_is_module(const char *a, size_t length, const char *b);

#endif
