/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an earlier run left half-way: looked at again, then finished or undone. */
#ifndef SRC_GPUPCI_CHANGE_RECOVER_H
#define SRC_GPUPCI_CHANGE_RECOVER_H

#include "src/gpupci/change/change.h"

/*
 * Finishes or undoes what an earlier run left half-way, each plan of the journal; what
 * cannot be brought to an end now stays there. Comes right after change_open(); nothing
 * in a dry run.
 */
void change_recover(struct change *change);

#endif
