/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gpupci says on stderr, once and in one line. */
#ifndef SRC_GPUPCI_MESSAGE_H
#define SRC_GPUPCI_MESSAGE_H

#include "lib/strbuf.h"
#include "src/gpupci/card.h"

/*
 * Says the sentence that a failed call left, or, where it left none (fault may be NULL),
 * what the -errno means. Returns EXIT_FAILED.
 */
int message_failed(int error, const struct strbuf *fault);

/* Says that no card is called so, and which there are. Returns EXIT_FAILED. */
int message_unknown_card(const struct cards *cards, const char *word);

#endif
