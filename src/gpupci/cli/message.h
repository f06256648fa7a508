/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gpupci says on stderr, once and in one line. */
#ifndef SRC_GPUPCI_CLI_MESSAGE_H
#define SRC_GPUPCI_CLI_MESSAGE_H

#include <sys/types.h>

#include "lib/strbuf.h"
#include "src/gpupci/cards/find.h"
#include "src/gpupci/cli/options.h"

/*
 * Says the sentence that a failed call left, or, where it left none (fault may be NULL),
 * what the -errno means. Returns EXIT_FAILED.
 */
int message_failed(int error, const struct strbuf *fault);

/* Says that no card is called so, and which there are. Returns EXIT_FAILED. */
int message_unknown_card(const struct cards *cards, const char *word);

/* Says that the host has no PCI function at that address. Returns EXIT_FAILED. */
int message_no_function(struct pci_address address);

/*
 * Says why state_lock() failed, and who has the lock (0 for somebody). EXIT_DEADLINE when
 * somebody has it, else EXIT_FAILED.
 */
int message_not_locked(int error, const struct options *options, pid_t holder);

#endif
