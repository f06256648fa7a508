/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gpupci prints of cards. */
#ifndef SRC_GPUPCI_OUTPUT_H
#define SRC_GPUPCI_OUTPUT_H

#include <stdio.h>

#include "src/gpupci/card.h"
#include "src/gpupci/scan.h"

/* Errors of the stream stay in the stream, as with any stdio call. */

/* "gpupci1 pci_0000_02_00_0" a line; the cards' details need not be read. */
void output_list(FILE *file, const struct cards *cards);

/*
 * The document of doc/gpupci-scan.rst, of cards that were read with serials. host is this
 * machine's name, or NULL when it is not known.
 */
void output_json(FILE *file, const struct cards *cards, const struct pci_scan *scan,
		 const char *host);

/*
 * A table of the functions of the cards that selected[] (a flag a card) picks, which were
 * read, and a line on each thing to know of a card. 0 or -ENOMEM.
 */
int output_status(FILE *file, const struct cards *cards, const struct pci_scan *scan,
		  const bool *selected);

#endif
