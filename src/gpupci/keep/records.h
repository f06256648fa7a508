/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change of drivers leaves for later runs: the journal and the detached cards. */
#ifndef SRC_GPUPCI_KEEP_RECORDS_H
#define SRC_GPUPCI_KEEP_RECORDS_H

#include <stdbool.h>

#include "lib/strbuf.h"
#include "src/gpupci/bind/journal.h"
#include "src/gpupci/bind/plan.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/keep/detached.h"

struct records {
	struct journal journal;
	struct detached kept; /* detached over reboots */
	struct detached here; /* detached in this boot only */
	bool was_broken;      /* a file could not be parsed */
};

/* Their files, in the order to read them. */
enum records_file { RECORDS_JOURNAL, RECORDS_KEPT, RECORDS_HERE, RECORDS_FILES };

/*
 * Reads one file below the root into records, which are all zero at first. A broken file
 * returns 0: it sets was_broken, leaves its part of the records empty, and a sentence in
 * said; with may_write the file is renamed first. Returns 0 or -errno, with a sentence in
 * said except for -ENOMEM. Release with records_release(), also after an error.
 */
int records_read(struct records *records, enum records_file file, const struct root *root,
		 bool may_write, struct strbuf *said);

/*
 * Finds the host's card of each record: after records_read() of both lists, before
 * records_find(). Returns 0 or -errno.
 */
int records_identify(struct records *records, struct host *host);

/* Returns what the card had before it was detached, or NULL. The records own it. */
const struct detached_card *records_find(const struct records *records,
					 const struct card *card);

/*
 * Records in the files below the host's root that the plan was carried out. The caller
 * holds gpupci's lock. Returns 0 or -errno with a sentence in fault (none for -ENOMEM);
 * after an error the files are written back as they were.
 */
int records_note(struct records *records, struct host *host, struct card *card,
		 const struct plan *plan, struct strbuf *fault);

void records_release(struct records *records);

#endif
