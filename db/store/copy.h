/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of the whole inventory, history included. */
#ifndef DB_STORE_COPY_H
#define DB_STORE_COPY_H

#include "db/store/db.h"

/*
 * Copies one state of an open inventory, which others may write to meanwhile, into a new
 * file of mode 0600 that appears whole or not at all. -EEXIST if there is something of that
 * name, unless replace; even then only a plain file is replaced, and none that SQLite may be
 * using. -EUCLEAN if the inventory is damaged. 0 or -errno.
 */
int db_copy(struct db *db, const char *path, bool replace) _must_check_;

/*
 * Replaces everything in the inventory at path, which need not exist, by a copy, in one
 * transaction; db is new, and is not opened. The copy is read only, and is validated and
 * upgraded in a file of its own. A damaged inventory is moved aside if replace, then
 * *ret_aside is its new name, which the caller frees. Waits up to a minute for others.
 * -EMEDIUMTYPE or -EUCLEAN if the copy is not one, or if the inventory is damaged and not
 * replaced. 0 or -errno.
 */
int db_restore(struct db *db, const char *path, const char *copy, bool replace,
	       char **ret_aside) _must_check_;

#endif
