/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that one run of gpupci reads about its host. */
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
	struct strbuf names_content; /* of the names file; empty if there is none */
	char *names_aside; /* where a broken names file was moved, or NULL; owned */
};

#define HOST_EMPTY(root_folder)                                              \
	{                                                                    \
		.config = CONFIG_EMPTY, .scan = PCI_SCAN_EMPTY(root_folder), \
		.cards = CARDS_EMPTY, .names = NAMES_EMPTY,                  \
		.names_content = STRBUF_EMPTY                                \
	}

enum host_reading {
	HOST_CARDS_ONLY = 1, /* skip functions that belong to no card */
	HOST_SET_ASIDE = 2,  /* move a names file that cannot be parsed aside */
	HOST_AS_FAR_AS = 4,  /* for main(): act even if reading failed */
	HOST_NO_NAMES = 8,   /* name by address: /var may not be mounted yet */
	HOST_NOTHING = 16,   /* the action reads what it needs */
	HOST_MATES_ONLY =
		32, /* of functions that belong to no card, only possible mates */
};

/*
 * Reads configuration, functions, cards and their names below the root; reading is a sum
 * of enum host_reading. Without HOST_SET_ASIDE a names file that cannot be parsed is an
 * error. Returns 0 or -errno with a sentence in host->scan.fault (empty for -ENOMEM).
 * Release with host_release(), also after an error.
 */
int host_read(struct host *host, unsigned int reading);

/*
 * Fills host->names with the names of all cards, including those that no file has yet.
 * Returns as host_read().
 */
int host_name_cards(struct host *host);

/*
 * Calls card_identify() for each card that has not been identified. Returns as
 * host_read().
 */
int host_identify_cards(struct host *host);

/*
 * Saves the current names of the cards, and those of missing cards; the caller holds the
 * lock of state_lock(). Returns as host_read().
 */
int host_save_names(struct host *host);

void host_release(struct host *host);

/*
 * Reads the host name of this machine, or of the root; NULL if there is none. Returns as
 * host_read(); the caller frees *ret_name.
 */
int host_read_name(struct host *host, char **ret_name);

/*
 * Makes an array with one flag per card: whether the word (a name, the address of one of
 * its functions, or all) means it. *ret_any is true if a card matched, and always for
 * all. Returns 0 or -ENOMEM; the caller frees *ret_selected.
 */
int host_select(const struct host *host, const char *word, bool **ret_selected,
		bool *ret_any);

#endif
