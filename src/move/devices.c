/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host devices of a VM that moves: each container has its own. */
#include <errno.h>
#include <string.h>

#include "db/claim.h"
#include "db/gpu.h"
#include "src/move/mover.h"
#include "src/vm/claims.h"

/* The first attribute whose devices cannot move, and those devices. */
struct bound {
	char *attribute, *kind;
	struct strbuf addresses; /* separated by commas; empty for kinds other than PCI */
};

static void release(struct bound *bound)
{
	free(bound->attribute);
	free(bound->kind);
	strbuf_release(&bound->addresses);
}

static int add_bound(void *data, const struct rocks_host_device *row)
{
	struct bound *bound = data;
	bool is_pci = strcmp(row->kind, "pci") == 0;

	if (is_pci && row->is_placed)
		return 0;
	if (!bound->attribute) {
		bound->attribute = strdup(row->attribute);
		bound->kind = strdup(row->kind);
		if (!bound->attribute || !bound->kind)
			return -ENOMEM;
	} else if (strcmp(bound->attribute, row->attribute) != 0 ||
		   strcmp(bound->kind, row->kind) != 0) {
		return 0;
	}
	if (is_pci)
		strbuf_add_format(&bound->addresses, "%s%s",
				  bound->addresses.length ? "," : "",
				  row->address ? row->address : "?");
	return bound->addresses.error;
}

/* The VM's facts are those on the target. */
int mover_check_devices(const struct mover *mover, const struct rocks_vm *vm)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_(release) struct bound bound = { .addresses = STRBUF_EMPTY };
	const char *source = mover->move.source, *target = mover->move.target;

	if (plugins_host_devices(mover->plugins, vm, add_bound, &bound, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	if (!bound.attribute)
		return ROCKS_DONE;
	if (!bound.addresses.length)
		return error("%s: its %s passes a device of %s (%s), which would stay "
			     "behind; take it out of the attribute, and pass one of %s "
			     "when the VM is there",
			     vm->name, bound.attribute, source, bound.kind, target);
	return error(
		"%s: its %s passes %s, and what is at that address of %s is another "
		"device; name the device of each container with `rocks set host attr "
		"%s %s_at value='%s=%s %s=ADDRESS'`, or take it out of the attribute",
		vm->name, bound.attribute, strbuf_text(&bound.addresses), target,
		vm->name, bound.attribute, source, strbuf_text(&bound.addresses), target);
}

int mover_find_devices(const struct mover *mover, const struct rocks_vm *vm,
		       const char *xml, struct vm_devices *ret_devices)
{
	int r = vm_devices_find(mover->plugins, vm, xml, ret_devices);

	for (size_t i = 0; i < ret_devices->count && r == ROCKS_DONE; i++)
		if (!ret_devices->list[i].attribute)
			r = error("%s: a plugin passes %s to it, and no attribute says "
				  "which device that is on %s; a VM with such a device "
				  "cannot be moved",
				  vm->name, ret_devices->list[i].text,
				  mover->move.target);
	return r;
}

int mover_claim(const struct mover *mover, const struct rocks_vm *vm, const char *xml)
{
	_cleanup_vm_devices_ struct vm_devices devices = { 0 };
	int r = mover_find_devices(mover, vm, xml, &devices);

	return r == ROCKS_DONE ? vm_claim(mover->context, vm, &devices) : r;
}

/*
 * Keeps claims to the source's devices for an undo. Its definition may be older than
 * claims; a device that another VM has claimed since then stays that VM's.
 */
static int claim_on_source(void *data, const char *text)
{
	const struct mover *mover = data;
	const struct move *move = &mover->move;
	struct db *db = mover->context->db;
	_cleanup_claim_owner_ struct claim_owner owner = { 0 };
	_cleanup_free_ char *card = NULL;
	struct pci_address address;
	int r;

	if (pci_address_parse(text, &address) < 0)
		return -EINVAL;
	r = db_gpu_at(db, move->source_id, pci_address_pack(address), &card);
	if (r == 0)
		r = db_claim_add(db, mover->host->id, move->source_id,
				 pci_address_pack(address), &owner);
	return r < 0 ? r : 0;
}

int mover_claim_both(struct mover *mover, const struct vm_devices *devices)
{
	const struct move *move = &mover->move;
	const struct rocks_vm vm = { .size = sizeof(vm),
				     .name = mover->host->name,
				     .container = move->target };
	int r = vm_claim_now(mover->context, &vm, mover->host->id, move->target_id,
			     devices);

	if (r == ROCKS_DONE && move->xml && mover->hypervisor->functions)
		r = context_answer(
			mover->context,
			mover->hypervisor->functions(move->xml, claim_on_source, mover));
	return r;
}
