/* SPDX-License-Identifier: GPL-2.0-or-later */
/* After a boot, detaches the cards that must stay detached. */
#ifndef SRC_GPUPCI_CHANGE_RESTORE_H
#define SRC_GPUPCI_CHANGE_RESTORE_H

#include "src/gpupci/change/change.h"

/*
 * Detaches every card that must stay detached, as --restore does. Prints errors on stderr
 * and returns an exit code.
 */
int change_restore(struct change *change);

#endif
