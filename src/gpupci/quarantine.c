/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards are quarantined: those that the journal has a plan of. */
#include "src/gpupci/journal.h"
#include "src/gpupci/quarantine.h"

static bool is_planned(const struct journal *journal, const struct card *card)
{
	for (size_t i = 0; i < card->count; i++)
		if (journal_find_function(journal, card->members[i].function->address))
			return true;
	return false;
}

void quarantine_read(struct host *host)
{
	_cleanup_journal_ struct journal journal = JOURNAL_EMPTY;
	int error = journal_read(&journal, host->scan.sysfs.root);

	for (size_t i = 0; i < host->cards.count; i++) {
		struct card *card = &host->cards.cards[i];

		if (error == 0)
			card->quarantine = is_planned(&journal, card) ? QUARANTINE_YES
								      : QUARANTINE_NO;
	}
}
