/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removes hosts, VMs first, with everything that belongs to them. */
#include <errno.h>

#include "db/aggregate.h"
#include "db/move.h"
#include "db/removal.h"
#include "db/store/internal.h"
#include "db/vm.h"

static const char REMOVE[] = "DELETE FROM host WHERE id = ?";
static const char HOUSED[] =
	"SELECT group_concat(name, ', ') FROM (SELECT name FROM host "
	"JOIN vm ON vm.host = host.id WHERE vm.container = ? ORDER BY name)";
static const char COUNT_CARDS[] = "SELECT count(*) FROM card WHERE host = ?";
static const char COUNT_ATTRS[] = "SELECT count(*) FROM attr WHERE host = ?";
static const char COUNT_INTERFACES[] = "SELECT count(*) FROM interface WHERE host = ?";
static const char FORGET_CARDS[] = "DELETE FROM card WHERE host = ?";
/* A quarantined card stays quarantined wherever it turns up. */
static const char RETIRE_CARDS[] =
	"UPDATE card SET host = NULL, state = CASE state WHEN 'quarantined' THEN state "
	"ELSE 'missing' END, address = NULL, last_address = ifnull(address, "
	"last_address), iommu_group = NULL, parent = NULL "
	"WHERE host = ? AND serial IS NOT NULL";

static void add_count(struct strbuf *news, bool *first, int64_t count, const char *what)
{
	if (!count)
		return;
	strbuf_add_format(news, "%s%lld %s%s", *first ? " with " : ", ", (long long)count,
			  what, count == 1 ? "" : "s");
	*first = false;
}

/* Reports what is removed with the host, whose VM record is already gone. */
static int add_removal(struct db *db, const struct host_ref *host, bool was_vm,
		       struct strbuf *news)
{
	int64_t cards, attrs, interfaces;
	bool first = true;
	int r = db_fetch_integer(db, &cards, COUNT_CARDS, "i", host->id);

	if (r == 1)
		r = db_fetch_integer(db, &attrs, COUNT_ATTRS, "i", host->id);
	if (r == 1)
		r = db_fetch_integer(db, &interfaces, COUNT_INTERFACES, "i", host->id);
	if (r < 0)
		return r;
	if (!was_vm && !cards && !attrs && !interfaces)
		return 0;
	strbuf_add_format(news, "removed %s%s", was_vm ? "VM " : "", host->name);
	add_count(news, &first, cards, "card");
	add_count(news, &first, attrs, "attribute");
	add_count(news, &first, interfaces, "interface");
	strbuf_add_char(news, '\n');
	return news->error ? db_fail_memory(db) : 0;
}

static int remove_one(struct db *db, const struct host_ref *host, struct strbuf *news)
{
	_cleanup_free_ char *vms = NULL;
	int removed = db_vm_remove(db, host, news);
	int r = removed < 0 ? removed : db_fetch_text(db, &vms, HOUSED, "i", host->id);

	if (r >= 0)
		r = db_move_check(db, host->id);
	if (r < 0)
		return r;
	if (*vms)
		return db_fail(db, -EBUSY, "%s houses VMs: %s; remove or move them first",
			       host->name, vms);
	r = add_removal(db, host, removed == 1, news);
	if (r == 0)
		r = db_aggregate_leave(db, host);
	if (r == 0)
		r = db_run(db, RETIRE_CARDS, "i", host->id);
	if (r == 0)
		r = db_run(db, FORGET_CARDS, "i", host->id);
	return r < 0 ? r : db_run(db, REMOVE, "i", host->id);
}

int db_host_remove(struct db *db, const struct host_set *hosts, struct strbuf *news)
{
	int r = 0;

	/* VMs first, so that a container can be removed together with its VMs. */
	for (int vms = 1; vms >= 0; vms--) {
		for (size_t i = 0; i < hosts->count && r >= 0; i++) {
			int is_vm = db_vm_exists(db, hosts->hosts[i].id);

			r = is_vm < 0 ? is_vm : 0;
			if (is_vm == vms)
				r = remove_one(db, &hosts->hosts[i], news);
		}
	}
	return r < 0 ? r : 0;
}
