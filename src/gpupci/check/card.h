/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check, of a card. */
#ifndef SRC_GPUPCI_CHECK_CARD_H
#define SRC_GPUPCI_CHECK_CARD_H

#include "lib/strbuf.h"
#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* What a card must have; it was read. doubt is why its quarantine is not known. */
void check_card(struct checks *checks, struct host *host, struct card *card,
		const struct strbuf *doubt);

#endif
