/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: what the checks look up in files below the root. */
#ifndef SRC_GPUPCI_CHECK_LOOKUPS_H
#define SRC_GPUPCI_CHECK_LOOKUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/files/root.h"

/*
 * The whole file below the root, its path as a format of printf(); NULL when it cannot be read (which is then "not known").
 * Freed by the caller.
 */
char *check_read(struct root *root, size_t *ret_length, const char *format, ...)
	_printf_(3, 4);

/* The first line of a file, NULL when it cannot be read; freed by the caller. */
char *check_read_line(struct root *root, const char *path);

/* The release of the root's kernel, "" when not known; freed by the caller, NULL: no memory. */
char *check_release_name(struct root *root);

/* Whether two names are the same module: it may be written with "-" or "_". */
bool check_is_module(const char *a, size_t length, const char *b);

#endif
