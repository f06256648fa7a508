/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of copies of the inventory, of which the newest are kept. */
#ifndef SRC_INVENTORY_DUMP_COPIES_H
#define SRC_INVENTORY_DUMP_COPIES_H

#include <stdint.h>

#include "src/cli/context.h"

/*
 * Makes FOLDER/rocks-TIME.db, with the time in UTC, and then removes all files of such names
 * except the newest keep. The context's db is open, outside a transaction. ROCKS_DONE, or
 * what to exit with after reporting an error.
 */
int copies_add(const struct context *context, const char *folder, int64_t keep);

#endif
