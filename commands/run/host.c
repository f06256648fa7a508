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
	int r = check_command_word(invocation, argument(invocation, "command"));

	if (r == ROCKS_DONE)
		r = take_fleet(invocation, boolean_argument(invocation, "managed", true),
			       &hosts);
	if (r == ROCKS_DONE)
		r = fan_out_ssh(&context, &ssh);
	if (r == ROCKS_DONE)
		r = find_local_host(&context, &local);
	if (r != ROCKS_DONE || !hosts.count)
		return r;
	fan_out_take_limits(invocation, &fan_out);
	fan_out.command = argument(invocation, "command");
	fan_out.ssh = ssh;
	fan_out.local = local;
	return fan_out_report(&fan_out, boolean_argument(invocation, "collate", false));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts; all that are managed by default", ARGUMENT_MANY,
		      HOST),
	ARGUMENT_TEXT("command", "what a shell there is to run", ARGUMENT_REQUIRED,
		      NOTHING),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN(
		"managed",
		"no: if no hosts are given, also those whose attribute managed is false"),
	ARGUMENT_INTEGER("timeout", "seconds it may take; 30 by default, 0 for no limit",
			 0, 0, TIMEOUT_MOST),
	ARGUMENT_BOOLEAN("collate", "yes: the host's name before every line"),
	ARGUMENT_INTEGER("num-threads", "how many hosts at once; 128 by default", 0, 1,
			 THREADS_MOST),
	ARGUMENT_BOOLEAN("x11", "yes: with X11 forwarding"),
	ARGUMENTS_END,
};

const struct command cmd_run_host = {
	.words = "run host",
	.summary = "run a command on hosts",
	.help = "Runs on this machine through a shell, on others through pdsh and ssh, "
		"as the user who types. A host that cannot be reached prints HOST: down. "
		"A last line on standard error counts the hosts by outcome; the exit "
		"status is 1 if any host failed. Ctrl-C, the timeout and a lost "
		"connection end the command there, too. What one host prints does not "
		"affect the report on another. A line is cut after 1 MiB.\n\nThe "
		"variable ROCKS_SSH, else the attribute ssh_command, says what to call "
		"instead of ssh: ssh -F /etc/rocks/ssh_config.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "run host localhost uptime\nrun host vm-container collate=yes "
		    "'gpupci -l'",
	.related = "list host\nset host attr",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
