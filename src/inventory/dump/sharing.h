/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps of projects, aggregates and flavors: those that the words name, or all. */
#ifndef SRC_INVENTORY_DUMP_SHARING_H
#define SRC_INVENTORY_DUMP_SHARING_H

#include "src/cli/command.h"

/*
 * Each prints the commands that restore these on stdout. ROCKS_DONE, or what to exit with
 * after printing an error.
 */
int project_dump(struct invocation *invocation);

/* The users of the projects. */
int member_dump(struct invocation *invocation);

/* The aggregates of the hosts. */
int aggregate_dump(struct invocation *invocation);

int flavor_dump(struct invocation *invocation);

/* The projects of the flavors. */
int flavor_project_dump(struct invocation *invocation);

#endif
