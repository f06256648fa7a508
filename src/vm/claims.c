/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The claims of a VM to the devices that its definition passes by address. */
#include <string.h>

#include "db/claim.h"
#include "src/vm/claims.h"

/* A VM and its container in the inventory, and the devices there. */
struct place {
	int64_t vm, container;
	int64_t *addresses;
};

static void release(struct place *place)
{
	free(place->addresses);
}

static int find_place(const struct context *context, const struct rocks_vm *vm,
		      const struct vm_devices *devices, struct place *ret_place)
{
	_cleanup_host_set_ struct host_set hosts = { 0 }, containers = { 0 };
	int r = db_hosts_resolve_one(context->db, vm->name, &hosts);

	if (r == 0)
		r = db_hosts_resolve_one(context->db, vm->container, &containers);
	if (r < 0)
		return context_database_error(context);
	*ret_place = (struct place){ .vm = hosts.hosts[0].id,
				     .container = containers.hosts[0].id };
	ret_place->addresses = calloc(devices->count + 1, sizeof(int64_t));
	if (!ret_place->addresses)
		return memory_error();
	for (size_t i = 0; i < devices->count; i++)
		ret_place->addresses[i] = devices->list[i].address;
	return ROCKS_DONE;
}

static int fail_claimed(const struct rocks_vm *vm, const struct vm_device *device,
			const struct claim_owner *owner)
{
	if (owner->card)
		return error("%s: its %s passes %s of %s, which is of %s, a card of %s; "
			     "pass another device",
			     vm->name, vm_device_source(device), device->text,
			     vm->container, owner->card, owner->vm);
	return error(
		"%s: its %s passes %s of %s, which %s claims; pass another device, or "
		"take it out of the attributes of %s, whose claim `rocks check host "
		"gpu %s repair=yes` then ends",
		vm->name, vm_device_source(device), device->text, vm->container,
		owner->vm, owner->vm, vm->container);
}

int vm_claim_now(const struct context *context, const struct rocks_vm *vm, int64_t id,
		 int64_t container, const struct vm_devices *devices)
{
	int r = 0;

	for (size_t i = 0; i < devices->count && r == 0; i++) {
		_cleanup_claim_owner_ struct claim_owner owner = { 0 };

		r = db_claim_add(context->db, id, container, devices->list[i].address,
				 &owner);
		if (r == 1)
			return fail_claimed(vm, &devices->list[i], &owner);
	}
	return context_answer(context, r);
}

/* A context with a connection that may write: *ret_own if it is a new one. */
static int open_writer(const struct context *context, const struct rocks_vm *vm,
		       struct context *ret_writer, struct db **ret_own)
{
	*ret_writer = *context;
	if (db_open_writer(context->db, ret_own) < 0)
		return error("%s: what its attributes pass is written into the inventory "
			     "first: %s",
			     vm->name, db_error(context->db));
	if (*ret_own)
		ret_writer->db = *ret_own;
	return ROCKS_DONE;
}

typedef int write_fn(const struct context *context, const struct rocks_vm *vm,
		     const struct place *place, const struct vm_devices *devices);

/* If nothing changes nothing is written: a user who may only read can start such a VM. */
static int write_claims(const struct context *context, const struct rocks_vm *vm,
			const struct vm_devices *devices, write_fn *write)
{
	_cleanup_(release) struct place place = { 0 };
	_cleanup_(cleanup_db) struct db *own = NULL;
	struct context writer;
	int same = 0, r = find_place(context, vm, devices, &place);

	if (r == ROCKS_DONE) {
		same = db_claims_are(context->db, place.vm, place.container,
				     place.addresses, devices->count);
		r = context_answer(context, same);
	}
	if (r != ROCKS_DONE || same)
		return r;
	r = open_writer(context, vm, &writer, &own);
	if (r == ROCKS_DONE)
		r = context_begin(&writer);
	return r == ROCKS_DONE
		       ? context_conclude(&writer, write(&writer, vm, &place, devices))
		       : r;
}

static int claim(const struct context *context, const struct rocks_vm *vm,
		 const struct place *place, const struct vm_devices *devices)
{
	return vm_claim_now(context, vm, place->vm, place->container, devices);
}

static int keep(const struct context *context, const struct rocks_vm *vm,
		const struct place *place, const struct vm_devices *devices)
{
	(void)vm;
	return context_answer(context,
			      db_claims_keep(context->db, place->vm, place->container,
					     place->addresses, devices->count));
}

int vm_claim(const struct context *context, const struct rocks_vm *vm,
	     const struct vm_devices *devices)
{
	return write_claims(context, vm, devices, claim);
}

int vm_claim_nothing_else(const struct context *context, const struct rocks_vm *vm,
			  const struct vm_devices *devices)
{
	return write_claims(context, vm, devices, keep);
}
