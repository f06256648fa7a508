/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: lines of gpupci.conf that have no effect. */
#include "src/gpupci/check/config.h"

static bool is_of_card(const struct host *host, const struct pci_function *function)
{
	for (size_t i = 0; i < host->cards.count; i++)
		if (card_owns(&host->cards.cards[i], function))
			return true;
	return false;
}

/* Why the line does nothing, or NULL. */
static const char *find_reason(const struct host *host, struct pci_address address,
			       bool included)
{
	const struct pci_function *function = pci_scan_find(&host->scan, address);

	if (!function)
		return "there is no PCI function";
	if (included && function->is_bridge)
		return "that is a bridge, which no VM can have";
	if (included && !is_of_card(host, function))
		return "the function is left out by an exclude line";
	return NULL;
}

void check_config(struct checks *checks, const struct host *host)
{
	struct pci_address address;
	bool included;

	for (size_t i = 0; config_named(&host->config, i, &address, &included); i++) {
		const char *why = find_reason(host, address, included);
		char text[PCI_ADDRESS_SIZE];

		if (why)
			checks_add(checks, "host", "config", CHECK_WARN,
				   "remove the line from /etc/gpupci.conf, or mend the "
				   "address: see lspci -D",
				   "%s %s does nothing: %s",
				   included ? "include" : "exclude",
				   pci_address_sysfs(address, text), why);
	}
}
