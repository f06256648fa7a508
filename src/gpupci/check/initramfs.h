/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which drivers of a card the first file system of a boot holds. */
#ifndef SRC_GPUPCI_CHECK_INITRAMFS_H
#define SRC_GPUPCI_CHECK_INITRAMFS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/*
 * Whether modules (names with blanks between) would have the card in the first file system
 * already; is_kept: it is to stay detached.
 */
void check_initramfs(struct checks *checks, struct host *host, const struct card *card,
		     const char *modules, bool is_kept);

/* Whether a list of files, a line a file, has the module, however it is packed. */
bool initramfs_has(const char *list, const char *module, size_t length);

#endif
