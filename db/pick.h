/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Picks free cards of a container for a VM that asks for a model. */
#ifndef DB_PICK_H
#define DB_PICK_H

#include "db/hosts.h"
#include "db/model.h"
#include "lib/strbuf.h"
#include "lib/wish.h"

/* How near to each other the cards are. */
enum pick_near {
	PICK_NEAR_NO,	  /* on one NUMA node if there is room, else anywhere */
	PICK_NEAR_NODE,	  /* on one NUMA node */
	PICK_NEAR_SWITCH, /* below one PCIe switch */
};

struct pick_wish {
	const struct host_ref *vm; /* the id is 0 for one that is not there yet */
	int64_t container;
	const char *container_name;
	const struct wish *wish;
	enum pick_near near;
	const struct models *models; /* sorted */
};

struct picked {
	struct picked_card {
		char *name;   /* gpupci3 of the container */
		int64_t numa; /* -1: none, or not known */
	} list[WISH_COUNT_MOST];
	size_t count;
	char *why;   /* what decided, for people: of 3 free on NUMA node 0 */
	size_t left; /* free cards of the model that the VM could get, and does not */
};

void picked_release(struct picked *picks);

#define _cleanup_picked_ _cleanup_(picked_release)

/*
 * In a transaction: picks cards that the VM can get. Of the nodes (or switches) with room for
 * all of them the one with the fewest free ones of the model, then the first by the names of
 * the cards. 0; -ENOENT if there are too few, or too
 * few near to each other, with the best that there is; -errno. The caller releases ret_picks.
 */
int db_pick(struct db *db, const struct pick_wish *wish, struct picked *ret_picks);

#endif
