/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump: the commands that restore the whole inventory. */
#include "src/inventory/attr.h"
#include "src/inventory/dump/host.h"

static int dump_global_attrs(struct invocation *invocation)
{
	return attr_dump(invocation, ATTR_GLOBAL);
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
	appliance_dump, dump_appliance_attrs, dump_global_attrs, network_dump,
	host_dump,	dump_host_attrs,      interface_dump,	 vm_dump,
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
	.help = "Prints them in an order that works, for a shell or for rocks --batch: "
		"appliances, attributes, networks, hosts, interfaces, VMs, and cards, "
		"including those in no host. The history is left out, and so is which VM "
		"has which device by its address: `rocks check host gpu repair=yes` "
		"records that again. A shell cannot pass a value of more than 128 KiB to "
		"a program: restore it with rocks --batch.\n\nrocks --batch FILE runs "
		"such lines in one transaction; - reads standard input. If a line fails, "
		"every failing line is reported and nothing is changed. check=yes only "
		"checks. It also reads the dump of an old frontend: conflicts=skip then "
		"leaves out cards that two VMs have.",
	.examples = "dump",
	.related = "dump host\ndump host vm\ndump host gpu\ndump host attr\n"
		   "dump attr\ndump appliance\ndump appliance attr",
	.flags = COMMAND_READS,
	.run = run,
};
