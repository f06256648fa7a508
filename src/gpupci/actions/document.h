/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --list --json and --status --json print: doc/gpupci-scan.rst, gpupci-status.rst. */
#ifndef SRC_GPUPCI_ACTIONS_DOCUMENT_H
#define SRC_GPUPCI_ACTIONS_DOCUMENT_H

#include <stdio.h>

#include "src/gpupci/cards/host.h"
#include "src/gpupci/hold/held.h"

/*
 * name is this machine's, or NULL if unknown. held was read with HELD_BY_FUNCTION. Write
 * errors stay in the stream, as with any stdio call.
 */

/*
 * Writes the document of --list: all cards, read with serials, and the host's memory. held
 * covers the functions of all cards.
 */
void document_write(FILE *file, struct host *host, const struct held *held,
		    const char *name);

/* Writes the document of --status: the picks, whose drivers and displays were read. */
void document_write_status(FILE *file, const struct picks *picks, const struct held *held,
			   const char *name);

#endif
