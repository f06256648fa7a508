/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that Rocks had and this program does not. */
#include <stdbool.h>

#include "src/rocks/dispatch/find.h"
#include "src/rocks/dispatch/gone.h"

#define INSTALLS "rocks does not install hosts"
#define SAVES "libvirt cannot save a VM with a card; see `rocks pause host vm`"
#define ACCOUNTS "rocks leaves the accounts of users to the hosts"
#define ROUTES "rocks leaves routes and firewalls to the hosts"
#define POWER "use `rocks start host vm` and `rocks stop host vm`, or the host's BMC"
#define CLUSTERS \
	"add its VMs with `rocks add host vm`, remove them with `rocks remove host`"

static const struct {
	const char *words, *advice;
} gone[] = {
	{ "add appliance firewall", ROUTES },
	{ "add appliance route", ROUTES },
	{ "add bootaction", INSTALLS },
	{ "add cluster", CLUSTERS },
	{ "add firewall", ROUTES },
	{ "add host bonded",
	  "use `rocks add host interface`, with channel= and module=" },
	{ "add host bootaction", INSTALLS },
	{ "add host firewall", ROUTES },
	{ "add host key", "use keys of ssh" },
	{ "add host partition", INSTALLS },
	{ "add host route", ROUTES },
	{ "add host sec_attr", "use `rocks add host attr`" },
	{ "add os firewall", ROUTES },
	{ "add os route", ROUTES },
	{ "add roll", INSTALLS },
	{ "add route", ROUTES },
	{ "add sec_attr", "use `rocks add attr`" },
	{ "config host interface", "use `rocks set host interface`" },
	{ "create distro", INSTALLS },
	{ "create keys", "use keys of ssh" },
	{ "create roll", INSTALLS },
	{ "dump host key", "use keys of ssh" },
	{ "iterate host", "a loop of the shell does it: for host in $(rocks list host "
			  "output-header=no output-col=host | tr -d :)" },
	{ "list appliance firewall", ROUTES },
	{ "list appliance route", ROUTES },
	{ "list appliance xml", INSTALLS },
	{ "list bootaction", INSTALLS },
	{ "list cluster", "use `rocks list host vm`" },
	{ "list firewall", ROUTES },
	{ "list host appliance", "use `rocks list host membership`" },
	{ "list host boot", INSTALLS },
	{ "list host bootaction", INSTALLS },
	{ "list host firewall", ROUTES },
	{ "list host graph", INSTALLS },
	{ "list host key", "use keys of ssh" },
	{ "list host macs", "use `rocks list host interface`" },
	{ "list host partition", INSTALLS },
	{ "list host profile", INSTALLS },
	{ "list host roll", INSTALLS },
	{ "list host route", ROUTES },
	{ "list host sec_attr", "use `rocks list host attr`" },
	{ "list host xml", INSTALLS },
	{ "list os firewall", ROUTES },
	{ "list os route", ROUTES },
	{ "list roll", INSTALLS },
	{ "list route", ROUTES },
	{ "list sec_attr", "use `rocks list attr`" },
	{ "remove appliance firewall", ROUTES },
	{ "remove appliance route", ROUTES },
	{ "remove bootaction", INSTALLS },
	{ "remove cluster", CLUSTERS },
	{ "remove firewall", ROUTES },
	{ "remove host boot", INSTALLS },
	{ "remove host bootaction", INSTALLS },
	{ "remove host bootflags", INSTALLS },
	{ "remove host firewall", ROUTES },
	{ "remove host key", "use keys of ssh" },
	{ "remove host partition", INSTALLS },
	{ "remove host roll", INSTALLS },
	{ "remove host route", ROUTES },
	{ "remove host sec_attr", "use `rocks remove host attr`" },
	{ "remove os firewall", ROUTES },
	{ "remove os route", ROUTES },
	{ "remove roll", INSTALLS },
	{ "remove route", ROUTES },
	{ "remove sec_attr", "use `rocks remove attr`" },
	{ "report host bootflags", INSTALLS },
	{ "report host config411", ACCOUNTS },
	{ "report host dhcpd", INSTALLS },
	{ "report host firewall", ROUTES },
	{ "report host interface", "use `rocks list host interface`" },
	{ "report host network", "use `rocks list host interface`" },
	{ "report host roll", INSTALLS },
	{ "report host route", ROUTES },
	{ "report host vlan", "use `rocks list host interface`" },
	{ "report host vm virt_type", "use `rocks list host vm`" },
	{ "restore host vm", SAVES },
	{ "save host vm", SAVES },
	{ "set cluster power", POWER },
	{ "set host boot",
	  INSTALLS "; the attribute kvm_boot says what a VM starts from" },
	{ "set host bootflags", INSTALLS },
	{ "set host cdrom", "use `rocks set host vm cdrom`" },
	{ "set host comment", "use an attribute: `rocks set host attr`" },
	{ "set host interface iface",
	  "remove the interface, and add it with its name: `rocks add host interface`" },
	{ "set host power", POWER },
	{ "set host roll", INSTALLS },
	{ "set host sec_attr", "use `rocks set host attr`" },
	{ "set network servedns", "rocks writes no DNS" },
	{ "set network zone", "give dnszone= to `rocks add network`" },
	{ "set sec_attr", "use `rocks set attr`" },
	{ "swap host interface", "use `rocks set host interface mac`" },
	{ "sync dns", "rocks writes no DNS" },
	{ "sync host firewall", ROUTES },
	{ "sync host sec_attr", "use `rocks set host attr`" },
	{ "sync host sharedkey", ACCOUNTS },
	{ "sync host vlan",
	  "the container has to make the device: see rocks(8), Networks" },
	{ "sync users", ACCOUNTS },
};

int explain_gone(char *const *argv, size_t count, size_t words)
{
	for (size_t i = 0; i < ARRAY_SIZE(gone); i++) {
		if (count_words(gone[i].words) <= words ||
		    !match_words(gone[i].words, argv, count))
			continue;
		error("there is no command «%s» any more, which Rocks had: %s",
		      gone[i].words, gone[i].advice);
		return ROCKS_USAGE;
	}
	return ROCKS_DONE;
}
