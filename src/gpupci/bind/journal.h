/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal: the plans that were begun and are not known to be at an end. */
#ifndef SRC_GPUPCI_BIND_JOURNAL_H
#define SRC_GPUPCI_BIND_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/strbuf.h"
#include "src/gpupci/bind/plan.h"
#include "src/gpupci/cards/card.h"
#include "src/gpupci/files/root.h"

#define JOURNAL_PATH "/var/lib/gpupci/journal"
#define JOURNAL_BOOT_PATH "/proc/sys/kernel/random/boot_id"

/*
 * A plan is on the disk here before its first write to the kernel, and leaves when all
 * functions of its card were seen to be where they belong. While it is here its card is
 * quarantined: nobody may be given it.
 */
struct journal {
	struct plan *plans; /* one a card; no two have a function in common */
	size_t count;
};

#define JOURNAL_EMPTY   \
	{               \
		NULL, 0 \
	}

/*
 * Reads the journal below the root; none is an empty one. 0 or -errno; -EINVAL for one
 * that is not understood. Released with journal_release(), also after an error.
 */
int journal_read(struct journal *journal, const struct root *root);

/* The same of a text that a NUL ends at length and that is written into. */
int journal_parse(struct journal *journal, char *text, size_t length);

/*
 * Has the journal on the disk hold the plan, in the place of one with a function of its.
 * The name is not looked at: a card keeps its plan when another card gets its name. 0 or
 * -errno: the journal on the disk is then as it was.
 */
int journal_put(struct journal *journal, const struct root *root,
		const struct plan *plan);

/* Takes the plan with a function of this one's out, likewise. */
int journal_drop(struct journal *journal, const struct root *root,
		 const struct plan *plan);

/* The plan that has a function of the card, or NULL. */
const struct plan *journal_find_card(const struct journal *journal,
				     const struct card *card);

/* The plan that has this function, or NULL. */
const struct plan *journal_find_function(const struct journal *journal,
					 struct pci_address function);

/* The text of the file. Errors stay in the buffer. */
void journal_format(const struct journal *journal, struct strbuf *text);

void journal_release(struct journal *journal);

/* This boot's name, "" when it is not known. */
void journal_boot(struct root *root, char ret_boot[PLAN_BOOT_SIZE]);

#define _cleanup_journal_ __attribute__((cleanup(journal_release)))

#endif
