/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which bridge above a card does not isolate devices. */
#ifndef SRC_GPUPCI_CHECK_ACS_H
#define SRC_GPUPCI_CHECK_ACS_H

#include <stdbool.h>

#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Checks the bridges above a card; is_shared: its group contains something else. */
void check_acs(struct checks *checks, struct host *host, const struct card *card,
	       bool is_shared);

/*
 * Whether a bridge above the card has no ACS and the kernel's command line asks for the ACS
 * override patch: then a card that is alone in its group may not be isolated at all.
 */
bool acs_is_pretended(const struct checks *checks, struct host *host,
		      const struct card *card);

#endif
