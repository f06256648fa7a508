/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds a card: processes with its nodes open, mounted disks, routes. */
#ifndef SRC_GPUPCI_HOLD_HOLDER_H
#define SRC_GPUPCI_HOLD_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "lib/strbuf.h"
#include "src/gpupci/hold/node.h"

struct holder {
	size_t owner;		     /* of the nodes, see struct nodes */
	struct pci_address function; /* the first function held this way */
	pid_t process;		     /* 0 for the host itself: a mount, a route */
	char *what;    /* "/dev/dri/card0, /dev/snd/controlC1"; "sda1 mounted at /srv" */
	char *unit;    /* see process_unit() */
	char *command; /* see process_command() */
};

/*
 * Unknown never means free: each thing that could not be read is a sentence in unknown
 * (lines without a final newline), and then a missing holder proves nothing.
 */
struct holders {
	struct holder *holders;
	size_t count;
	struct strbuf unknown;
};

#define HOLDERS_EMPTY                 \
	{                             \
		NULL, 0, STRBUF_EMPTY \
	}

/*
 * Adds each process that has one of the nodes open, according to /proc below the root:
 * once per owner of such nodes. Marks the nodes as held. Takes no lock of a device.
 * Returns 0 or -ENOMEM; release with holders_release().
 */
int holders_find_processes(struct holders *holders, struct root *root,
			   struct nodes *nodes);

/*
 * Adds what the host does with nodes that are disks or interfaces: mounted file systems,
 * swap, LVM or RAID volumes, ZFS pools; routes, bridges and bonds. Mounts in other mount
 * namespaces count for disks that the host itself has not mounted; interfaces of other
 * network namespaces are not seen. With count_up an interface that is up is in use even
 * without a route or an upper device. Returns as holders_find_processes().
 */
int holders_find_uses(struct holders *holders, struct root *root, struct nodes *nodes,
		      bool count_up);

/*
 * Moves the doubts of nodes_find() to holders->unknown. Adds one for a network card with a
 * driver of the host, whose nodes were found, if it has no interface here: one may be in
 * the network namespace of a container.
 */
void holders_doubt_nodes(struct holders *holders, struct nodes *nodes,
			 const struct pci_function *function);

/*
 * Adds a holder and takes ownership of its strings, which may be NULL; replaces control
 * characters, which a terminal would obey, with ?. Only for hold/.
 */
int holders_add(struct holders *holders, struct holder holder);

/* Adds a line to unknown. */
void holders_doubt(struct holders *holders, const char *format, ...) _printf_(2, 3);

/* Prints one line per holder, indented by two blanks, then one per unknown. */
void holders_print(FILE *file, const struct holders *holders);

void holders_release(struct holders *holders);

#define _cleanup_holders_ __attribute__((cleanup(holders_release)))

#endif
