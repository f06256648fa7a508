/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of gpupci on stderr, each written once and on one line. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/files/state.h"

int message_failed(int error, const struct strbuf *fault)
{
	if (fault && fault->length)
		fprintf(stderr, "gpupci: %s\n", strbuf_text(fault));
	else
		fprintf(stderr, "gpupci: %s; nothing was changed\n", strerror(-error));
	return EXIT_FAILED;
}

int message_unknown_card(const struct cards *cards, const char *word)
{
	bool any = false;

	fprintf(stderr, "gpupci: there is no card %s; ",
		text_is_clean(word) ? word : "so");
	for (size_t i = 0; i < cards->count; i++) {
		if (!cards->cards[i].name[0])
			continue;
		fprintf(stderr, "%s%s", any ? ", " : "this host has ",
			cards->cards[i].name);
		any = true;
	}
	fputs(any ? "\n" : "this host has none\n", stderr);
	return EXIT_FAILED;
}

int message_no_function(struct pci_address address)
{
	char text[PCI_ADDRESS_SIZE];

	fprintf(stderr, "gpupci: there is no PCI function at %s; see lspci -D\n",
		pci_address_sysfs(address, text));
	return EXIT_FAILED;
}

int message_not_locked(int error, const struct options *options, pid_t holder)
{
	char who[32] = "";

	if (error != -EWOULDBLOCK) {
		fprintf(stderr, "gpupci: cannot lock %s%s: %s; %s\n", options->root,
			STATE_LOCK, strerror(-error),
			error == -EACCES || error == -EPERM ? "run it as root"
							    : "nothing was changed");
		return EXIT_FAILED;
	}
	if (holder)
		snprintf(who, sizeof(who), " (process %d)", (int)holder);
	fprintf(stderr,
		"gpupci: another gpupci%s did not finish within %u s; nothing was "
		"changed; "
		"wait for it or end it\n",
		who, options->timeout);
	return EXIT_DEADLINE;
}
