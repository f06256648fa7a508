/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: how the kernel resets a card, so that it forgets its last VM. */
#ifndef SRC_GPUPCI_CHECK_RESET_H
#define SRC_GPUPCI_CHECK_RESET_H

#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Checks the first function of a card, whose kind is known. */
void check_reset(struct checks *checks, struct host *host, const struct card *card);

#endif
