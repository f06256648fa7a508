/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What forbids taking a card from its current user. */
#ifndef SRC_GPUPCI_CHANGE_OBSTACLE_H
#define SRC_GPUPCI_CHANGE_OBSTACLE_H

#include <stdbool.h>

#include "src/gpupci/change/change.h"

/*
 * Whether the card may be taken from the host: nobody has it open, nothing on it or in
 * its IOMMU group is mounted or routed, and both are certain. Prints on stderr who holds
 * it, or, if an idle mate has a host driver, that no VM can have the card yet. Returns
 * EXIT_DONE, EXIT_REFUSED or EXIT_FAILED.
 */
int obstacles_to_detach(const struct change *change, struct card *card);

/* Whether the card may be taken from a VM: none has it. As obstacles_to_detach(). */
int obstacles_to_attach(const struct change *change, const struct card *card);

/*
 * As obstacles_to_attach(), but appends a sentence to fault instead of printing a list.
 * Returns whether there is an obstacle.
 */
bool obstacles_to_host(const struct change *change, const struct card *card,
		       struct strbuf *fault);

#endif
