/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --list --json and --status --json print: doc/gpupci-scan.rst, gpupci-status.rst. */
#ifndef SRC_GPUPCI_ACTIONS_DOCUMENT_H
#define SRC_GPUPCI_ACTIONS_DOCUMENT_H

#include <stdio.h>

#include "src/gpupci/cards/host.h"
#include "src/gpupci/hold/held.h"

/*
 * name is this machine's, or NULL when it is not known. held was read by function. Errors
 * of the stream stay in the stream, as with any stdio call.
 */

/* --list: the cards, which were read with serials; held is that of all of them. */
void document_write(FILE *file, const struct host *host, const struct held *held,
		    const char *name);

/* --status: the picks, whose drivers and displays were read. */
void document_write_status(FILE *file, const struct picks *picks, const struct held *held,
			   const char *name);

#endif
