/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose attributes a command is about. */
#ifndef SRC_INVENTORY_ATTR_OWNER_H
#define SRC_INVENTORY_ATTR_OWNER_H

#include "db/appliance.h"
#include "db/attr.h"
#include "src/cli/command.h"

struct owner_name {
	struct attr_owner owner;
	const char *name; /* of the os, appliance or host; "" for global */
	/* The appliance, if every inventory begins with it, or NULL. */
	const struct appliance *built_in;
};

/*
 * Calls each() for the owners that the words of the ARGUMENT_MANY name; for all if there are
 * no words. Stops at the first result that is not ROCKS_DONE, and returns it. owner lives for
 * the call.
 */
int attr_each_owner(struct invocation *invocation, enum attr_level level,
		    int (*each)(struct invocation *invocation,
				const struct owner_name *owner, void *data),
		    void *data);

#endif
