/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which drivers of a card the initramfs contains. */
#ifndef SRC_GPUPCI_CHECK_INITRAMFS_H
#define SRC_GPUPCI_CHECK_INITRAMFS_H

#include <stdbool.h>

#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/*
 * Checks whether the initramfs contains any of the modules (names separated by blanks),
 * which would then take the card first. taker is the driver that is set to be first, or
 * NULL; is_kept: the card must stay detached. checks->boot has been read.
 */
void check_initramfs(struct checks *checks, struct host *host, const struct card *card,
		     const char *modules, const char *taker, bool is_kept);

#endif
