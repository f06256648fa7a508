/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting, stopping, pausing and resuming VMs. */
#include <errno.h>

#include "commands/fan-out.h"
#include "commands/hypervisor.h"
#include "commands/vm-facts.h"
#include "commands/vm-power.h"
#include "commands/vm-ready.h"

const struct argument vm_power_arguments[] = {
	{ "host", "VMs", ARGUMENT_REQUIRED | ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

const struct argument vm_power_parameters[] = {
	VM_POWER_TIMEOUT,
	{ NULL, NULL, 0 },
};

struct change {
	enum vm_power power;
	int64_t timeout;
	const char *action; /* of VM_STOP */
	const char *xml;    /* of VM_START */
	struct plugins *plugins;
	const struct rocks_hypervisor *hypervisor;
};

/* What is said where there was nothing to do. */
static const char *const so_already[] = {
	[VM_START] = "runs already",
	[VM_STOP] = "is off already",
	[VM_PAUSE] = "is paused already",
	[VM_RESUME] = "is not paused",
};

static int call(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		const void *data, struct rocks_failure *failure)
{
	const struct change *change = data;

	switch (change->power) {
	case VM_START:
		if (hypervisor->start)
			return hypervisor->start(vm, change->xml, failure);
		break;
	case VM_STOP:
		if (hypervisor->stop)
			return hypervisor->stop(vm, change->action, failure);
		break;
	case VM_PAUSE:
		if (hypervisor->pause)
			return hypervisor->pause(vm, failure);
		break;
	case VM_RESUME:
		if (hypervisor->resume)
			return hypervisor->resume(vm, failure);
		break;
	}
	failure->explain(failure, "the plugin for its hypervisor cannot do that");
	return -ENOTSUP;
}

static int change_vm(struct invocation *invocation, const struct rocks_vm *vm,
		     const struct change *change)
{
	int result, r = hypervisor_call_within(invocation, change->hypervisor, vm, call,
					       change, (int)change->timeout, &result);

	if (r == ROCKS_DONE && result > 0)
		printf("%s %s\n", vm->name, so_already[change->power]);
	return r;
}

/* A VM is stopped whatever is the matter with its cards. */
static int visit(struct invocation *invocation, const struct rocks_vm *vm,
		 const char *trouble, void *data)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_free_ char *xml = NULL;
	struct change change = *(const struct change *)data;
	int r;

	if (change.power != VM_START)
		return change_vm(invocation, vm, &change);
	if (trouble)
		return error("%s: %s", vm->name, trouble);
	if (plugins_domain_xml(change.plugins, vm, &xml, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	r = vm_make_ready(invocation, vm);
	change.xml = xml;
	return r == ROCKS_DONE ? change_vm(invocation, vm, &change) : r;
}

int change_power(struct invocation *invocation, enum vm_power power, const char *action)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	struct change change = { .power = power, .action = action };
	const int64_t *given;
	int r = integer_argument(invocation, "timeout", 1, TIMEOUT_MOST, &change.timeout,
				 &given);

	if (r == ROCKS_DONE && !given)
		change.timeout = HYPERVISOR_SECONDS;
	if (r == ROCKS_DONE)
		r = load_hypervisor(power == VM_START ? PLUGINS_XML : 0, &plugins,
				    &change.hypervisor);
	change.plugins = plugins;
	return r == ROCKS_DONE ? each_vm_facts(invocation, false, visit, &change) : r;
}
