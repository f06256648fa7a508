/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The VMs of the inventory, to compare with libvirt's. */
#include <errno.h>
#include <string.h>

#include "db/vm.h"
#include "src/drift/vms.h"

static int add_vm(void *data, const struct vm *row)
{
	struct drift_vms *vms = data;
	struct drift_vm *vm;

	if (vms->count == vms->room) {
		size_t room = vms->room ? 2 * vms->room : 64;
		struct drift_vm *list = reallocarray(vms->list, room, sizeof(*list));

		if (!list)
			return -ENOMEM;
		vms->list = list;
		vms->room = room;
	}
	vm = &vms->list[vms->count++];
	*vm = (struct drift_vm){ .id = row->id,
				 .name = strdup(row->name),
				 .domain = strdup(row->domain),
				 .uuid = strdup(row->uuid),
				 .container = strdup(row->container) };
	return vm->name && vm->domain && vm->uuid && vm->container ? 0 : -ENOMEM;
}

int drift_vms_load(const struct context *context, struct drift_vms *ret_vms)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = db_hosts_all(context->db, &hosts);

	if (r == 0)
		r = db_vm_each(context->db, &hosts, add_vm, ret_vms);
	return context_answer(context, r);
}

void drift_vms_release(struct drift_vms *vms)
{
	for (size_t i = 0; i < vms->count; i++) {
		free(vms->list[i].name);
		free(vms->list[i].domain);
		free(vms->list[i].uuid);
		free(vms->list[i].container);
	}
	free(vms->list);
	*vms = (struct drift_vms){ 0 };
}
