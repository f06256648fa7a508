/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses: their normal form, and the next free one for a VM. */
#ifndef DB_MAC_H
#define DB_MAC_H

#include <stdint.h>

#include "db/store/db.h"

#define DB_MAC_SIZE 60 /* 20 bytes, for InfiniBand */

/*
 * Normalises 6 or 20 bytes in hexadecimal, separated by : or -, to lower case with
 * colons. Returns whether text is a MAC address.
 */
bool db_mac_normalise(const char *text, char ret_mac[DB_MAC_SIZE]);

/*
 * The next free MAC address above the highest in use within the cluster's base: the
 * attributes vm_mac_base_addr and vm_mac_base_addr_mask of a host, the global ones when
 * it is 0. Without a base, next draws a random, locally administered one and records it
 * as the global attribute; peek never writes and returns -ENOENT.
 */
int db_mac_next(struct db *db, int64_t host, char ret_mac[DB_MAC_SIZE]);
int db_mac_peek(struct db *db, int64_t host, char ret_mac[DB_MAC_SIZE]);

#endif
