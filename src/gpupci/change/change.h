/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by all actions that change drivers: journal, records, order of steps. */
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
	const char *driver; /* used instead of --driver; or NULL */
};

/* All of these print errors on stderr and return an exit code. */

/*
 * Reads journal and records and moves broken ones aside; a dry run only reads. From here
 * on fatal signals are blocked. The caller holds the lock. Release with change_close(),
 * also after an error.
 */
int change_open(struct change *change, struct host *host, const struct options *options);
void change_close(struct change *change);

/*
 * Calls one() for each card that options->target means, and combines the exit codes:
 * EXIT_PARTLY if some succeeded and others did not.
 */
int change_each(struct change *change,
		int (*one)(struct change *change, struct card *card));

/*
 * Carries out a plan: journal, kernel, records, journal. If the kernel refuses, every
 * function goes back; if it does not answer, the card stays quarantined.
 */
int change_apply(struct change *change, struct card *card, const struct plan *plan);

/* Prints the steps that change_apply() would carry out. */
int change_print(struct change *change, const struct plan *plan);

/*
 * Starts a plan: every function as it is bound now, on both sides. The caller releases it
 * with plan_release().
 */
int change_plan(struct change *change, const struct card *card, enum plan_verb verb,
		struct plan *plan);

/* Returns EXIT_DONE unless the card is quarantined. */
int change_check_quarantine(const struct change *change, const struct card *card);

#endif
