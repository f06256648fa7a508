/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards for a VM that asks for a model. */
#ifndef SRC_INVENTORY_PICK_H
#define SRC_INVENTORY_PICK_H

#include "db/pick.h"

/*
 * In a transaction: gives the VM of a wish the cards that db_pick() has picked for it, the
 * first in this place, or in the next free one if it is 0, and the others after it. Appends a
 * line for each to news. 0, or -errno with db_error().
 */
int give_picked(struct db *db, const struct pick_wish *wish, const struct picked *picks,
		int64_t place, struct strbuf *news);

/* The word for how near to each other cards are: no, node, switch; NULL is no. */
enum pick_near pick_near_of(const char *word);

#endif
