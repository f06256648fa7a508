/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a PCI function is to the host's programs: device nodes and network interfaces. */
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
};

struct node {
	enum node_kind kind;
	struct pci_address function; /* whose it is */
	char *name;		     /* "/dev/dri/card0", an interface's "eth0" */
	char *folder;		     /* its own in sysfs, below the root */
	size_t owner;		     /* as struct nodes had it when it was added */
	bool is_held;		     /* after the functions of holder.h: by anybody */
	bool is_mounted;	     /* after holders_find_uses() */
	bool is_pattern;  /* the name ends where digits follow: "/dev/nvidia" */
	int major, minor; /* -1 where sysfs does not tell them */
};

struct nodes {
	struct node *nodes;
	size_t count;
	size_t owner; /* the caller's number for whom the next ones are; never a lower one */
	bool may_wake; /* the caller is about to wake the devices itself */
	struct strbuf
		doubt; /* lines on what did not answer, without a newline at the end */
};

#define NODES_EMPTY                   \
	{                             \
		.doubt = STRBUF_EMPTY \
	}

/*
 * Adds the nodes of the function below the root: what sysfs has in its folder, what is
 * plugged into it (a USB disk at a card's USB-C) included, without those that only listen
 * (input events: a driver goes without waiting for who has them open); the node of its
 * IOMMU group; of NVIDIA's drivers, whose nodes sysfs does not know, what one says in
 * /proc. One that does not answer in a second, or whose device sleeps, has all its nodes
 * as the function's; the former is a line in nodes->doubt besides.
 * 0 or -errno with a sentence in fault; released with nodes_release().
 */
int nodes_find(struct nodes *nodes, struct root *root,
	       const struct pci_function *function, struct strbuf *fault);
void nodes_release(struct nodes *nodes);

/*
 * The value after "NAME=" in the lines of a file of uevents or of udev's database, where
 * names begin with "E:". Its newline or a NUL ends it. NULL when there is none.
 */
const char *uevent_value(const char *text, const char *name);

#define _cleanup_nodes_ __attribute__((cleanup(nodes_release)))

#endif
