/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A VM that was set to another container may still be on the one before. */
#include <string.h>

#include "db/definition.h"
#include "src/vm/domains.h"
#include "src/vm/elsewhere.h"

/* The container where it was last defined; NULL if that is its own. */
static int find_other(const struct context *context, const struct rocks_vm *vm,
		      struct host_set *ret_other)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_free_ char *name = NULL;
	int r = db_hosts_resolve_one(context->db, vm->name, &hosts);

	if (r == 0)
		r = db_definition_elsewhere(context->db, hosts.hosts[0].id, &name);
	if (r == 1)
		r = db_hosts_resolve_one(context->db, name, ret_other);
	return context_answer(context, r);
}

static int refuse_running(const struct rocks_vm *vm, const char *other)
{
	return error(
		"%s: it runs on %s, where it was before; `rocks set host vm %s "
		"physnode=%s` takes that back, then `rocks move host vm %s %s` moves "
		"it with its disks",
		vm->name, other, vm->name, other, vm->name, vm->container);
}

static int refuse_defined(const struct rocks_vm *vm, const char *other)
{
	return error("%s: %s still has it defined, and its disks may be there; `rocks "
		     "set host vm %s physnode=%s`, then `rocks move host vm %s %s` moves "
		     "it; elsewhere=yes starts it on %s without what is there",
		     vm->name, other, vm->name, other, vm->name, vm->container,
		     vm->container);
}

static int refuse_unasked(const struct rocks_vm *vm, const char *other, const char *why)
{
	return error("%s: it was on %s, which cannot say whether it runs there: %s; if "
		     "it cannot run there, elsewhere=yes starts it on %s",
		     vm->name, other, why, vm->container);
}

int vm_check_elsewhere(const struct context *context,
		       const struct rocks_hypervisor *hypervisor,
		       const struct rocks_vm *vm, bool is_agreed)
{
	_cleanup_host_set_ struct host_set other = { 0 };
	_cleanup_domain_rows_ struct domain_rows rows = { 0 };
	int r = find_other(context, vm, &other);

	if (r != ROCKS_DONE || !other.count || !hypervisor->domains)
		return r;
	r = hypervisor_domains(context, hypervisor, &other, &rows);
	if (r == ROCKS_DONE && rows.why[0])
		return is_agreed ? r
				 : refuse_unasked(vm, other.hosts[0].name, rows.why[0]);
	for (size_t i = 0; i < rows.count && r == ROCKS_DONE; i++) {
		if (strcmp(rows.rows[i].uuid, vm->uuid) != 0)
			continue;
		if (rows.rows[i].state != ROCKS_DOMAIN_SHUTOFF)
			r = refuse_running(vm, other.hosts[0].name);
		else if (!is_agreed)
			r = refuse_defined(vm, other.hosts[0].name);
	}
	return r;
}
