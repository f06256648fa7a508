/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards of another host can stand for those that a VM has. */
#ifndef DB_EQUIVALENT_H
#define DB_EQUIVALENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What decides whether one card does for another. */
struct card_model {
	const char *ids;   /* vendor:device[:subvendor:subdevice]; NULL when not known */
	const char *shape; /* its kind and functions, with their classes and ids */
	int64_t numa;	   /* -1 when none or not known */
};

#define EQUIVALENT_NONE SIZE_MAX

/* The same vendor:device and functions; what is not known is like nothing. */
bool card_is_like(const struct card_model *wanted, const struct card_model *option);

/*
 * Chooses an option for each that is wanted, no option twice: of the same model, if
 * possible of the same subsystem and on the same NUMA node; cards that were on one node
 * stay together on some node if there is one with room for all of them. Where options are
 * alike the first is taken. ret_choice gets an index each, or EQUIVALENT_NONE. 0 or
 * -ENOMEM.
 */
int cards_choose(const struct card_model *wanted, size_t wanted_count,
		 const struct card_model *options, size_t option_count,
		 size_t *ret_choice);

#endif
