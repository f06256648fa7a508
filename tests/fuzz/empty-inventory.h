/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An inventory in memory, for fuzzers. */
#ifndef TESTS_FUZZ_EMPTY_INVENTORY_H
#define TESTS_FUZZ_EMPTY_INVENTORY_H

#include "db/store/db.h"

static inline struct db *empty_inventory(void)
{
	struct db *db;

	if (db_new(&db) < 0 ||
	    db_open(db, "/nonexistent/folder/rocks.db", false, DB_READ) < 0)
		__builtin_trap();
	return db;
}

#endif
