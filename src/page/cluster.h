/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All cards as a report's plugin gets them: struct rocks_cluster, read from the inventory. */
#ifndef SRC_PAGE_CLUSTER_H
#define SRC_PAGE_CLUSTER_H

#include <stddef.h>

#include "lib/cleanup.h"
#include "plugins/rocks-plugin.h"
#include "src/cli/context.h"
#include "src/inventory/models.h"

struct cluster {
	struct rocks_cluster base; /* what the plugin gets */
	const struct context *context;
	struct models models; /* what cards are called */
	struct cluster_model {
		struct rocks_cluster_model row;
		char *name;
	} * list; /* of models with cards, sorted by name */
	size_t count;
	/* What made models() or cards() fail, as cluster_error() prints it. */
	enum { CLUSTER_FINE, CLUSTER_UNREADABLE, CLUSTER_NO_MEMORY } fault;
};

/*
 * Reads what there is of each model, in a transaction that stays open as long as the
 * cluster is used. ROCKS_DONE, or what to exit with after printing an error. The caller
 * releases it.
 */
int cluster_read(const struct context *context, struct cluster *ret_cluster);

/* Prints the error of a cluster with a fault. What to exit with. */
int cluster_error(const struct cluster *cluster);

void cluster_release(struct cluster *cluster);

#define _cleanup_cluster_ _cleanup_(cluster_release)

#endif
