/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump: the commands that restore the whole inventory. */
#include "src/inventory/attr.h"
#include "src/inventory/dump/host.h"
#include "src/inventory/dump/sharing.h"

static int dump_global_attrs(struct invocation *invocation)
{
	return attr_dump(invocation, ATTR_GLOBAL);
}

static int dump_os_attrs(struct invocation *invocation)
{
	return attr_dump(invocation, ATTR_OS);
}

static int dump_appliance_attrs(struct invocation *invocation)
{
	return attr_dump(invocation, ATTR_APPLIANCE);
}

static int dump_host_attrs(struct invocation *invocation)
{
	return attr_dump(invocation, ATTR_HOST);
}

/* In this order each line refers only to what an earlier line created. */
static int (*const parts[])(struct invocation *invocation) = {
	appliance_dump, dump_appliance_attrs, dump_os_attrs,	   dump_global_attrs,
	network_dump,	project_dump,	      member_dump,	   host_dump,
	alias_dump,	dump_host_attrs,      interface_dump,	   aggregate_dump,
	vm_dump,	flavor_dump,	      flavor_project_dump, model_dump,
	gpu_dump_whole, retired_dump,
};

static int run(struct invocation *invocation)
{
	int r = ROCKS_DONE;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && r == ROCKS_DONE; i++)
		r = parts[i](invocation);
	return r;
}

const struct command cmd_dump = {
	.words = "dump",
	.summary = "print the commands that restore the whole inventory",
	.help = "Prints the commands in an order that works: appliances, attributes, "
		"networks, hosts, interfaces, VMs, and cards, including those in no "
		"host. Save them in a file, and restore it with rocks --batch FILE or a "
		"shell; a shell fails on values of more than 128 KiB. The history is not "
		"in a dump (`rocks dump database` copies it), nor is which VM has which "
		"device of an attribute such as "
		"kvm_device_0; `rocks check host gpu repair=yes` records the latter "
		"again.\n\nrocks --batch FILE runs the commands in a file, one a line, "
		"in one transaction; FILE - is standard input. If any line fails, it "
		"reports every line that fails and changes nothing. rocks --batch FILE "
		"check=yes changes nothing in any case. --batch also reads the dump of "
		"an old frontend, in which two VMs may have one card: with "
		"conflicts=skip the first keeps it.",
	.examples = "dump",
	.related =
		"dump database\ndump host\ndump host vm\ndump host gpu\ndump host attr\n"
		"dump attr\ndump appliance\ndump appliance attr",
	.flags = COMMAND_READS,
	.run = run,
};
