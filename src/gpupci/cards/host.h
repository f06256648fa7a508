/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that a run has read of its host. */
#ifndef SRC_GPUPCI_CARDS_HOST_H
#define SRC_GPUPCI_CARDS_HOST_H

#include <stdbool.h>

#include "src/gpupci/cards/config.h"
#include "src/gpupci/cards/find.h"
#include "src/gpupci/cards/names-file.h"
#include "src/gpupci/scan/scan.h"

struct host {
	struct config config;
	struct pci_scan scan;
	struct cards cards;
	struct names names;
	struct strbuf names_content; /* of the names file; empty when there is none */
	char *names_aside;	     /* where a broken one was put, or NULL */
};

#define HOST_EMPTY(root_folder)                                              \
	{                                                                    \
		.config = CONFIG_EMPTY, .scan = PCI_SCAN_EMPTY(root_folder), \
		.cards = CARDS_EMPTY, .names = NAMES_EMPTY,                  \
		.names_content = STRBUF_EMPTY                                \
	}

enum host_reading {
	HOST_CARDS_ONLY = 1, /* nothing of functions that belong to no card */
	HOST_SET_ASIDE = 2,  /* a names file that cannot be understood goes aside */
	HOST_AS_FAR_AS = 4,  /* for main(): act also where reading failed */
	HOST_NO_NAMES = 8,   /* by address: /var may not be there yet */
	HOST_NOTHING = 16,   /* the action reads for itself */
	HOST_MATES_ONLY =
		32, /* of functions that belong to no card, what may be a mate */
};

/*
 * Reads configuration, functions, cards and their names, below the root; reading is a sum
 * of the above. A names file that cannot be understood is an error else. 0 or -errno with a sentence in host->scan.fault (empty for -ENOMEM). Released
 * with host_release(), also after an error.
 */
int host_read(struct host *host, unsigned int reading);

/*
 * Makes host->names tell all cards' names, also where no file has them yet. As
 * host_read().
 */
int host_name_cards(struct host *host);

/* Makes sure that all cards went through card_identify(). As host_read(). */
int host_identify_cards(struct host *host);

/*
 * Saves the names that the cards have now, those of missing cards too; the caller holds
 * the lock of state_lock(). As host_read().
 */
int host_save_names(struct host *host);

void host_release(struct host *host);

/*
 * This machine's name, or that of the root; NULL when there is none. As host_read();
 * freed by the caller.
 */
int host_read_name(struct host *host, char **ret_name);

/*
 * A flag a card: whether the word (a name, the address of one of its functions, all)
 * means it. *ret_any is true for all, also where there are no cards. 0 or -ENOMEM; freed
 * by the caller.
 */
int host_select(const struct host *host, const char *word, bool **ret_selected,
		bool *ret_any);

#endif
