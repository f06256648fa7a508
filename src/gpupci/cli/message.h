/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of gpupci on stderr, each written once and on one line. */
#ifndef SRC_GPUPCI_CLI_MESSAGE_H
#define SRC_GPUPCI_CLI_MESSAGE_H

#include <sys/types.h>

#include "lib/strbuf.h"
#include "src/gpupci/cards/find.h"
#include "src/gpupci/cli/options.h"

/*
 * Prints the sentence that a failed call left in fault, or, if fault is NULL or empty,
 * the meaning of -errno. Returns EXIT_FAILED.
 */
int message_failed(int error, const struct strbuf *fault);

/* Reports an unknown card name, and lists the names of this host. Returns EXIT_FAILED. */
int message_unknown_card(const struct cards *cards, const char *word);

/* Reports that the host has no PCI function at that address. Returns EXIT_FAILED. */
int message_no_function(struct pci_address address);

/*
 * Reports why state_lock() failed, and who has the lock (0 if unknown). Returns
 * EXIT_DEADLINE if another process has it, else EXIT_FAILED.
 */
int message_not_locked(int error, const struct options *options, pid_t holder);

#endif
