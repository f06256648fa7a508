/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI function as programs see it: device nodes and network interfaces. */
#ifndef SRC_GPUPCI_HOLD_NODE_H
#define SRC_GPUPCI_HOLD_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/strbuf.h"
#include "src/gpupci/files/root.h"
#include "src/gpupci/scan/scan.h"

enum node_kind {
	NODE_CHARACTER,
	NODE_BLOCK,
	NODE_INTERFACE,
	NODE_MEDIATED, /* a mediated device: no node, but a use of its parent */
};

struct node {
	enum node_kind kind;
	struct pci_address function; /* the function it belongs to */
	char *name;		     /* "/dev/dri/card0", "eth0", a UUID */
	char *folder;		     /* its folder in sysfs, below the root */
	size_t owner;		     /* nodes->owner at the time it was added */
	bool is_held;		     /* somebody holds it; set by holder.h */
	bool is_mounted;	     /* after holders_find_uses() */
	bool is_pattern;  /* the name ends where digits follow: "/dev/nvidia" */
	int major, minor; /* -1 if sysfs does not say */
};

struct nodes {
	struct node *nodes;
	size_t count;
	size_t owner; /* owner of the nodes added next, chosen by the caller; never decreases */
	bool may_wake;	     /* the caller is about to wake the devices itself */
	struct strbuf doubt; /* what did not answer, lines without a final newline */
};

#define NODES_EMPTY                   \
	{                             \
		.doubt = STRBUF_EMPTY \
	}

/*
 * Adds the nodes of the function below the root: those in its sysfs folder, including
 * devices plugged into it (a USB disk at a card's USB-C), except those that only listen
 * (input events: a driver unbinds without waiting for their users); the mediated devices
 * made of it, and the nodes of their IOMMU groups; the node of its own IOMMU group; and
 * NVIDIA's nodes, which sysfs does not list, according to /proc. A card that
 * does not answer within a second, or that sleeps, gets all NVIDIA nodes; the former also
 * adds a line to nodes->doubt. Returns 0 or -errno with a sentence in fault; release with
 * nodes_release().
 */
int nodes_find(struct nodes *nodes, struct root *root,
	       const struct pci_function *function, struct strbuf *fault);
void nodes_release(struct nodes *nodes);

/*
 * Returns the value after "NAME=" in a uevent file or in udev's database, where names
 * begin with "E:". Ends at a newline or NUL; NULL if absent. Points into text.
 */
const char *uevent_value(const char *text, const char *name);

#define _cleanup_nodes_ __attribute__((cleanup(nodes_release)))

#endif
