/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks --complete: what a shell offers while a command is typed. */
#ifndef ROCKS_COMPLETE_H
#define ROCKS_COMPLETE_H

#include <stddef.h>

/* What it exits with where the shell is to offer files. */
#define COMPLETE_FILES 10

/*
 * Prints what the word at the cursor may be, a line each, quoted for the shell: words of
 * commands, parameters, and values out of the inventory, which is read at a glance. argv
 * is the command line up to the cursor, and the end of it that the shell will replace;
 * without that it is the whole word. Complains of nothing.
 */
int complete(char *const *argv, size_t count);

#endif
