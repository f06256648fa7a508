/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices that a VM should have besides its cards. */
#include <errno.h>

#include "src/drift/due.h"
#include "src/vm/facts.h"
#include "src/vm/hypervisor.h"

struct due {
	const struct plugins *plugins;
	const struct rocks_hypervisor *hypervisor;
	struct strbuf list;
};

static int add_function(void *data, const char *address)
{
	struct strbuf *list = data;

	strbuf_add_format(list, " %s ", address);
	return list->error;
}

static int visit(const struct context *context, const struct rocks_vm *vm,
		 const char *trouble, void *data)
{
	struct due *due = data;
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_free_ char *xml = NULL;

	(void)context;
	if (!trouble && plugins_domain_xml(due->plugins, vm, &xml, &complaint) == 0 &&
	    due->hypervisor->functions(xml, add_function, &due->list) < 0)
		strbuf_reset(&due->list);
	return ROCKS_DONE;
}

int drift_due(const struct context *context, const struct drift_vm *vm,
	      struct strbuf *due)
{
	_cleanup_strbuf_ struct strbuf trouble = STRBUF_EMPTY;
	_cleanup_plugins_ struct plugins *plugins = NULL;
	struct host_ref host = { .id = vm->id, .name = vm->name };
	struct due found = { .list = STRBUF_EMPTY };
	struct context quiet = *context;
	bool failed;

	quiet.trouble = &trouble;
	if (load_hypervisor(&quiet, PLUGINS_XML, &plugins, &found.hypervisor) ==
		    ROCKS_DONE &&
	    found.hypervisor->functions) {
		found.plugins = plugins;
		one_vm_facts(&quiet, &host, visit, &found);
	}
	if (found.list.length) {
		strbuf_reset(due);
		strbuf_add_string(due, strbuf_text(&found.list));
	}
	failed = found.list.error || due->error;
	strbuf_release(&found.list);
	return failed ? -ENOMEM : 0;
}
