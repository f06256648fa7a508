/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: a card in whose memory the firmware left its framebuffer. */
#include <errno.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/display.h"
#include "src/gpupci/check/fix.h"
#include "src/gpupci/hold/framebuffer.h"

void check_display(struct checks *checks, struct host *host, const struct card *card)
{
	_cleanup_strbuf_ struct strbuf commands = STRBUF_EMPTY;
	struct framebuffer framebuffer;
	char address[PCI_ADDRESS_SIZE];
	int found = framebuffer_find(&host->scan.root, card, &framebuffer);

	if (found == 1 && framebuffer_add_commands(&host->scan.root, &commands) < 0)
		found = -ENOMEM;
	if (found < 0)
		checks->error = found;
	if (found != 1)
		return;
	strbuf_add_string(&commands, "or, for each boot from the next on:\n");
	fix_add_words(&commands, &host->scan.root, &checks->boot,
		      "initcall_blacklist=sysfb_init");
	checks_add(
		checks, card->name, "display", CHECK_WARN, strbuf_text(&commands),
		"the firmware's framebuffer (%s) is in the memory of %s: a VM that has "
		"the card cannot use that window while the host does",
		framebuffer.name, pci_address_sysfs(framebuffer.function, address));
}
