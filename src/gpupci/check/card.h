/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check for one card. */
#ifndef SRC_GPUPCI_CHECK_CARD_H
#define SRC_GPUPCI_CHECK_CARD_H

#include "lib/strbuf.h"
#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/*
 * Checks a card that has been read. doubt says why its quarantine is unknown, or is
 * empty.
 */
void check_card(struct checks *checks, struct host *host, struct card *card,
		const struct strbuf *doubt);

#endif
