/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The current state of VMs, from the hypervisors of their containers. */
#include <string.h>

#include "db/vm.h"
#include "src/vm/status.h"

/* VMs of one container usually come together. */
static int add_container(void *data, const struct vm *row)
{
	struct host_set *containers = data;
	const struct host_ref host = { .id = row->container_id,
				       .name = (char *)row->container };

	for (size_t i = containers->count; i-- > 0;)
		if (containers->hosts[i].id == host.id)
			return 0;
	return host_set_add(containers, &host);
}

static int ask(const struct context *context, const struct host_set *containers,
	       struct domain_rows *ret_rows)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	const struct rocks_hypervisor *hypervisor;
	int r = load_hypervisor(context, 0, &plugins, &hypervisor);

	if (r == ROCKS_DONE)
		r = hypervisor_domains(context, hypervisor, containers, ret_rows);
	for (size_t i = 0; i < containers->count && r != ROCKS_FAILED; i++) {
		if (!ret_rows->why[i])
			continue;
		error("%s: %s", containers->hosts[i].name, ret_rows->why[i]);
		r = ROCKS_BLIND;
	}
	return r;
}

int vm_status_ask(const struct context *context, const struct host_set *hosts,
		  struct vm_status *ret_status)
{
	int begun, r;

	if (errors_are_caught())
		return error("status=yes waits for other machines: run it on its own");
	r = context_answer(context, db_vm_each(context->db, hosts, add_container,
					       &ret_status->containers));
	if (r != ROCKS_DONE)
		return r;
	db_rollback(context->db);
	r = ask(context, &ret_status->containers, &ret_status->rows);
	begun = context_answer(context, db_begin_reading(context->db));
	return begun == ROCKS_DONE ? r : ROCKS_FAILED;
}

/* Another container may still have a definition of the VM. */
const char *vm_status_word(const void *data, const char *uuid, const char *container)
{
	const struct vm_status *status = data;

	for (size_t i = 0; i < status->rows.count; i++) {
		const struct domain_row *row = &status->rows.rows[i];

		if (strcmp(row->uuid, uuid) == 0 &&
		    strcmp(status->containers.hosts[row->host].name, container) == 0)
			return domain_state_word(row->state);
	}
	for (size_t i = 0; i < status->containers.count; i++)
		if (strcmp(status->containers.hosts[i].name, container) == 0)
			return status->rows.why[i] ? NULL : "nostate";
	return NULL;
}

void vm_status_release(struct vm_status *status)
{
	host_set_release(&status->containers);
	domain_rows_release(&status->rows);
}
