/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A site's own commands: programs rocks-VERB-OBJECT… in one folder that root owns. */
#ifndef ROCKS_SITE_H
#define ROCKS_SITE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Runs the program whose words are the longest leading run of argv, if there is one with more
 * words than least: it replaces this process, and gets the words that follow. Returns
 * ROCKS_DONE if there is none, or ROCKS_FAILED after printing an error if it may not be run.
 */
int run_site_command(char **argv, size_t count, size_t least);

/* Whether there is such a program; looks for the folder only once. */
bool is_site_command(char *const *argv, size_t count, size_t least);

/* Calls each() with the words of every such program, separated by blanks. */
void each_site_command(void (*each)(void *data, const char *words), void *data);

#endif
