/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards are quarantined: those that the journal has a plan of. */
#include "src/gpupci/journal.h"
#include "src/gpupci/quarantine.h"

void quarantine_read(struct host *host)
{
	_cleanup_journal_ struct journal journal = JOURNAL_EMPTY;
	int error = journal_read(&journal, host->scan.sysfs.root);

	for (size_t i = 0; i < host->cards.count; i++) {
		struct card *card = &host->cards.cards[i];

		if (error == 0)
			card->quarantine = journal_find_card(&journal, card)
						   ? QUARANTINE_YES
						   : QUARANTINE_NO;
	}
}
