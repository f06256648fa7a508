/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which cards must stay detached over a reboot. */
#ifndef SRC_GPUPCI_CHECK_KEPT_H
#define SRC_GPUPCI_CHECK_KEPT_H

#include <stdbool.h>

#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Checks whether the list of cards that must stay detached can be read. */
void check_kept(struct checks *checks, const struct host *host);

/* Whether the card must stay detached; false if unknown. */
bool check_is_kept(const struct host *host, const struct card *card);

#endif
