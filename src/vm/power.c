/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting, stopping, pausing and resuming VMs. */
#include <errno.h>
#include <string.h>

#include "db/move.h"
#include "db/vm.h"
#include "src/fleet/fan-out.h"
#include "src/vm/claims.h"
#include "src/vm/definition.h"
#include "src/vm/elsewhere.h"
#include "src/vm/facts.h"
#include "src/vm/hypervisor.h"
#include "src/vm/power.h"
#include "src/vm/ready.h"

const struct argument vm_power_arguments[] = {
	ARGUMENT_TEXT("host", "VMs", ARGUMENT_REQUIRED | ARGUMENT_MANY, VM),
	ARGUMENTS_END,
};

const struct argument vm_power_parameters[] = {
	VM_POWER_TIMEOUT,
	ARGUMENTS_END,
};

const struct argument vm_start_parameters[] = {
	ARGUMENT_BOOLEAN("replace", "yes: replaces its definition, whatever that loses"),
	ARGUMENT_BOOLEAN("elsewhere",
			 "yes: starts it although the container that it was on "
			 "may have it; never if it runs there"),
	VM_POWER_TIMEOUT,
	ARGUMENTS_END,
};

struct change {
	enum vm_power power;
	unsigned int flags; /* of VM_START */
	int64_t timeout;
	const char *action; /* of VM_STOP */
	const struct plugins *plugins;
	const struct rocks_hypervisor *hypervisor;
};

/* The message if there was nothing to do. */
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
	case VM_START: /* by vm_define() */
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

/* *ret_result is more than 0 if there was nothing to do. */
static int change_vm(const struct context *context, const struct rocks_vm *vm,
		     const struct change *change, int *ret_result)
{
	int r = hypervisor_call(context, change->hypervisor, vm, call, change,
				(int)change->timeout, ret_result);

	if (r == ROCKS_DONE && *ret_result > 0)
		printf("%s %s\n", vm->name, so_already[change->power]);
	return r;
}

/* The VM's container, and each function of its cards. */
static int list_cards(const struct rocks_vm *vm, struct strbuf *list)
{
	strbuf_add_string(list, vm->container);
	for (uint32_t i = 0; i < vm->card_count; i++) {
		const struct rocks_card *card = vm->card(vm, i);

		strbuf_add_format(list, "\n%s", card->uuid);
		for (uint32_t j = 0; j < card->function_count; j++) {
			const struct rocks_function *function = card->function(card, j);

			strbuf_add_format(list, " %x:%x:%x.%x", function->domain,
					  function->bus, function->slot,
					  function->function);
		}
	}
	return list->error ? memory_error() : ROCKS_DONE;
}

/* Reads from the inventory what a start depends on. */
struct due {
	char *xml;
	struct strbuf cards;
	struct vm_devices devices;
	struct vm_files files;
};

static void due_release(struct due *due)
{
	free(due->xml);
	strbuf_release(&due->cards);
	vm_devices_release(&due->devices);
	vm_files_release(&due->files);
}

static int find_due(const struct plugins *plugins, const struct rocks_vm *vm,
		    const char *trouble, struct due *due)
{
	int r = trouble ? error("%s: %s", vm->name, trouble)
			: vm_xml(plugins, vm, &due->xml);

	if (r == ROCKS_DONE)
		r = list_cards(vm, &due->cards);
	return r == ROCKS_DONE ? vm_devices_find(plugins, vm, due->xml, &due->devices)
			       : r;
}

/* A start after the container was asked, which takes time. */
struct readied {
	struct change change;
	const struct due *asked; /* what the container was asked about */
};

static int start_readied(const struct context *context, const struct rocks_vm *vm,
			 const char *trouble, void *data)
{
	const struct readied *readied = data;
	_cleanup_(due_release) struct due due = { 0 };
	const struct change *change = &readied->change;
	struct vm_define_wish wish = { .who = VM_DEFINE_START,
				       .replaces = change->flags & VM_START_REPLACES,
				       .autostart = -1,
				       .seconds = (int)change->timeout };
	enum vm_defined defined = VM_RUNS;
	int r = find_due(change->plugins, vm, trouble, &due);

	if (r == ROCKS_DONE &&
	    strcmp(strbuf_text(&due.cards), strbuf_text(&readied->asked->cards)) != 0)
		r = error("%s: its cards were changed just now; try again", vm->name);
	if (r == ROCKS_DONE &&
	    !vm_devices_are_same(&due.devices, &readied->asked->devices))
		r = error("%s: its devices were changed just now; try again", vm->name);
	if (r == ROCKS_DONE)
		r = vm_claim(context, vm, &due.devices);
	wish.xml = due.xml;
	if (r == ROCKS_DONE)
		r = vm_define(context, change->hypervisor, vm, &wish, &defined);
	if (r == ROCKS_DONE && defined == VM_RUNS)
		printf("%s %s\n", vm->name, so_already[VM_START]);
	/* A VM that was running already keeps its definition. */
	return r == ROCKS_DONE && defined == VM_DEFINED
		       ? vm_claim_nothing_else(context, vm, &due.devices)
		       : r;
}

int start_vm(const struct context *context, const struct rocks_vm *vm,
	     const char *trouble, const struct plugins *plugins, int64_t seconds,
	     unsigned int flags)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_(due_release) struct due due = { 0 };
	struct readied readied = { .change = { .power = VM_START,
					       .flags = flags,
					       .timeout = seconds,
					       .plugins = plugins,
					       .hypervisor =
						       plugins_hypervisor(plugins) },
				   .asked = &due };
	int r = find_due(plugins, vm, trouble, &due);

	if (r == ROCKS_DONE)
		r = vm_files_find(plugins, vm, due.xml, &due.files);
	if (r == ROCKS_DONE)
		r = vm_check_elsewhere(context, readied.change.hypervisor, vm,
				       flags & VM_START_ELSEWHERE);
	if (r == ROCKS_DONE)
		r = vm_make_ready(context, vm, &due.devices, &due.files);
	if (r == ROCKS_DONE)
		r = context_answer(context,
				   db_hosts_resolve_one(context->db, vm->name, &hosts));
	return r == ROCKS_DONE
		       ? one_vm_facts(context, &hosts.hosts[0], start_readied, &readied)
		       : r;
}

int hold_vm(const struct context *context, const struct rocks_vm *vm, int *ret_lock)
{
	_cleanup_host_set_ struct host_set hosts = { 0 }, containers = { 0 };
	int64_t container = 0;
	int r = db_hosts_resolve_one(context->db, vm->name, &hosts);

	if (r == 0)
		r = db_hosts_resolve_one(context->db, vm->container, &containers);
	if (r == 0)
		r = db_vm_lock(context->db, &hosts.hosts[0], false, ret_lock);
	if (r == 0)
		r = db_move_check(context->db, hosts.hosts[0].id);
	if (r == 0)
		r = db_vm_container(context->db, hosts.hosts[0].id, &container);
	if (r < 0)
		return context_database_error(context);
	if (container != containers.hosts[0].id)
		return error("%s: it was moved just now; try again", vm->name);
	return ROCKS_DONE;
}

/* Makes sure that no move is under way or begins during the start. */
static int start_alone(const struct context *context, const struct rocks_vm *vm,
		       const char *trouble, const struct change *change)
{
	_cleanup_close_ int lock = -1;
	int r = hold_vm(context, vm, &lock);

	return r == ROCKS_DONE ? start_vm(context, vm, trouble, change->plugins,
					  change->timeout, change->flags)
			       : r;
}

/* A VM can be stopped whatever the state of its cards. */
static int visit(const struct context *context, const struct rocks_vm *vm,
		 const char *trouble, void *data)
{
	const struct change *change = data;
	int result;

	if (change->power == VM_START)
		return start_alone(context, vm, trouble, change);
	return change_vm(context, vm, change, &result);
}

int change_power(const struct context *context, const struct power_wish *wish)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	struct change change = { .power = wish->power,
				 .flags = wish->flags,
				 .action = wish->action,
				 .timeout = wish->timeout };
	int r = load_hypervisor(context, wish->power == VM_START ? PLUGINS_XML : 0,
				&plugins, &change.hypervisor);

	change.plugins = plugins;
	return r == ROCKS_DONE ? each_vm_facts(context, &wish->vms, false, visit, &change)
			       : r;
}
