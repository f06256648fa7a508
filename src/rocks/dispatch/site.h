/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A site's own commands: programs rocks-VERB-OBJECT… in one folder that root owns. */
#ifndef ROCKS_SITE_H
#define ROCKS_SITE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Runs the program whose words are the longest leading run of argv, when there is one
 * with more words than least; it replaces this process. Its arguments are what follows.
 * Answers when there is none (ROCKS_DONE) or it may not be run (ROCKS_FAILED, told).
 */
int run_site_command(char **argv, size_t count, size_t least);

/* Whether there is such a program. */
bool is_site_command(char *const *argv, size_t count, size_t least);

/* Tells the words of every such program, with blanks between. */
void each_site_command(void (*each)(void *data, const char *words), void *data);

#endif
