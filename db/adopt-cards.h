/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cards of VMs that were just recorded. */
#ifndef DB_ADOPT_CARDS_H
#define DB_ADOPT_CARDS_H

#include "db/seen.h"
#include "lib/strbuf.h"

/* The outcome for a VM of struct seen_vms, at the same index. */
struct adoption_row {
	const char *state; /* as struct adopted; static */
	char *name;	   /* owned, like gpus and what: db/adopt.c frees them */
	int64_t vm;	   /* its host's id; 0 if it is not recorded */
	unsigned int cards;
	struct strbuf gpus, what;
};

/* For db/adopt.c and db/adopt-cards.c alone. */
struct adoption_rows {
	struct adoption_row *list;
	size_t count;
};

/* Appends a remark to row->what. */
void adoption_note(struct adoption_row *row, const char *format, ...) _printf_(2, 3);

/* Whether the error is one that the user can remedy, and then sync again. */
bool adoption_is_refusal(int r);

/*
 * Gives the new VMs the recorded cards of their host that their hypervisor gives them: of
 * several VMs with one card the one that runs gets it, else none. Notes what is not
 * given. 0 or -errno.
 */
int db_adopt_cards(struct db *db, const struct seen_vms *vms, struct adoption_rows *rows);

#endif
