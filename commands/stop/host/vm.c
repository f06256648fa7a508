/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks stop host vm: stop VMs, through the hypervisor's plugin. */
#include <string.h>

#include "commands/vm-facts.h"
#include "plugins/loader.h"

struct stop {
	const struct rocks_hypervisor *hypervisor;
	const char *action;
};

/* A VM is stopped whatever is the matter with its cards. */
static int stop_vm(struct invocation *invocation, const struct rocks_vm *vm,
		   const char *trouble, void *data)
{
	const struct stop *stop = data;
	_cleanup_plugins_failure_ struct plugins_failure failure;

	(void)invocation;
	(void)trouble;
	plugins_failure_init(&failure);
	if (stop->hypervisor->stop(vm, stop->action, &failure.base) == 0)
		return ROCKS_DONE;
	return error("%s: %s", vm->name, strbuf_text(&failure.sentence));
}

static int check_action(const struct invocation *invocation, const char *action)
{
	static const char *const words[] = { "poweroff", "shutdown", "reset", "reboot" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(action, words[i]) == 0)
			return ROCKS_DONE;
	return usage_error(invocation->command,
			   "action= is poweroff, shutdown, reset or reboot, not «%s»",
			   action);
}

static int run(struct invocation *invocation)
{
	const char *action = argument(invocation, "action");
	struct stop stop = { .action = action ? action : "poweroff" };
	_cleanup_plugins_ struct plugins *plugins = NULL;
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	int r = check_action(invocation, stop.action);

	if (r != ROCKS_DONE)
		return r;
	if (plugins_load(&plugins, PLUGINS_HYPERVISOR, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	stop.hypervisor = plugins_hypervisor(plugins);
	if (!stop.hypervisor || !stop.hypervisor->stop)
		return error(
			"VMs are stopped through the plugin libvirt.so, which is not "
			"in %s; on the container `virsh shutdown` does it",
			plugins_folder(plugins));
	return each_vm_facts(invocation, false, stop_vm, &stop);
}

static const struct argument arguments[] = {
	{ "host", "VMs to stop", ARGUMENT_REQUIRED | ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

static const struct argument parameters[] = {
	{ "action", "poweroff (unless given), shutdown, reset or reboot", 0 },
	{ NULL, NULL, 0 },
};

const struct command cmd_stop_host_vm = {
	.words = "stop host vm",
	.summary = "stop VMs",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "stop host vm rocks-33\nstop host vm rocks-33 action=shutdown",
	.related = "list host vm\nreport host vm config",
	.flags = COMMAND_READS | COMMAND_OWN,
	.run = run,
};
