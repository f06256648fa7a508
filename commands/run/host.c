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
	return fan_out_report(&fan_out, boolean_argument(invocation, "collate", false),
			      boolean_argument(invocation, "raw", false));
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts; by default those whose attribute managed is true",
		      ARGUMENT_MANY, HOST),
	ARGUMENT_TEXT("command",
		      "the command, for a shell on each host: one word, quoted",
		      ARGUMENT_REQUIRED, NOTHING),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("managed",
			 "no: without hosts, runs on all, frontend and VMs included"),
	ARGUMENT_INTEGER("timeout", "seconds it may take; 30 by default, 0 for no limit",
			 0, 0, TIMEOUT_MOST),
	ARGUMENT_BOOLEAN("collate", "yes: begin every line with the host's name"),
	ARGUMENT_BOOLEAN("raw", "yes: print control characters to a terminal unchanged"),
	ARGUMENT_INTEGER("num-threads", "how many hosts at once; 128 by default, 0: all",
			 0, 0, THREADS_MOST),
	ARGUMENT_BOOLEAN("x11", "yes: forward X11"),
	ARGUMENTS_END,
};

const struct command cmd_run_host = {
	.words = "run host",
	.summary = "run a command on hosts",
	.help = "Runs a shell command on each host, with pdsh and ssh, as the user who "
		"runs rocks; on this machine without them. Prints HOST: down for a host "
		"that "
		"cannot be reached. The last line, on standard error, counts the hosts "
		"by outcome. The exit status is 1 if any host failed. Ctrl-C, the "
		"timeout and a lost connection end the command on the host, too. A line "
		"of output is cut after 1 MiB. On a terminal, control characters other "
		"than tabs show as escapes, such as \\x1b, unless raw=yes.\n\nTo use "
		"another ssh or other options, "
		"set the variable ROCKS_SSH or, for all users, the attribute "
		"ssh_command: ssh -F /etc/rocks/ssh_config.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "run host localhost uptime\nrun host vm-container collate=yes "
		    "'gpupci -l'",
	.related = "list host\nset host attr",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
