/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards are quarantined: those with a plan in the journal. */
#ifndef SRC_GPUPCI_KEEP_QUARANTINE_H
#define SRC_GPUPCI_KEEP_QUARANTINE_H

#include "src/gpupci/cards/host.h"

/*
 * Sets card->quarantine of all cards. It is known if the journal can be read or does not
 * exist, and none was moved aside since boot. Otherwise a sentence in doubt says why it
 * is unknown, and what to do.
 */
void quarantine_read(struct host *host, struct strbuf *doubt);

#endif
