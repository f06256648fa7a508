/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finishes or undoes what an earlier run left half-done. */
#ifndef SRC_GPUPCI_CHANGE_RECOVER_H
#define SRC_GPUPCI_CHANGE_RECOVER_H

#include "src/gpupci/change/change.h"

/*
 * Finishes or undoes each plan of the journal. A plan that cannot be finished now stays
 * there. Call it right after change_open(); a dry run does nothing.
 */
void change_recover(struct change *change);

#endif
