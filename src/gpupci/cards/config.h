/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What counts as a card on this host: /etc/gpupci.conf, or the built-in defaults. */
#ifndef SRC_GPUPCI_CARDS_CONFIG_H
#define SRC_GPUPCI_CARDS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/pci-address.h"
#include "lib/strbuf.h"
#include "src/gpupci/files/root.h"

#define CONFIG_MOST_PAGES 8

/* Huge pages of one size that the host should have. */
struct config_pages {
	uint64_t size; /* bytes */
	uint64_t count;
};

struct config {
	struct config_rule *rules; /* one per word of the file */
	size_t count;
	uint64_t memlock; /* bytes that the largest VM will lock; 0 if not set */
	struct config_pages pages[CONFIG_MOST_PAGES];
	size_t page_sizes;
};

#define CONFIG_EMPTY          \
	{                     \
		.rules = NULL \
	}

/*
 * Reads the file below the root. Without a file the defaults apply: vendors 10de, 1002
 * and 8086, class 03, and class 1200 of AMD (1002). Returns 0 or -errno (-EINVAL for a
 * line that cannot be parsed) with a sentence in fault that names file and line. Release
 * with config_release(), also after an error.
 */
int config_read(struct config *config, struct root *root, const char *path,
		struct strbuf *fault);
void config_release(struct config *config);

/* Whether both lists, vendors and classes, contain it; class is all 24 bits. */
bool config_knows(const struct config *config, uint16_t vendor, uint32_t class);
bool config_knows_vendor(const struct config *config, uint16_t vendor);

/* Whether an include or exclude line has exactly this address. */
bool config_includes(const struct config *config, struct pci_address address);
bool config_excludes(const struct config *config, struct pci_address address);

/*
 * The address of an include or exclude line by its index among those; false after the
 * last one.
 */
bool config_named(const struct config *config, size_t index,
		  struct pci_address *ret_address, bool *ret_included);

/* Whether there is an include or exclude line at all. */
bool config_names_slots(const struct config *config);

/* Whether there is a join line at all. */
bool config_joins(const struct config *config);

/*
 * Returns the first slot of the board this slot is on, according to a join line, else the
 * slot itself (function 0). *ret_position counts the slots of the board from 0.
 */
struct pci_address config_board(const struct config *config, struct pci_address slot,
				unsigned int *ret_position);

#define _cleanup_config_ __attribute__((cleanup(config_release)))

#endif
