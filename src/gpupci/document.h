/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The document of gpupci --list --json, as doc/gpupci-scan.rst describes it. */
#ifndef SRC_GPUPCI_DOCUMENT_H
#define SRC_GPUPCI_DOCUMENT_H

#include <stdio.h>

#include "src/gpupci/held.h"
#include "src/gpupci/host.h"

/*
 * Writes it, of cards that were read with serials and whose holders were read by function.
 * name is this machine's, or NULL when it is not known. Errors of the stream stay in the
 * stream, as with any stdio call.
 */
void document_write(FILE *file, const struct host *host, const struct held *held,
		    const char *name);

#endif
