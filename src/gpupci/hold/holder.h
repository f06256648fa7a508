/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds a card: processes that have its nodes open, disks mounted, routes set. */
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
	struct pci_address function; /* the first of its functions that is held so */
	pid_t process;		     /* 0 for the host itself: a mount, a route */
	char *what;    /* "/dev/dri/card0, /dev/snd/controlC1"; "sda1 mounted at /srv" */
	char *unit;    /* see process_unit() */
	char *command; /* see process_command() */
};

/*
 * What is not known is never "free": each thing that could not be looked at is a sentence
 * in unknown (lines without a newline at their end), and nobody may then be taken for
 * absent.
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
 * Adds each process that has one of the nodes open, as /proc below the root tells: once for
 * each owner of such nodes. Marks the nodes. Takes no device's lock. 0 or -ENOMEM;
 * released with holders_release().
 */
int holders_find_processes(struct holders *holders, struct root *root,
			   struct nodes *nodes);

/*
 * Adds what the host does with the nodes that are disks or interfaces: file systems
 * mounted, swap, volumes of LVM or RAID, ZFS pools; routes, bridges and bonds. Mounts in
 * other mount namespaces are reported of disks that the host itself has not mounted;
 * interfaces of other network namespaces are not seen. With count_up an interface that is
 * up is in use, whether or not it is part of anything or has a route. As
 * holders_find_processes().
 */
int holders_find_uses(struct holders *holders, struct root *root, struct nodes *nodes,
		      bool count_up);

/*
 * Doubts what nodes_find() was in doubt of, which nodes then has no more; and a network
 * card of the host, whose nodes were found, that has no interface here: it is in a
 * container's network namespace, or has none.
 */
void holders_doubt_nodes(struct holders *holders, struct nodes *nodes,
			 const struct pci_function *function);

/*
 * Adds a holder, taking over the strings, which may be NULL; ? is put in place of control
 * characters, which a terminal would obey. For the two above.
 */
int holders_add(struct holders *holders, struct holder holder);

/* Adds a line to what is not known. */
void holders_doubt(struct holders *holders, const char *format, ...) _printf_(2, 3);

/* A line a holder, indented by two blanks, then one for each thing that is not known. */
void holders_print(FILE *file, const struct holders *holders);

void holders_release(struct holders *holders);

#define _cleanup_holders_ __attribute__((cleanup(holders_release)))

#endif
