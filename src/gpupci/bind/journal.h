/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal: plans that were begun and are not known to be finished. */
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
 * A plan reaches the disk here before its first write to the kernel, and leaves once
 * every function of its card has been seen in its place. While it is here its card is
 * quarantined: nobody may have it.
 */
struct journal {
	struct plan *plans; /* one per card; no two share a function */
	size_t count;
};

#define JOURNAL_EMPTY   \
	{               \
		NULL, 0 \
	}

/*
 * Reads the journal below the root; a missing file is an empty journal. Returns 0 or
 * -errno, -EINVAL if the file cannot be parsed. Release with journal_release(), also
 * after an error.
 */
int journal_read(struct journal *journal, const struct root *root);

/*
 * Parses the text of a journal, which has a NUL at length and is modified. As
 * journal_read().
 */
int journal_parse(struct journal *journal, char *text, size_t length);

/*
 * Stores the plan on disk, replacing the plan that shares a function with it. Names are
 * not compared: a card keeps its plan when another card gets its name. Returns 0 or
 * -errno; after an error the journal on disk is unchanged.
 */
int journal_put(struct journal *journal, const struct root *root,
		const struct plan *plan);

/* Removes the plan that shares a function with this one. As journal_put(). */
int journal_drop(struct journal *journal, const struct root *root,
		 const struct plan *plan);

/* Returns the plan that has a function of the card, or NULL. The journal owns it. */
const struct plan *journal_find_card(const struct journal *journal,
				     const struct card *card);

/* Returns the plan that has this function, or NULL. The journal owns it. */
const struct plan *journal_find_function(const struct journal *journal,
					 struct pci_address function);

/* Appends the text of the file. Errors stay in the buffer. */
void journal_format(const struct journal *journal, struct strbuf *text);

void journal_release(struct journal *journal);

/* Copies the id of this boot, "" if unknown. */
void journal_boot(struct root *root, char ret_boot[PLAN_BOOT_SIZE]);

#define _cleanup_journal_ __attribute__((cleanup(journal_release)))

#endif
