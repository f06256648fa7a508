/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of attributes, the same at each level: global, os, appliance, host. */
#ifndef SRC_INVENTORY_ATTR_H
#define SRC_INVENTORY_ATTR_H

#include "db/attr.h"
#include "src/cli/command.h"

/* Arguments of add and set, then of remove, by level. */
extern const struct argument attr_change_arguments[ATTR_LEVELS][4];
extern const struct argument attr_remove_arguments[ATTR_LEVELS][3];
/* Owners, by default all: arguments of list, report and dump. */
extern const struct argument attr_owner_arguments[ATTR_LEVELS][2];
extern const struct argument attr_list_parameters[];
extern const struct argument attr_report_parameters[];

/* The verbs. ROCKS_DONE, or what to exit with after printing an error. */
int attr_add(struct invocation *invocation, enum attr_level level);
int attr_set(struct invocation *invocation, enum attr_level level);
int attr_remove(struct invocation *invocation, enum attr_level level);
int attr_list(struct invocation *invocation, enum attr_level level);
int attr_report(struct invocation *invocation, enum attr_level level);
int attr_dump(struct invocation *invocation, enum attr_level level);

#endif
