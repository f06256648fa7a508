/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cards are quarantined: those with a plan in the journal. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/bind/journal.h"
#include "src/gpupci/files/root.h"
#include "src/gpupci/files/state.h"
#include "src/gpupci/keep/quarantine.h"

static void say_unread(struct strbuf *doubt, const struct root *root, int error)
{
	strbuf_add_format(doubt, "whether cards are quarantined is not known: ");
	if (error == -EINVAL)
		strbuf_add_format(
			doubt,
			"the journal %s%s is not as gpupci writes it; gpupci "
			"--restore renames it; a card whose functions have "
			"different drivers then needs gpupci --attach or --detach",
			root->folder, JOURNAL_PATH);
	else
		strbuf_add_format(doubt,
				  "cannot read the journal %s%s: %s; run this as root",
				  root->folder, JOURNAL_PATH, strerror(-error));
}

/* Returns when this boot began, in seconds since 1970; 0 if unknown. */
static int64_t boot_time(struct root *root)
{
	_cleanup_free_ char *text = NULL;
	const char *line;
	int64_t time = 0;

	/* "btime 1763740000", see proc(5) */
	if (root_read_text(root, &text, "/proc/stat") == 0 &&
	    (line = strstr(text, "\nbtime ")))
		time = strtoll(line + strlen("\nbtime "), NULL, 10);
	return time;
}

/*
 * Whether a journal was moved aside since boot: the unfinished changes in it are lost. A
 * reboot ends all changes.
 */
static int check_aside(struct root *root, struct strbuf *doubt)
{
	_cleanup_free_ char *aside = NULL;
	int error = state_find_aside(root, JOURNAL_PATH, 0, &aside);

	/* There is hardly ever one, and reading the boot time costs more. */
	if (error == 0 && aside) {
		free(take_pointer(aside));
		error = state_find_aside(root, JOURNAL_PATH, boot_time(root), &aside);
	}
	if (error < 0)
		say_unread(doubt, root, error);
	else if (aside)
		strbuf_add_format(
			doubt,
			"whether cards are quarantined is not known: a broken "
			"journal was renamed to %s; gpupci --attach or --detach "
			"each card whose functions have different drivers, then "
			"remove that file, or reboot",
			aside);
	return error < 0 ? error : aside != NULL;
}

void quarantine_read(struct host *host, struct strbuf *doubt)
{
	_cleanup_journal_ struct journal journal = JOURNAL_EMPTY;
	struct root *root = &host->scan.root;
	int error = journal_read(&journal, root), lost = 0;

	if (error < 0)
		say_unread(doubt, root, error);
	else
		lost = check_aside(root, doubt);
	for (size_t i = 0; i < host->cards.count; i++) {
		struct card *card = &host->cards.cards[i];

		if (error == 0 && journal_find_card(&journal, card))
			card->quarantine = QUARANTINE_YES;
		else if (error == 0 && !lost)
			card->quarantine = QUARANTINE_NO;
	}
}
