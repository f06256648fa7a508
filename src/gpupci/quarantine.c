/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards are quarantined: those that the journal has a plan of. */
#include <errno.h>
#include <string.h>

#include "src/gpupci/journal.h"
#include "src/gpupci/quarantine.h"

static void say_unread(struct strbuf *doubt, const char *root, int error)
{
	strbuf_add_format(doubt, "whether cards are quarantined is not known: ");
	if (error == -EINVAL)
		strbuf_add_format(
			doubt,
			"the journal %s%s is not as gpupci writes it; gpupci "
			"--restore puts it aside; a card whose functions have "
			"different drivers then needs gpupci --attach or --detach",
			root, JOURNAL_PATH);
	else
		strbuf_add_format(doubt,
				  "cannot read the journal %s%s: %s; run this as root",
				  root, JOURNAL_PATH, strerror(-error));
}

void quarantine_read(struct host *host, struct strbuf *doubt)
{
	_cleanup_journal_ struct journal journal = JOURNAL_EMPTY;
	const char *root = host->scan.sysfs.root;
	int error = journal_read(&journal, root);

	if (error < 0)
		say_unread(doubt, root, error);
	for (size_t i = 0; i < host->cards.count; i++) {
		struct card *card = &host->cards.cards[i];

		if (error == 0)
			card->quarantine = journal_find_card(&journal, card)
						   ? QUARANTINE_YES
						   : QUARANTINE_NO;
	}
}
