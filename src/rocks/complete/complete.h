/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks --complete: what a shell offers while the user types a command. */
#ifndef ROCKS_COMPLETE_H
#define ROCKS_COMPLETE_H

#include <stddef.h>

/* The exit status if the shell should offer files. */
#define COMPLETE_FILES 10

/*
 * Prints what the word at the cursor may be, one per line, quoted for the shell: words of
 * commands, parameters, and values from the inventory, for which it does not wait (DB_GLANCE).
 * argv is the command line up to the cursor, then the end of it that the shell will replace,
 * by default the whole word. Prints no errors. Returns what to exit with.
 */
int complete(char *const *argv, size_t count);

#endif
