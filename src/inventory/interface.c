/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about interfaces share. */
#include <string.h>

#include "db/store/limits.h"
#include "lib/text.h"
#include "src/inventory/interface.h"

const struct argument interface_parameters[] = {
	ARGUMENT_TEXT("ip", "IP address", 0, NOTHING),
	ARGUMENT_TEXT("mac", "MAC address", 0, NOTHING),
	ARGUMENT_TEXT("subnet", "name of the network it is in", 0, NETWORK),
	ARGUMENT_TEXT("name", "the host's name there", 0, NOTHING),
	ARGUMENT_TEXT("module",
		      "driver; on a container: ovs-bridge for an Open vSwitch, direct or "
		      "macvtap for a device that VMs share, else it is a bridge",
		      0, NOTHING),
	ARGUMENT_INTEGER("vlan", "VLAN; 0 is none", ARGUMENT_CLEARS, 0, DB_VLAN_MOST),
	ARGUMENT_TEXT("options", "options of the driver", 0, NOTHING),
	ARGUMENT_TEXT("channel", "channel of the driver", 0, NOTHING),
	ARGUMENTS_END,
};

/* The value of a parameter; NULL if wanted names another one. */
static const char *take(const struct invocation *invocation, bool is_change,
			const char *wanted, const char *name)
{
	const char *value = NULL;

	if (!wanted || strcmp(wanted, name) == 0)
		value = argument(invocation, name);
	if (value && text_is_none(value))
		return is_change ? "" : NULL;
	return value;
}

static const int64_t *take_vlan(const struct invocation *invocation, bool is_change)
{
	static const int64_t no_vlan = DB_NO_VLAN;
	const int64_t *vlan = integer_argument(invocation, "vlan");

	/* 0 is no VLAN, too: dumps and scripts of Rocks type it. */
	if (vlan ? *vlan == 0 : argument(invocation, "vlan") != NULL)
		return is_change ? &no_vlan : NULL;
	return vlan;
}

static struct interface take_some(const struct invocation *invocation, bool is_change,
				  const char *wanted)
{
	return (struct interface){
		.ip = take(invocation, is_change, wanted, "ip"),
		.mac = take(invocation, is_change, wanted, "mac"),
		.network = take(invocation, is_change, wanted, "subnet"),
		.name = take(invocation, is_change, wanted, "name"),
		.module = take(invocation, is_change, wanted, "module"),
		.vlan = !wanted || strcmp(wanted, "vlan") == 0
				? take_vlan(invocation, is_change)
				: NULL,
		.options = take(invocation, is_change, wanted, "options"),
		.channel = take(invocation, is_change, wanted, "channel"),
	};
}

struct interface take_interface(const struct invocation *invocation, bool is_change)
{
	return take_some(invocation, is_change, NULL);
}

int interfaces_set(struct invocation *invocation, const struct interface *change)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	const struct argument *first = invocation->command->arguments;
	int r = first->flags & ARGUMENT_MANY ? take_hosts(invocation, &hosts)
					     : take_host(invocation, "host", &hosts);

	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++)
		r = answer(invocation,
			   db_interface_set(invocation->db, &hosts.hosts[i],
					    argument(invocation, "iface"), change));
	return r;
}

int interface_set_one(struct invocation *invocation, const char *name)
{
	struct interface change = take_some(invocation, true, name);

	return interfaces_set(invocation, &change);
}
