/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards of another host can replace those of a VM. */
#ifndef DB_EQUIVALENT_H
#define DB_EQUIVALENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What decides whether one card can replace another. */
struct card_model {
	const char *ids;   /* vendor:device[:subvendor:subdevice]; NULL when not known */
	const char *shape; /* its kind and functions, with their classes and ids */
	int64_t numa;	   /* -1 for none or unknown */
	/*
	 * Of a wanted card: the model that was asked for, to which any card of it is like;
	 * NULL: that very card. Of an option: its model; NULL when it has none.
	 */
	const char *model;
};

#define EQUIVALENT_NONE SIZE_MAX

/* Whether the model is the one asked for, else vendor:device and functions; false if unknown. */
bool card_is_like(const struct card_model *wanted, const struct card_model *option);

/*
 * Chooses an option for each wanted card, no option twice: of the same model, if possible
 * of the same subsystem and on the same NUMA node. Cards that were on one node stay
 * together if some node has room for all of them. Of equal options the first is taken.
 * ret_choice gets wanted_count indexes, or EQUIVALENT_NONE. 0 or -ENOMEM.
 */
int cards_choose(const struct card_model *wanted, size_t wanted_count,
		 const struct card_model *options, size_t option_count,
		 size_t *ret_choice);

#endif
