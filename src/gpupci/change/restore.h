/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detaches again what is to stay detached over a reboot. */
#ifndef SRC_GPUPCI_CHANGE_RESTORE_H
#define SRC_GPUPCI_CHANGE_RESTORE_H

#include "src/gpupci/change/change.h"

/*
 * Detaches all that is to stay detached, as --restore does.
 * Says what goes wrong on stderr and returns an exit code.
 */
int change_restore(struct change *change);

#endif
