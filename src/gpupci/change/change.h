/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all actions share that change drivers: the journal, the records, the order. */
#ifndef SRC_GPUPCI_CHANGE_CHANGE_H
#define SRC_GPUPCI_CHANGE_CHANGE_H

#include "src/gpupci/bind/kernel.h"
#include "src/gpupci/bind/plan.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/cli/options.h"
#include "src/gpupci/keep/records.h"

struct change {
	struct host *host;
	const struct options *options;
	struct kernel kernel;
	struct records records;
	const char *driver; /* to detach with, in the place of --driver; or NULL */
};

/* All of these say on stderr what goes wrong, and return an exit code. */

/*
 * Reads journal and records and puts broken ones aside; a dry run only reads. From here
 * on signals that would end us wait. The caller holds the lock. Released with
 * change_close(), also after an error.
 */
int change_open(struct change *change, struct host *host, const struct options *options);
void change_close(struct change *change);

/*
 * Does one thing to each card that options->target means, and makes one exit code of what
 * came of it: EXIT_PARTLY where some were done and others not.
 */
int change_each(struct change *change,
		int (*one)(struct change *change, struct card *card));

/*
 * Has a plan come true: journal, kernel, records, journal. Where the kernel says no all
 * functions go back to where they were; where it does not come back the card stays
 * quarantined.
 */
int change_apply(struct change *change, struct card *card, const struct plan *plan);

/* Prints what change_apply() would do. */
int change_print(struct change *change, const struct plan *plan);

/* Begins a plan: its functions, as they are bound now, on both sides. */
int change_plan(struct change *change, const struct card *card, enum plan_verb verb,
		struct plan *plan);

/* EXIT_DONE where the card is not quarantined. */
int change_check_quarantine(const struct change *change, const struct card *card);

#endif
