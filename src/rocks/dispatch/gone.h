/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that Rocks had and this program does not. */
#ifndef ROCKS_GONE_H
#define ROCKS_GONE_H

#include <stddef.h>

#include "src/cli/error.h"

/*
 * Whether argv begins with the words of such a command, more of them than words, which is how
 * many are a command of ours: else its arguments would be taken for names of hosts. ROCKS_DONE
 * if not, ROCKS_USAGE after printing an error.
 */
int explain_gone(char *const *argv, size_t count, size_t words);

#endif
