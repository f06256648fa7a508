/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many cards of each model there are. */
#ifndef SRC_INVENTORY_MODEL_TOTALS_H
#define SRC_INVENTORY_MODEL_TOTALS_H

#include "src/inventory/models.h"

struct model_totals {
	struct model_total {
		char *model;
		int64_t cards, free, used, out; /* as in db/usage.h */
	} * list; /* in the order in which people sort names */
	size_t count;
};

void model_totals_release(struct model_totals *totals);

#define _cleanup_model_totals_ _cleanup_(model_totals_release)

/*
 * Reads the totals of the models that the words of an invocation name, or of all if it is
 * NULL. models are sorted. The caller releases them. ROCKS_DONE, or what to exit with after
 * printing an error.
 */
int model_totals_read(const struct context *context, const struct models *models,
		      const struct invocation *words, struct model_totals *ret_totals);

#endif
