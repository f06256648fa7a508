/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the repairs that need nobody's consent. */
#include <string.h>

#include "db/reconcile.h"
#include "src/drift/device.h"
#include "src/drift/repair.h"
#include "src/inventory/gpu.h"
#include "src/vm/claims.h"
#include "src/vm/definition.h"
#include "src/vm/facts.h"
#include "src/vm/hypervisor.h"
#include "src/vm/power.h"
#include "src/vm/ready.h"

/* Lines are printed after the rows are committed. */
struct news {
	const char *host;
	struct strbuf lines;
};

static int add_news(void *data, const struct reconciled *row)
{
	struct news *news = data;
	char now[PCI_ADDRESS_SIZE], was[PCI_ADDRESS_SIZE];

	if (strcmp(row->change, "same") != 0 && row->address)
		strbuf_add_format(&news->lines, "%s: %s is recorded at %s now, %s\n",
				  news->host, row->name,
				  gpu_address_text(row->address, now), row->change);
	/* A card that was already known to be missing is not news. */
	else if (strcmp(row->change, "same") != 0)
		strbuf_add_format(&news->lines, "%s: %s is recorded as %s, last at %s\n",
				  news->host, row->name, row->change,
				  gpu_address_text(row->was, was));
	if (row->note)
		strbuf_add_format(&news->lines, "%s %s: %s\n", news->host, row->name,
				  row->note);
	return news->lines.error;
}

static void tell(char *lines)
{
	for (char *end; (end = strchr(lines, '\n')); lines = end + 1) {
		*end = '\0';
		say("%s", lines);
	}
}

int drift_sync(const struct context *context, const char *host, const char *scanned)
{
	_cleanup_reconciliation_ struct reconciliation *work = NULL;
	_cleanup_free_ char *document = drift_document(scanned);
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct news news = { .host = host, .lines = STRBUF_EMPTY };
	struct db *db = context->db;
	int r;

	if (!document)
		return memory_error();
	r = db_hosts_resolve_one(db, host, &hosts);
	if (r == 0)
		r = db_reconcile_prepare(db, &hosts.hosts[0], document, &work);
	if (r == 0)
		r = db_begin(db, context->who);
	if (r == 0)
		r = db_reconcile(work, add_news, &news);
	r = context_conclude(context,
			     r < 0 ? error("%s: %s", host, db_error(db)) : ROCKS_DONE);
	if (r == ROCKS_DONE && news.lines.length)
		tell(news.lines.bytes);
	strbuf_release(&news.lines);
	return r;
}

struct definition {
	struct plugins *plugins;
	const struct rocks_hypervisor *hypervisor;
	enum vm_defined defined;
};

static int define(const struct context *context, const struct rocks_vm *vm,
		  const char *trouble, void *data)
{
	_cleanup_vm_devices_ struct vm_devices devices = { 0 };
	_cleanup_free_ char *xml = NULL;
	struct vm_define_wish wish = { .who = VM_DEFINE_REPAIR, .autostart = -1 };
	struct definition *definition = data;
	_cleanup_close_ int lock = -1;
	int r;

	if (trouble)
		return error("%s: %s", vm->name, trouble);
	r = hold_vm(context, vm, &lock);
	if (r != ROCKS_DONE)
		return r;
	r = vm_xml(definition->plugins, vm, &xml);
	wish.xml = xml;
	if (r == ROCKS_DONE)
		r = vm_devices_find(definition->plugins, vm, xml, &devices);
	/* Its container may start it as soon as it is defined. */
	if (r == ROCKS_DONE)
		r = vm_check_ready(context, vm, false, &devices);
	if (r == ROCKS_DONE)
		r = vm_claim(context, vm, &devices);
	if (r == ROCKS_DONE)
		r = vm_define(context, definition->hypervisor, vm, &wish,
			      &definition->defined);
	if (r == ROCKS_DONE && definition->defined == VM_DEFINED)
		r = vm_claim_nothing_else(context, vm, &devices);
	if (r == ROCKS_DONE)
		say(definition->defined == VM_RUNS
			    ? "%s: it now runs on %s: left unchanged"
			    : "%s: is defined on %s as recorded",
		    vm->name, vm->container);
	return r;
}

int drift_define(const struct context *context, const struct drift_define *repair,
		 enum vm_defined *ret_defined)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	struct host_ref vm = { .id = repair->vm_id, .name = repair->vm };
	struct definition definition = { .defined = VM_RUNS };
	int r = load_hypervisor(context, PLUGINS_XML, &plugins, &definition.hypervisor);

	*ret_defined = definition.defined;
	if (r == ROCKS_DONE && !definition.hypervisor->define &&
	    !definition.hypervisor->redefine)
		r = error("%s: the plugin for its hypervisor cannot define it", vm.name);
	if (r != ROCKS_DONE)
		return r;
	definition.plugins = plugins;
	r = one_vm_facts(context, &vm, define, &definition);
	*ret_defined = definition.defined;
	return r;
}
