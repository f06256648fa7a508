/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing hosts, VMs first, with what hangs on them. */
#ifndef DB_REMOVAL_H
#define DB_REMOVAL_H

#include "db/hosts.h"
#include "lib/strbuf.h"

/*
 * Removes hosts and what hangs on them; a sentence each goes to told where there was
 * something. -EBUSY, nothing removed, while one of them houses VMs that stay.
 * A card with a serial number is kept without a host, so that it is known elsewhere.
 */
int db_host_remove(struct db *db, const struct host_set *hosts, struct strbuf *told);

#endif
