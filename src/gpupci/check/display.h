/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: a card in whose memory the firmware left its framebuffer. */
#ifndef SRC_GPUPCI_CHECK_DISPLAY_H
#define SRC_GPUPCI_CHECK_DISPLAY_H

#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Adds the row "display" of such a card. */
void check_display(struct checks *checks, struct host *host, const struct card *card);

#endif
