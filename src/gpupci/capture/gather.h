/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gathers what gpupci reads of a host into an archive. */
#ifndef SRC_GPUPCI_CAPTURE_GATHER_H
#define SRC_GPUPCI_CAPTURE_GATHER_H

#include "src/gpupci/capture/member.h"

/*
 * Writes all entries and the end of the archive. Skips what cannot be read. Returns 0 or
 * -errno with a sentence in host->scan.fault (empty for -ENOMEM); write errors stay in
 * the stream.
 */
int gather(struct gathering *gathering);

#endif
