/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces of hosts. */
#ifndef DB_INTERFACE_H
#define DB_INTERFACE_H

#include <stdint.h>

#include "db/db.h"

struct interface {
	const char *device;
	const char *mac, *ip, *network, *name; /* or NULL */
	const int64_t *vlan;		       /* or NULL */
};

int db_interface_each(struct db *db, int64_t host,
		      int (*each)(void *data, const struct interface *row), void *data);

/* -EINVAL on a malformed MAC, IP or unknown network; -EEXIST on one that is taken. */
int db_interface_add(struct db *db, int64_t host, const struct interface *interface);

/* The interface of a container that carries a network: 1 (caller frees), 0, -errno. */
int db_interface_of_network(struct db *db, int64_t host, const char *network,
			    char **ret_device);

/*
 * The next free MAC address above the highest in use within the cluster's base: the
 * attributes vm_mac_base_addr and vm_mac_base_addr_mask of the host. A cluster without a
 * base gets a random, locally administered one, noted as the global attribute.
 */
int db_interface_next_mac(struct db *db, int64_t host, char ret_mac[18]);

#endif
