/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes or removes claims that do not match libvirt's definitions. */
#include <string.h>

#include "db/claim.h"
#include "db/move.h"
#include "lib/pci-address.h"
#include "src/drift/repair.h"
#include "src/vm/domains.h"
#include "src/vm/hypervisor.h"

/*
 * Whether libvirt gives the device to the VM now: a start may have finished since the
 * check. Sets *ret_given with ROCKS_DONE.
 */
static int ask_again(const struct context *context, const struct host_ref *host,
		     const struct drift_claim_repair *repair, const char *address,
		     bool *ret_given)
{
	struct host_set hosts = { (struct host_ref *)host, 1 };
	_cleanup_domain_rows_ struct domain_rows rows = { 0 };
	_cleanup_plugins_ struct plugins *plugins = NULL;
	const struct rocks_hypervisor *hypervisor;
	int r = load_hypervisor(context, 0, &plugins, &hypervisor);

	if (r == ROCKS_DONE)
		r = hypervisor_domains(context, hypervisor, &hosts, &rows);
	if (r == ROCKS_DONE && rows.why[0])
		r = error("%s: %s", host->name, rows.why[0]);
	*ret_given = false;
	for (size_t i = 0; i < rows.count && r == ROCKS_DONE; i++)
		if (strcmp(rows.rows[i].uuid, repair->uuid) == 0)
			*ret_given |= domain_row_gives(&rows.rows[i], address);
	return r;
}

static int write_claim(const struct context *context, const struct host_ref *host,
		       const struct drift_claim_repair *repair, const char *address)
{
	_cleanup_claim_owner_ struct claim_owner owner = { 0 };
	struct db *db = context->db;
	int r = db_move_check(db, repair->vm_id);

	if (r == 0 && repair->ends)
		r = db_claim_remove(db, repair->vm_id, host->id, repair->address);
	else if (r == 0)
		r = db_claim_add(db, repair->vm_id, host->id, repair->address, &owner);
	if (r == 1 && !repair->ends)
		return error("%s: it cannot claim %s of %s, which %s has%s%s", repair->vm,
			     address, host->name, owner.vm,
			     owner.card ? " as a part of " : "",
			     owner.card ? owner.card : "");
	return context_answer(context, r);
}

/* Keeps others from starting, defining or moving the VM meanwhile. */
int drift_repair_claim(const struct context *context, const struct host_ref *host,
		       const struct drift_claim_repair *repair)
{
	const struct host_ref vm = { .id = repair->vm_id, .name = repair->vm };
	_cleanup_close_ int lock = -1;
	char address[PCI_ADDRESS_SIZE];
	bool given;
	int r = context_answer(context, db_vm_lock(context->db, &vm, true, &lock));

	pci_address_sysfs_packed(repair->address, address);
	if (r == ROCKS_DONE)
		r = ask_again(context, host, repair, address, &given);
	if (r == ROCKS_DONE && given == repair->ends)
		return error("%s: libvirt on %s now %s it %s: its claim is left "
			     "unchanged",
			     repair->vm, host->name, given ? "gives" : "does not give",
			     address);
	if (r == ROCKS_DONE)
		r = context_begin(context);
	if (r == ROCKS_DONE)
		r = context_conclude(context,
				     write_claim(context, host, repair, address));
	if (r == ROCKS_DONE)
		say("%s: %s %s of %s", repair->vm,
		    repair->ends ? "does not claim" : "claims", address, host->name);
	return r;
}
