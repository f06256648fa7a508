/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces of hosts. */
#ifndef DB_INTERFACE_H
#define DB_INTERFACE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/hosts.h"
#include "lib/strbuf.h"

struct interface {
	const char *device; /* its MAC address while no device is known */
	const char *mac, *ip, *network, *name;	/* or NULL */
	const int64_t *vlan;			/* or NULL */
	const char *module, *options, *channel; /* or NULL */
	/* The network's netmask, or NULL, and the owner's id; add and set ignore both. */
	const char *netmask;
	int64_t host;
};

/* Clears the VLAN in db_interface_set(). */
#define DB_NO_VLAN INT64_C(-1)

/*
 * In the order in which they were added. Strings live for the call of each(); a nonzero
 * result ends the walk and is returned.
 */
int db_interface_each(struct db *db, int64_t host,
		      int (*each)(void *data, const struct interface *row), void *data);

/*
 * The same for the hosts of a list (db_host_list()), host by host, sorted by id. With
 * containers, the interfaces of each VM's container; row->host is the VM.
 */
int db_interface_each_of(struct db *db, const char *hosts, bool containers,
			 int (*each)(void *data, const struct interface *row),
			 void *data);

/*
 * Adds one; a MAC address in place of the device is its MAC address, and its device is not
 * known. 0; -EINVAL for a malformed MAC or IP or an unknown network; -EEXIST if one is
 * taken.
 */
int db_interface_add(struct db *db, int64_t host, const struct interface *interface);

/*
 * Adds eth0, eth1, … to a VM without interfaces: those of a JSON list of objects with mac,
 * source (the container's device that carries it: its network is the interface's), vlan,
 * and nokvm. Skips one whose MAC address another host has, and appends a sentence to taken.
 */
int db_interfaces_add(struct db *db, int64_t vm, int64_t container,
		      const char *interfaces, struct strbuf *taken);

/*
 * Changes the interface with this device or MAC address: NULL leaves a member unchanged,
 * "" and DB_NO_VLAN clear it; the device stays, if it is known. -ENOENT if the host has no such
 * interface.
 */
int db_interface_set(struct db *db, const struct host_ref *host, const char *word,
		     const struct interface *change);

/*
 * The option that keeps an interface of a VM out of its XML: it comes with a card or device
 * that the VM has, such as a virtual function. Set or taken away; -ENOENT as above.
 */
#define DB_INTERFACE_NOKVM "nokvm"
int db_interface_set_nokvm(struct db *db, const struct host_ref *host, const char *word,
			   bool nokvm);

/* Whether the options of a row have it. */
bool db_interface_is_nokvm(const struct interface *row);

/* -ENOENT if the host has no interface with this device or MAC address. */
int db_interface_remove(struct db *db, const struct host_ref *host, const char *word);

#endif
