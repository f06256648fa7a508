/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The document of gpupci --list --json, as doc/gpupci-scan.rst describes it. */
#ifndef SRC_GPUPCI_DOCUMENT_H
#define SRC_GPUPCI_DOCUMENT_H

#include <stdio.h>

#include "src/gpupci/card.h"
#include "src/gpupci/scan.h"

/*
 * Writes it, of cards that were read with serials. host is this machine's name, or NULL
 * when it is not known. Errors of the stream stay in the stream, as with any stdio call.
 */
void document_write(FILE *file, const struct cards *cards, const struct pci_scan *scan,
		    const char *host);

#endif
