/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gpupci reads of a host, gathered into an archive. */
#ifndef SRC_GPUPCI_CAPTURE_GATHER_H
#define SRC_GPUPCI_CAPTURE_GATHER_H

#include "src/gpupci/capture/member.h"

/*
 * Writes all entries and the end. What cannot be read is left out. 0 or -errno with a
 * sentence in host->scan.fault (empty for -ENOMEM); the stream's errors stay in it.
 */
int gather(struct gathering *gathering);

#endif
