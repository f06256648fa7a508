/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks run host: run a command on hosts. */
#include "src/fleet/hosts.h"
#include "src/fleet/report.h"

static int run(struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_free_ char *ssh = NULL, *local = NULL;
	struct fan_out fan_out = { .hosts = &hosts };
	bool collate, managed = true;
	int r = boolean_argument(invocation, "collate", &collate);

	if (r == ROCKS_DONE && argument(invocation, "managed"))
		r = boolean_argument(invocation, "managed", &managed);
	if (r == ROCKS_DONE)
		r = fan_out_take_limits(invocation, &fan_out);
	if (r == ROCKS_DONE)
		r = check_command_word(invocation, argument(invocation, "command"));
	if (r == ROCKS_DONE)
		r = take_fleet(invocation, managed, &hosts);
	if (r == ROCKS_DONE)
		r = fan_out_ssh(&context, &ssh);
	if (r == ROCKS_DONE)
		r = find_local_host(&context, &local);
	if (r != ROCKS_DONE || !hosts.count)
		return r;
	fan_out.command = argument(invocation, "command");
	fan_out.ssh = ssh;
	fan_out.local = local;
	return fan_out_report(&fan_out, collate);
}

static const struct argument arguments[] = {
	{ "host", "hosts; all that are managed unless given", ARGUMENT_MANY },
	{ "command", "for a shell there", ARGUMENT_REQUIRED },
	{ NULL, NULL, 0 },
};

static const struct argument parameters[] = {
	{ "managed", "no: without hosts, also those whose attribute managed is false",
	  0 },
	{ "timeout", "seconds it may take; 30 unless given, 0 for no end", 0 },
	{ "collate", "yes: the host's name before every line", 0 },
	{ "num-threads", "how many hosts at once; 128 unless given", 0 },
	{ "x11", "yes: with X11 forwarded", 0 },
	{ NULL, NULL, 0 },
};

const struct command cmd_run_host = {
	.words = "run host",
	.summary = "run a command on hosts",
	.help = "Runs on this machine through a shell, on others through pdsh and ssh, "
		"as the user who types. A host that cannot be reached prints HOST: down. "
		"A "
		"last line on standard error counts; the exit status is 1 when any host "
		"failed. Ctrl-C, the timeout and a connection that breaks end the "
		"command "
		"there too. What one host prints changes nothing that is reported for "
		"another. A line is cut after 1 MiB.\n\nThe environment's ROCKS_SSH, "
		"else "
		"the attribute ssh_command, says what to call instead of ssh: ssh -F "
		"/etc/rocks/ssh_config.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "run host localhost uptime\nrun host vm-container collate=yes "
		    "'gpupci -l'",
	.related = "list host\nset host attr",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
