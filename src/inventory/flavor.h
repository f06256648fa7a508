/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user says about a flavor. */
#ifndef SRC_INVENTORY_FLAVOR_H
#define SRC_INVENTORY_FLAVOR_H

#include "db/flavor.h"
#include "src/cli/command.h"

/* gpu= cpus= mem= disksize= near= aggregate= */
extern const struct argument flavor_parameters[];

/* What change points to, besides the words of the invocation. */
struct flavor_values {
	struct wish_list cards;
	int64_t none;
};

/*
 * What the parameters say. Strings belong to the invocation, the rest is in values. ROCKS_DONE,
 * or ROCKS_FAILED after printing an error.
 */
int take_flavor_change(const struct invocation *invocation, struct flavor_values *values,
		       struct flavor_change *ret_change);

/* Whether no parameter is given. */
bool flavor_change_is_nothing(const struct flavor_change *change);

#endif
