/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What forbids to take a card from whoever has it. */
#ifndef SRC_GPUPCI_CHANGE_OBSTACLE_H
#define SRC_GPUPCI_CHANGE_OBSTACLE_H

#include <stdbool.h>

#include "src/gpupci/change/change.h"

/*
 * Whether the card may be taken from the host: nobody has it open, nothing of it or of
 * what shares its IOMMU group is mounted or routed, and that is known for certain. Says on
 * stderr who holds it, or, of a mate that only lies there, that no VM can have the card
 * yet. EXIT_DONE, EXIT_REFUSED, or EXIT_FAILED.
 */
int obstacles_to_detach(const struct change *change, struct card *card);

/* Whether the card may be taken from a VM: none has it, likewise. */
int obstacles_to_attach(const struct change *change, const struct card *card);

/* The same as obstacles_to_attach(), with a sentence instead of a list on stderr. */
bool obstacles_to_host(const struct change *change, const struct card *card,
		       struct strbuf *fault);

#endif
