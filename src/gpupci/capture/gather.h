/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gpupci reads of a host, gathered into an archive. */
#ifndef SRC_GPUPCI_CAPTURE_GATHER_H
#define SRC_GPUPCI_CAPTURE_GATHER_H

#include <stdbool.h>
#include <stdio.h>

#include "src/gpupci/cards/host.h"

struct gathering {
	FILE *file;	     /* the archive, see tar.h */
	struct host *host;   /* may have been read only in part */
	bool anonymous;	     /* without serial numbers and the host's name */
	unsigned int denied; /* files that only root may read */
	struct strbuf path;  /* below the root, of what is looked at; used inside */
};

/*
 * Writes all entries and the end. What cannot be read is left out. 0 or -errno with a
 * sentence in host->scan.fault (empty for -ENOMEM); the stream's errors stay in it.
 */
int gather(struct gathering *gathering);

#endif
