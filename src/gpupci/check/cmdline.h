/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the words of a kernel command line. */
#ifndef SRC_GPUPCI_CHECK_CMDLINE_H
#define SRC_GPUPCI_CHECK_CMDLINE_H

#include <stdbool.h>

/*
 * Takes the next word off *line, which is modified, as the kernel's next_arg() does:
 * *ret_name is the part in front of "=", *ret_value the rest without its quotes, NULL
 * without "=". Both point into the line. Returns false at its end, or at "--", after
 * which all words are init's.
 */
bool cmdline_next(char **line, char **ret_name, char **ret_value);

/* Whether two names of parameters are the same for the kernel: "-" and "_" are equal. */
bool cmdline_is_name(const char *a, const char *b);

/*
 * Returns a copy of the value of the last word NAME=value of the line, NULL if there is
 * none or no memory; the line may be NULL. The caller frees it.
 */
char *cmdline_value(const char *line, const char *name);

/*
 * Returns a copy of the value of an option in the lists of the words NAME=…: "off" for
 * "realloc" of pci= in "pci=nocrs,realloc=off", "" where it has none. The last one counts.
 * NULL if it is in no list, or there is no memory; the line may be NULL. The caller frees
 * it.
 */
char *cmdline_option(const char *line, const char *name, const char *option);

/* Whether the line, which may be NULL, has the word NAME=value. */
bool cmdline_has(const char *line, const char *name, const char *value);

#endif
