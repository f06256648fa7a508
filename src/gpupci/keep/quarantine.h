/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards are quarantined: those that the journal has a plan of. */
#ifndef SRC_GPUPCI_KEEP_QUARANTINE_H
#define SRC_GPUPCI_KEEP_QUARANTINE_H

#include "src/gpupci/cards/host.h"

/*
 * Fills card->quarantine of all cards: known where the journal can be read, or where there
 * is none, and none was put aside since the host booted. Else a sentence in doubt says why
 * not, and what to do.
 */
void quarantine_read(struct host *host, struct strbuf *doubt);

#endif
