/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: how the checks read files below the root. */
#ifndef SRC_GPUPCI_CHECK_LOOKUPS_H
#define SRC_GPUPCI_CHECK_LOOKUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/files/root.h"

/*
 * Reads a whole file below the root; the path is a printf() format. Returns NULL if it
 * cannot be read, which counts as unknown. The caller frees it.
 */
char *check_read(struct root *root, size_t *ret_length, const char *format, ...)
	_printf_(3, 4);

/*
 * Reads a whole file, as check_read(); links are followed below the root, and what they
 * lead to must be a regular file.
 */
char *check_read_followed(struct root *root, const char *path);

/* Returns a formatted text, NULL if out of memory. The caller frees it. */
char *check_text(const char *format, ...) _printf_(1, 2);

/* Reads the first line of a file; NULL if it cannot be read. The caller frees it. */
char *check_read_line(struct root *root, const char *path);

/*
 * Returns the kernel release of the root, "" if unknown, NULL if out of memory. The caller
 * frees it.
 */
char *check_release_name(struct root *root);

/* Whether two names mean the same module: "-" and "_" are equal. */
bool check_is_module(const char *a, size_t length, const char *b);

#endif
