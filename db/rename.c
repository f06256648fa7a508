/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives a host another name. */
#include <errno.h>
#include <string.h>

#include "db/host.h"
#include "db/move.h"
#include "db/names.h"
#include "db/store/internal.h"

static const char SET[] = "UPDATE host SET name = ?2 WHERE id = ?1";
static const char SET_INTERFACES[] =
	"UPDATE interface SET name = ?3 WHERE host = ?1 AND name = ?2";
/* The host itself if it is a VM, else its VMs. */
static const char VMS[] = "SELECT host.id, host.name FROM vm JOIN host ON host.id = "
			  "vm.host WHERE vm.host = ?1 OR vm.container = ?1";
/* The hypervisor keeps the name of a VM that is defined. */
static const char KEEP_DOMAIN[] =
	"UPDATE vm SET domain = ?2 WHERE host = ?1 AND domain IS NULL "
	"AND (definition = 'libvirt' "
	"OR EXISTS (SELECT 1 FROM definition WHERE definition.vm = vm.host))";
static const char FORGET_DOMAIN[] = "UPDATE vm SET domain = NULL WHERE host = ?";

/* Moves and starts have read the name, and pass it to other programs. */
static int check_idle(struct db *db, int64_t host)
{
	_cleanup_query_ struct query query = { 0 };
	int r = db_move_check(db, host);

	if (r == 0)
		r = query_start(db, &query, VMS, "i", host);
	while (r == 0 && (r = query_step(&query)) == 1) {
		struct host_ref vm = { .id = query_integer(&query, 0),
				       .name = (char *)query_text(&query, 1) };
		_cleanup_close_ int lock = -1;

		r = db_vm_lock(db, &vm, true, &lock);
	}
	return r;
}

int db_host_rename(struct db *db, const struct host_ref *host, const char *name,
		   bool domain_follows)
{
	int r = db_check_new_host_name(db, name);

	if (r == 0)
		r = check_idle(db, host->id);
	if (r == 0)
		r = domain_follows ? db_run(db, FORGET_DOMAIN, "i", host->id)
				   : db_run(db, KEEP_DOMAIN, "it", host->id, host->name);
	if (r == 0)
		r = db_run(db, SET, "it", host->id, name);
	return r < 0 ? r : db_run(db, SET_INTERFACES, "itt", host->id, host->name, name);
}
