/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about interfaces share. */
#include <string.h>

#include "db/store/limits.h"
#include "lib/text.h"
#include "src/inventory/interface.h"

const struct argument interface_parameters[] = {
	{ "ip", "IP address", 0 },
	{ "mac", "MAC address", 0 },
	{ "subnet", "the network it is in, by name", 0 },
	{ "name", "the host's name there", 0 },
	{ "module",
	  "driver; of a container: ovs-bridge for an Open vSwitch, direct or macvtap for "
	  "a "
	  "device that VMs share, else it is a bridge",
	  0 },
	{ "vlan", "VLAN, 0 to " DB_LIMIT_TEXT(DB_VLAN_MOST), 0 },
	{ "options", "options of the driver", 0 },
	{ "channel", "channel of the driver", 0 },
	{ NULL, NULL, 0 },
};

/* With wanted just that one, from the command's last argument. */
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

static int take_some(const struct invocation *invocation, bool is_change,
		     const char *wanted, int64_t *vlan, struct interface *ret_interface)
{
	const char *vlan_text = take(invocation, is_change, wanted, "vlan");
	struct interface interface = {
		.ip = take(invocation, is_change, wanted, "ip"),
		.mac = take(invocation, is_change, wanted, "mac"),
		.network = take(invocation, is_change, wanted, "subnet"),
		.name = take(invocation, is_change, wanted, "name"),
		.module = take(invocation, is_change, wanted, "module"),
		.options = take(invocation, is_change, wanted, "options"),
		.channel = take(invocation, is_change, wanted, "channel"),
	};
	int r = ROCKS_DONE;

	if (vlan_text && *vlan_text) {
		r = integer_argument(invocation, "vlan", 0, DB_VLAN_MOST, vlan,
				     &interface.vlan);
	} else if (vlan_text) {
		*vlan = DB_NO_VLAN;
		interface.vlan = vlan;
	}
	if (r == ROCKS_DONE)
		*ret_interface = interface;
	return r;
}

int take_interface(const struct invocation *invocation, bool is_change, int64_t *vlan,
		   struct interface *ret_interface)
{
	return take_some(invocation, is_change, NULL, vlan, ret_interface);
}

int interface_set_one(struct invocation *invocation, const char *name)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct interface change;
	int64_t vlan;
	int r = take_some(invocation, true, name, &vlan, &change);

	if (r == ROCKS_DONE)
		r = take_host(invocation, "host", &hosts);
	if (r != ROCKS_DONE)
		return r;
	return answer(invocation,
		      db_interface_set(invocation->db, &hosts.hosts[0],
				       argument(invocation, "iface"), &change));
}
