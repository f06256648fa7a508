/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What decides at boot who gets a card, in an archive. */
#ifndef SRC_GPUPCI_CAPTURE_BOOT_H
#define SRC_GPUPCI_CAPTURE_BOOT_H

#include "src/gpupci/capture/member.h"

/*
 * Adds the settings of modules and of the initramfs, the entries of the boot loader, and
 * as empty files what is only looked for. An anonymous archive has no entries. Returns 0
 * or -errno.
 */
int boot_add(struct gathering *g);

#endif
