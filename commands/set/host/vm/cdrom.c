/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks set host vm cdrom: put a CD-ROM into VMs, or take it out. */
#include "db/vm.h"
#include "lib/text.h"
#include "src/cli/command.h"

static int run(struct invocation *invocation)
{
	const char *path = argument(invocation, "cdrom");
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_vms(invocation, &hosts);

	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++)
		r = answer(invocation, db_vm_set_cdrom(invocation->db, &hosts.hosts[i],
						       text_is_none(path) ? NULL : path));
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "VMs; % for all", ARGUMENT_REQUIRED | ARGUMENT_MANY, VM),
	ARGUMENT_TEXT("cdrom",
		      "path of an image or device on the container; none takes it out",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

const struct command cmd_set_host_vm_cdrom = {
	.words = "set host vm cdrom",
	.summary = "put a CD-ROM into VMs, or take it out",
	.help = "A VM with a CD-ROM boots from it.",
	.arguments = arguments,
	.examples = "set host vm cdrom rocks-33 cdrom=/export/debian.iso\n"
		    "set host vm cdrom rocks-33 none",
	.related = "set host vm\nlist host vm\nreport host vm config",
	.flags = COMMAND_WRITES,
	.run = run,
};
