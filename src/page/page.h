/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of all cards, written by a plugin to a file or to stdout. */
#ifndef SRC_PAGE_PAGE_H
#define SRC_PAGE_PAGE_H

#include "src/cli/context.h"

/*
 * Writes the report «page» to the file at this path, which is replaced whole or left
 * unchanged; to stdout if it is NULL. Needs a transaction. ROCKS_DONE, or what to exit with
 * after printing an error.
 */
int page_write(const struct context *context, const char *path);

#endif
