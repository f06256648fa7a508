/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes to VM records, also of whose definition a VM has. */
#include <errno.h>
#include <string.h>

#include "db/definition.h"
#include "src/vm/facts.h"
#include "src/vm/hypervisor.h"
#include "src/vm/whose.h"

/* What a VM's definition would become, and what it is. */
struct comparing {
	const struct plugins *plugins;
	const struct rocks_hypervisor *hypervisor;
	char *present; /* NULL: it is not known */
};

static void release(struct comparing *comparing)
{
	free(comparing->present);
}

/* A line of a comparison, and what it says. */
struct line {
	const char *vm, *verb;
};

static int say_line(void *data, const char *text)
{
	const struct line *line = data;

	say("%s: would %s %s", line->vm, line->verb, text);
	return 0;
}

static int say_difference(const struct comparing *comparing, const char *from,
			  const char *to, uint32_t flags, struct line line)
{
	const struct rocks_comparison comparison = {
		.size = sizeof(comparison), .flags = flags, .present = from, .next = to
	};
	int r = comparing->hypervisor->losses(&comparison, say_line, &line);

	return r < 0 ? error("%s: its definition cannot be compared: %s", line.vm,
			     strerror(-r))
		     : ROCKS_DONE;
}

static int compare(const struct context *context, const struct rocks_vm *vm,
		   const char *trouble, void *data)
{
	const struct comparing *comparing = data;
	_cleanup_free_ char *next = NULL;
	int r = trouble ? error("%s: %s", vm->name, trouble)
			: vm_xml(comparing->plugins, vm, &next);

	(void)context;
	if (r != ROCKS_DONE)
		return r;
	error("%s: rocks would make its definition from what is recorded, with the "
	      "changes that follow; yes=yes agrees to them, and later definition=libvirt "
	      "takes them back",
	      vm->name);
	r = say_difference(comparing, comparing->present, next, 0,
			   (struct line){ vm->name, "lose" });
	if (r == ROCKS_DONE)
		r = say_difference(comparing, next, comparing->present,
				   ROCKS_COMPARE_LACKING,
				   (struct line){ vm->name, "get" });
	return r == ROCKS_DONE ? ROCKS_FAILED : r;
}

/* Says what changes; never ROCKS_DONE. */
static int ask(const struct context *context, struct host_ref *host,
	       struct comparing *comparing)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	int r;

	if (!comparing->present)
		return error("%s: the inventory has no copy of its definition, so what "
			     "would change is not known; yes=yes agrees to it",
			     host->name);
	r = load_hypervisor(context, PLUGINS_XML, &plugins, &comparing->hypervisor);
	if (r != ROCKS_DONE)
		return r;
	if (!comparing->hypervisor->losses)
		return error("%s: the plugin for its hypervisor cannot compare "
			     "definitions; yes=yes agrees to whatever changes",
			     host->name);
	comparing->plugins = plugins;
	return one_vm_facts(context, host, compare, comparing);
}

int vm_change_record(const struct context *context, struct host_ref *host,
		     const struct vm_change *change, bool agreed)
{
	_cleanup_(release) struct comparing comparing = { 0 };
	struct db *db = context->db;
	bool is_rocks = change->definition && strcmp(change->definition, "rocks") == 0;
	int was_own = is_rocks && !agreed
			      ? db_definition_is_own(db, host->id, &comparing.present)
			      : 0;
	int r = was_own < 0 ? was_own : db_vm_set(db, host, change);

	if (r < 0)
		return context_database_error(context);
	return was_own ? ask(context, host, &comparing) : ROCKS_DONE;
}
