/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses: their one form, and the next free one for a VM. */
#ifndef DB_MAC_H
#define DB_MAC_H

#include <stdint.h>

#include "db/store/db.h"

#define DB_MAC_SIZE 60 /* 20 bytes, as InfiniBand has them */

/*
 * 6 or 20 bytes in hexadecimal with : or - between, in any case, become lower case with
 * colons. Whether the text is one.
 */
bool db_mac_normalise(const char *text, char ret_mac[DB_MAC_SIZE]);

/*
 * The next free MAC address above the highest in use within the cluster's base: the
 * attributes vm_mac_base_addr and vm_mac_base_addr_mask of a host, the global ones when
 * it is 0. Without a base, next takes a random, locally administered one and notes it as
 * the global attribute; peek writes nothing: -ENOENT.
 */
int db_mac_next(struct db *db, int64_t host, char ret_mac[DB_MAC_SIZE]);
int db_mac_peek(struct db *db, int64_t host, char ret_mac[DB_MAC_SIZE]);

#endif
