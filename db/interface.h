/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces of hosts. */
#ifndef DB_INTERFACE_H
#define DB_INTERFACE_H

#include <stdint.h>

#include "db/hosts.h"

struct interface {
	const char *device;
	const char *mac, *ip, *network, *name;	/* or NULL */
	const int64_t *vlan;			/* or NULL */
	const char *module, *options, *channel; /* or NULL */
	/* The network's, or NULL, and whose interface it is; add and set do not look at these. */
	const char *netmask;
	int64_t host;
};

/* What clears a VLAN in db_interface_set(). */
#define DB_NO_VLAN INT64_C(-1)

/* In the order in which they were added. Strings live as long as the call of each(). */
int db_interface_each(struct db *db, int64_t host,
		      int (*each)(void *data, const struct interface *row), void *data);

/*
 * The same for the hosts of a list (db_host_list()), one's after the other's, by id; with
 * containers those of the container of each VM, of which host is the VM.
 */
int db_interface_each_of(struct db *db, const char *hosts, bool containers,
			 int (*each)(void *data, const struct interface *row),
			 void *data);

/* -EINVAL on a malformed MAC, IP or unknown network; -EEXIST on one that is taken. */
int db_interface_add(struct db *db, int64_t host, const struct interface *interface);

/*
 * Changes the interface of that device, or MAC address: NULL leaves a member as it is, ""
 * and DB_NO_VLAN clear it; the device stays. -ENOENT when the host has none.
 */
int db_interface_set(struct db *db, const struct host_ref *host, const char *word,
		     const struct interface *change);

/* -ENOENT when the host has none of that device or MAC address. */
int db_interface_remove(struct db *db, const struct host_ref *host, const char *word);

#endif
