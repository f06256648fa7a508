/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removes hosts, VMs first, with everything that belongs to them. */
#ifndef DB_REMOVAL_H
#define DB_REMOVAL_H

#include "db/hosts.h"
#include "lib/strbuf.h"

/*
 * Removes hosts with everything that belongs to them, and appends a sentence to news for
 * each that had something. -EBUSY, without removing any, if one of them houses VMs that
 * stay. A card with a serial number is kept without a host, so that it is recognised
 * elsewhere.
 */
int db_host_remove(struct db *db, const struct host_set *hosts, struct strbuf *news);

#endif
