/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules of the running kernel in an archive: only the lines about cards. */
#ifndef SRC_GPUPCI_CAPTURE_MODULES_H
#define SRC_GPUPCI_CAPTURE_MODULES_H

#include "src/gpupci/capture/member.h"

/* Adds the lists of modules. Returns 0 or -errno. */
int modules_add(struct gathering *g);

#endif
