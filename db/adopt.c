/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recording the VMs that a hypervisor has, and comparing those that are recorded. */
#include <errno.h>
#include <string.h>

#include "db/adopt-cards.h"
#include "db/adopt-name.h"
#include "db/definition.h"
#include "db/interface.h"
#include "db/seen.h"
#include "db/store/internal.h"
#include "db/store/limits.h"
#include "db/vm.h"

#define APPLIANCE "hosted-vm"

static const char KNOWN[] =
	"SELECT vm.host, host.name, container.name, vm.container, vm.mem, host.cpus, "
	"EXISTS (SELECT 1 FROM move WHERE move.vm = vm.host), "
	"vm.definition = 'libvirt', ifnull(vm.domain, host.name) FROM vm "
	"JOIN host ON host.id = vm.host JOIN host AS container "
	"ON container.id = vm.container WHERE vm.uuid = ?";
static const char ID[] = "SELECT host FROM vm WHERE uuid = ?";
/* What the inventory has and the hypervisor lacks, or the reverse. */
static const char DISKS_LACKING[] =
	"SELECT group_concat(path, ', ') FROM disk WHERE vm = ?1 AND path NOT IN "
	"(SELECT json_extract(value, '$.path') FROM json_each(?2))";
static const char MACS_LACKING[] =
	"SELECT group_concat(mac, ', ') FROM interface WHERE host = ?1 "
	"AND mac IS NOT NULL AND instr(ifnull(options, ''), '" DB_INTERFACE_NOKVM
	"') = 0 AND mac NOT IN "
	"(SELECT json_extract(value, '$.mac') FROM json_each(?2))";
/* Devices of an attribute are recorded there. */
#define NOT_RAW(what)                                                                 \
	"AND NOT EXISTS (SELECT 1 FROM attr WHERE attr.host = ?1 AND attr.name LIKE " \
	"'kvm!_device!_%' ESCAPE '!' AND instr(attr.value, " what "))"
static const char DISKS_MORE[] =
	"SELECT group_concat(path, ', ') FROM (SELECT json_extract(value, '$.path') AS "
	"path FROM json_each(?2)) WHERE path NOT IN (SELECT path FROM disk "
	"WHERE vm = ?1) " NOT_RAW("path");
static const char MACS_MORE[] =
	"SELECT group_concat(mac, ', ') FROM (SELECT json_extract(value, '$.mac') AS "
	"mac FROM json_each(?2)) WHERE mac NOT IN (SELECT mac FROM interface "
	"WHERE host = ?1 AND mac IS NOT NULL) " NOT_RAW("mac");
static const char GONE[] =
	"SELECT host.name, EXISTS (SELECT 1 FROM move WHERE move.vm = vm.host) FROM vm "
	"JOIN host ON host.id = vm.host WHERE vm.container = ?1 AND vm.host NOT IN "
	"(SELECT value FROM json_each(?2)) ORDER BY host.name";

static void release(struct adoption_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free(rows->list[i].name);
		strbuf_release(&rows->list[i].gpus);
		strbuf_release(&rows->list[i].what);
	}
	free(rows->list);
}

void adoption_note(struct adoption_row *row, const char *format, ...)
{
	va_list list;

	if (row->what.length)
		strbuf_add_string(&row->what, "; ");
	va_start(list, format);
	strbuf_add_format_list(&row->what, format, list);
	va_end(list);
}

static void note_list(struct adoption_row *row, const char *format, const char *list)
{
	if (list && *list)
		adoption_note(row, "%s%s", format, list);
}

/* A query of the two lists above. */
static int note_difference(struct db *db, struct adoption_row *row, const char *words,
			   const char *sql, const char *list)
{
	_cleanup_free_ char *found = NULL;
	int r = db_fetch_text(db, &found, sql, "it", row->vm, list);

	note_list(row, words, found);
	return r < 0 ? r : 0;
}

/* A recorded VM on its host. */
static int compare(struct db *db, const struct seen_vm *vm, int64_t mem, int64_t cpus,
		   struct adoption_row *row)
{
	int r;

	if (vm->mem != mem)
		adoption_note(row, "mem %lld, recorded %lld", (long long)vm->mem,
			      (long long)mem);
	if (vm->cpus != cpus)
		adoption_note(row, "cpus %lld, recorded %lld", (long long)vm->cpus,
			      (long long)cpus);
	r = note_difference(db, row, "lacks the disk ", DISKS_LACKING, vm->disks);
	if (r == 0)
		r = note_difference(db, row,
				    "has a disk that is not recorded: ", DISKS_MORE,
				    vm->disks);
	if (r == 0)
		r = note_difference(db, row, "lacks the MAC address ", MACS_LACKING,
				    vm->interfaces);
	if (r == 0)
		r = note_difference(db, row,
				    "has a MAC address that is not recorded: ", MACS_MORE,
				    vm->interfaces);
	row->state = row->what.length ? "changed" : "same";
	return r;
}

/* libvirt's own definition, as it is there now. 1 if it is a new one, 0, or -errno. */
static int keep(struct db *db, const struct host_ref *host, const struct seen_vm *vm,
		const struct adoption_row *row)
{
	if (!vm->xml)
		return 0;
	if (!*vm->xml)
		return db_fail(db, -EINVAL,
			       "its definition has more than " DB_LIMIT_TEXT(
				       DB_SEEN_XML_MIB_MOST) " MiB; see `virsh dumpxml "
							     "%s` there",
			       vm->uuid);
	return db_kept_set(db, row->vm, host->id, vm->xml, vm->next);
}

/* The same for a VM that is recorded. */
static int keep_again(struct db *db, const struct host_ref *host,
		      const struct seen_vm *vm, struct adoption_row *row)
{
	int r = keep(db, host, vm, row);

	if (r == -EINVAL)
		adoption_note(row, "%s", db_error(db));
	else if (r == 1)
		adoption_note(row,
			      "its definition has changed there; the new one is kept");
	return r == -EINVAL ? 0 : r;
}

/* Follows a domain that was renamed if its definition is libvirt's; else says so. */
static int compare_names(struct db *db, const struct seen_vm *vm, const char *domain,
			 bool is_own, struct adoption_row *row)
{
	const struct host_ref known = { .id = row->vm, .name = row->name };
	int r = 0;

	if (strcmp(vm->name, domain) == 0)
		return 0;
	if (!is_own) {
		adoption_note(row,
			      "called %s there, recorded %s; `rocks set host vm %s "
			      "domain=…` records another",
			      vm->name, domain, row->name);
		return 0;
	}
	r = db_vm_set(db, &known, &(struct vm_change){ .domain = vm->name });
	if (adoption_is_refusal(r))
		adoption_note(row, "called %s there now: %s", vm->name, db_error(db));
	else
		adoption_note(row, "called %s there now", vm->name);
	return adoption_is_refusal(r) ? 0 : r;
}

/* 1 if the VM is recorded, wherever; 0; -errno. */
static int judge_known(struct db *db, const struct host_ref *host,
		       const struct seen_vm *vm, struct adoption_row *row)
{
	_cleanup_query_ struct query query = { 0 };
	bool is_own;
	int r = query_start(db, &query, KNOWN, "t", vm->uuid);

	if (r == 0)
		r = query_step(&query);
	if (r != 1)
		return r;
	row->vm = query_integer(&query, 0);
	row->name = strdup(query_text(&query, 1));
	if (!row->name)
		return db_fail_memory(db);
	if (query_integer(&query, 6)) {
		row->state = "moving";
		adoption_note(row, "see `rocks list move`");
		return 1;
	}
	if (query_integer(&query, 3) != host->id) {
		row->state = "elsewhere";
		adoption_note(row,
			      "recorded on %s; if it was moved here, `rocks set host vm "
			      "%s physnode=%s`",
			      query_text(&query, 2), row->name, host->name);
		return 1;
	}
	is_own = query_integer(&query, 7);
	r = compare_names(db, vm, query_text(&query, 8), is_own, row);
	if (r == 0 && is_own)
		r = keep_again(db, host, vm, row);
	if (r >= 0)
		r = compare(db, vm, query_integer(&query, 4), query_integer(&query, 5),
			    row);
	return r < 0 ? r : 1;
}

static int add_devices(struct db *db, const struct host_ref *host,
		       const struct seen_vm *vm, struct adoption_row *row)
{
	_cleanup_strbuf_ struct strbuf taken = STRBUF_EMPTY;
	struct host_ref added = { .name = row->name };
	int r = db_fetch_integer(db, &added.id, ID, "t", vm->uuid);

	row->vm = added.id;
	if (r >= 0)
		r = keep(db, host, vm, row);
	if (r >= 0)
		r = db_disks_add(db, added.id, vm->disks);
	if (r == 0)
		r = db_interfaces_add(db, added.id, host->id, vm->interfaces, &taken);
	if (r == 0 && vm->cdrom)
		r = db_vm_set_cdrom(db, &added, vm->cdrom);
	note_list(row, "", strbuf_text(&taken));
	note_list(row, "only libvirt knows the disk ", vm->left);
	if (!vm->persistent)
		adoption_note(row, "it runs, but is not defined: it is gone once it is "
				   "off");
	return r < 0 ? r : 0;
}

static int add(struct db *db, const struct host_ref *host, const struct seen_vm *vm,
	       struct adoption_row *row)
{
	_cleanup_free_ char *name = NULL;
	const int64_t interfaces = 0;
	int r = db_adopt_name(db, host, vm, &name);
	const struct vm_wish wish = { .membership = APPLIANCE,
				      .name = name,
				      .domain = vm->name,
				      .uuid = vm->uuid,
				      .definition = "libvirt",
				      .mem = &vm->mem,
				      .cpus = &vm->cpus,
				      .disks = "",
				      .interfaces = &interfaces };

	if (r < 0)
		return r;
	if (vm->mem < 1 || vm->cpus < 1)
		return db_fail(db, -EINVAL,
			       "its definition has no memory or CPUs that the inventory "
			       "can hold; see `virsh dumpxml %s` there",
			       vm->uuid);
	r = db_vm_add(db, host, &wish, &row->name);
	if (r == 0 && strcmp(name, vm->name) != 0)
		adoption_note(row, "called %s there", vm->name);
	return r < 0 ? r : add_devices(db, host, vm, row);
}

bool adoption_is_refusal(int r)
{
	return r == -EINVAL || r == -EEXIST || r == -EBUSY || r == -EPERM;
}

/* Does not record the VM: why, and what the user can do there. */
static int refuse(struct db *db, const struct seen_vm *vm, struct adoption_row *row,
		  const char *why, const char *then)
{
	free(row->name);
	row->name = strdup(vm->name);
	row->state = "refused";
	row->vm = 0;
	strbuf_reset(&row->what);
	adoption_note(row, "%s%s", why, then);
	return row->name ? 0 : db_fail_memory(db);
}

static int adopt(struct db *db, const struct host_ref *host, const struct seen_vm *vm,
		 struct adoption_row *row)
{
	int r = judge_known(db, host, vm, row);

	if (r != 0)
		return r < 0 ? r : 0;
	if (vm->also)
		return refuse(db, vm, row, vm->also,
			      " has it, too; undefine it on one of them");
	r = db_mark(db);
	if (r < 0)
		return r;
	r = add(db, host, vm, row);
	if (adoption_is_refusal(r)) {
		r = refuse(db, vm, row, db_error(db), "");
		return r < 0 ? r : db_undo(db);
	}
	row->state = "new";
	return r < 0 ? r : db_keep(db);
}

static int pass(const struct adoption_rows *rows,
		int (*each)(void *data, const struct adopted *row), void *data)
{
	int r = 0;

	for (size_t i = 0; i < rows->count && r == 0; i++) {
		struct adoption_row *row = &rows->list[i];
		const struct adopted adopted = {
			.state = row->state,
			.vm = row->name,
			.gpus = row->gpus.length ? strbuf_text(&row->gpus) : NULL,
			.what = row->what.length ? strbuf_text(&row->what) : NULL
		};

		r = row->gpus.error || row->what.error ? -ENOMEM : each(data, &adopted);
	}
	return r;
}

/* The VMs of the host that the hypervisor does not know. */
static int pass_gone(struct db *db, const struct host_ref *host,
		     const struct adoption_rows *rows,
		     int (*each)(void *data, const struct adopted *row), void *data)
{
	_cleanup_strbuf_ struct strbuf known = STRBUF_EMPTY;
	_cleanup_query_ struct query query = { 0 };
	int r;

	strbuf_add_string(&known, "[0");
	for (size_t i = 0; i < rows->count; i++)
		strbuf_add_format(&known, ",%lld", (long long)rows->list[i].vm);
	strbuf_add_string(&known, "]");
	if (known.error)
		return db_fail_memory(db);
	r = query_start(db, &query, GONE, "it", host->id, strbuf_text(&known));
	while (r == 0 && (r = query_step(&query)) == 1) {
		bool moves = query_integer(&query, 1);
		const struct adopted adopted = {
			.vm = query_text(&query, 0),
			.state = moves ? "moving" : "gone",
			.what = moves ? "see `rocks list move`"
				      : "not defined there; `rocks start host vm` "
					"defines it, `rocks remove host` forgets it",
		};

		r = each(data, &adopted);
	}
	return r;
}

int db_adopt(struct db *db, const struct seen_vms *vms,
	     int (*each)(void *data, const struct adopted *row), void *data)
{
	_cleanup_(release) struct adoption_rows rows = {
		.list = calloc(vms->count + 1, sizeof(*rows.list))
	};
	int r = rows.list ? 0 : db_fail_memory(db);

	for (; rows.count < vms->count && r == 0; rows.count++)
		r = adopt(db, vms->host, &vms->list[rows.count], &rows.list[rows.count]);
	if (r == 0)
		r = db_adopt_cards(db, vms, &rows);
	if (r == 0)
		r = pass(&rows, each, data);
	return r < 0 ? r : pass_gone(db, vms->host, &rows, each, data);
}
