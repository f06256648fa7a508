/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an archive has of the running kernel's modules: the lines that are about cards. */
#ifndef SRC_GPUPCI_CAPTURE_MODULES_H
#define SRC_GPUPCI_CAPTURE_MODULES_H

#include "src/gpupci/capture/member.h"

/* Adds the lists of modules. 0 or -errno. */
int modules_add(struct gathering *g);

#endif
