/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the inventory, a host, its libvirt and the running VMs disagree. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/compare.h"
#include "db/history.h"
#include "lib/text.h"
#include "src/drift/card.h"
#include "src/drift/device.h"
#include "src/drift/drift.h"
#include "src/drift/due.h"
#include "src/drift/memory.h"
#include "src/drift/repairs.h"
#include "src/drift/row.h"
#include "src/inventory/gpu.h"
#include "src/vm/device-status.h"

/* Inventory and scan. */
static int add_change(void *data, const struct reconciled *change)
{
	struct drift *drift = data;
	struct drift_row row = { .gpu = change->name, .vm = change->vm };
	char now[PCI_ADDRESS_SIZE], was[PCI_ADDRESS_SIZE];
	const char *place = gpu_address_text(change->address, now);
	const char *before = gpu_address_text(change->was, was);
	int r;

	if (strcmp(change->change, "same") == 0)
		return 0;
	if (strcmp(change->change, "new") == 0)
		strbuf_add_format(&row.what, "at %s is a card that is not recorded",
				  place);
	else if (strcmp(change->change, "quarantined") == 0)
		strbuf_add_string(&row.what,
				  "recorded as present, its host has it quarantined: a "
				  "change of its drivers is unfinished, or it does not "
				  "answer");
	else if (strcmp(change->change, "functions") == 0)
		strbuf_add_string(&row.what,
				  "its host has other functions of it than are recorded");
	else if (!place)
		strbuf_add_format(&row.what, "recorded at %s, the host no longer has it",
				  before);
	else if (strcmp(change->change, "moved") == 0)
		strbuf_add_format(&row.what, "recorded at %s, the host has it at %s",
				  before, place);
	else
		strbuf_add_format(&row.what, "recorded as missing, the host has it at %s",
				  place);
	strbuf_add_format(&row.repair, "rocks sync host gpu %s", drift->host->name);
	r = strcmp(change->change, "new") == 0
		    ? 0
		    : db_history_last(drift->context->db, drift->host->name, change->name,
				      &row.since);
	drift_add_seen(drift, &row, "scan of");
	if (drift->repairs)
		drift->repairs->sync[drift->number] = true;
	return r < 0 ? r : drift_add_row(drift, &row);
}

/* The addresses of a VM's cards, with blanks around each. */
static int add_function(void *data, const struct gpu_function *function)
{
	struct strbuf *list = data;
	char text[PCI_ADDRESS_SIZE];

	if (*pci_address_sysfs_packed(function->address, text))
		strbuf_add_format(list, " %s ", text);
	return list->error;
}

struct given {
	struct db *db;
	struct strbuf *list;
};

static int add_given(void *data, const struct gpu *gpu)
{
	struct given *given = data;

	/* The functions of a missing card keep their addresses: another may be there now. */
	if (!gpu->address)
		return 0;
	return db_gpu_function_each(given->db, gpu->card, add_function, given->list);
}

/* The words of one list, with blanks around each, that the other list lacks. */
static void add_lacking(struct strbuf *text, const char *list, const char *other)
{
	while (*(list += strspn(list, " "))) {
		size_t length = strcspn(list, " ");

		if (!text_lists_word(other, list, length))
			strbuf_add_format(text, "%s%.*s", text->length ? ", " : "",
					  (int)length, list);
		list += length;
	}
}

#define DEFINITION "libvirt's definition of"
#define RUNNING "what runs at"

/* What a domain has, and the addresses of its VM's cards. */
struct difference {
	const struct drift_vm *vm;
	const char *due, *given; /* with blanks around each address */
	const char *verb;	 /* of libvirt, which gives it to the VM */
	const char *lack;
	const char *repair;
	const char *seen;  /* the part of libvirt that says so */
	const char *since; /* the last event of the VM's cards */
};

/* Takes ownership of what. */
static int add_difference_row(struct drift *drift, const struct difference *difference,
			      struct strbuf what)
{
	struct drift_row row = { .vm = difference->vm->name, .what = what };

	strbuf_add_string(&row.since, difference->since);
	drift_add_seen(drift, &row, difference->seen);
	strbuf_add_string(&row.repair, difference->repair);
	return drift_add_row(drift, &row);
}

static int add_difference(struct drift *drift, const struct difference *difference)
{
	_cleanup_strbuf_ struct strbuf more = STRBUF_EMPTY, less = STRBUF_EMPTY;
	struct strbuf what = STRBUF_EMPTY;
	int r = 0;

	add_lacking(&more, difference->given, difference->due);
	add_lacking(&less, difference->due, difference->given);
	if (more.length) {
		strbuf_add_format(&what, "libvirt %s it %s, which are not its cards",
				  difference->verb, strbuf_text(&more));
		r = add_difference_row(drift, difference, what);
	}
	what = (struct strbuf)STRBUF_EMPTY;
	if (r == 0 && less.length) {
		strbuf_add_format(&what, "libvirt %s it %s of its cards",
				  difference->lack, strbuf_text(&less));
		r = add_difference_row(drift, difference, what);
	}
	if (more.error || less.error)
		return -ENOMEM;
	return r < 0 ? r : more.length || less.length;
}

static bool has_more(const struct strbuf *due, const struct strbuf *given)
{
	_cleanup_strbuf_ struct strbuf more = STRBUF_EMPTY;

	add_lacking(&more, strbuf_text(given), strbuf_text(due));
	return more.length;
}

/*
 * Checks the devices besides cards that the VM should have, which due lists; it must
 * claim those that it has.
 */
static int find_due(struct drift *drift, const struct drift_vm *vm,
		    const struct strbuf *has, const struct strbuf *next,
		    struct strbuf *due)
{
	_cleanup_strbuf_ struct strbuf cards = STRBUF_EMPTY, given = STRBUF_EMPTY;
	int r;

	strbuf_add_string(&cards, strbuf_text(due));
	strbuf_add_string(&given, strbuf_text(has));
	for (const char *word = strbuf_text(next); *(word += strspn(word, " "));
	     word += strcspn(word, " "))
		if (!text_lists_word(strbuf_text(has), word, strcspn(word, " ")))
			strbuf_add_format(&given, "%.*s ", (int)strcspn(word, " "), word);
	r = drift_due(drift->context, vm, due);
	if (r == 0)
		r = cards.error ? cards.error : given.error;
	return r < 0 ? r
		     : drift_check_unclaimed(drift, vm, strbuf_text(&given),
					     strbuf_text(&cards), strbuf_text(due));
}

/* The command that ends a difference. */
static void add_repair(const struct drift *drift, const struct drift_vm *vm, bool off,
		       struct strbuf *repair)
{
	enum vm_defined defined = drift_repairs_find(drift->tried, vm->id);

	if (!off)
		strbuf_add_format(repair, "rocks stop host vm %s; rocks start host vm %s",
				  vm->name, vm->name);
	else if (defined == VM_KEPT || defined == VM_KEPT_FOREIGN)
		strbuf_add_format(repair, "rocks start host vm %s%s", vm->name,
				  defined == VM_KEPT ? "" : " replace=yes");
	else
		strbuf_add_format(repair, "rocks check host gpu %s repair=yes",
				  drift->host->name);
}

/* A VM on its own container: what it is given there, and what it should get. */
static int check_given(struct drift *drift, const struct domain_row *domain,
		       const struct drift_vm *vm, bool renamed)
{
	_cleanup_strbuf_ struct strbuf due = STRBUF_EMPTY, has = STRBUF_EMPTY,
				       next = STRBUF_EMPTY, repair = STRBUF_EMPTY,
				       since = STRBUF_EMPTY;
	struct given given = { drift->context->db, &due };
	bool off = domain->state == ROCKS_DOMAIN_SHUTOFF;
	struct difference difference = { .vm = vm,
					 .verb = off ? "would give" : "gives",
					 .lack = off ? "would not give" : "does not give",
					 .seen = off ? DEFINITION : RUNNING };
	int r = db_gpu_each(given.db, vm->id, add_given, &given);

	if (r == 0)
		r = db_history_last_of_vm(given.db, vm->name, &since);
	strbuf_add_format(&has, " %s ", domain->functions);
	strbuf_add_format(&next, " %s ", domain->next ? domain->next : "");
	add_repair(drift, vm, off, &repair);
	difference.given = strbuf_text(&has);
	difference.repair = strbuf_text(&repair);
	difference.since = strbuf_text(&since);
	if (r == 0 && (has_more(&due, &has) || has_more(&due, &next)))
		r = find_due(drift, vm, &has, &next, &due);
	difference.due = strbuf_text(&due);
	if (r == 0)
		r = add_difference(drift, &difference);
	if (r == 1 && off && domain->persistent && !renamed)
		r = drift_repairs_add(drift->repairs, drift->number, vm);
	if (r < 0 || off || !domain->next || strcmp(domain->next, domain->functions) == 0)
		return r < 0 ? r : 0;
	difference.given = strbuf_text(&next);
	difference.verb = "would next give";
	difference.lack = "would next not give";
	difference.seen = DEFINITION;
	r = add_difference(drift, &difference);
	return r < 0 ? r : 0;
}

/* A domain that belongs to another container, or to no recorded VM. */
static int check_stranger(struct drift *drift, const struct domain_row *domain,
			  const struct drift_vm *vm)
{
	struct drift_row row = { .vm = domain->name };

	if (vm)
		strbuf_add_format(&row.what, "%s here, but it lives on %s",
				  domain->state == ROCKS_DOMAIN_SHUTOFF ? "defined"
									: "it runs",
				  vm->container);
	else if (*domain->functions)
		strbuf_add_format(&row.what, "a domain that is not recorded has %s",
				  domain->functions);
	else
		return 0;
	drift_add_seen(drift, &row,
		       domain->state == ROCKS_DOMAIN_SHUTOFF ? DEFINITION : RUNNING);
	/* Only a person knows whose it is; a running domain is not undefined. */
	strbuf_add_format(&row.repair, "rocks run host %s 'virsh %s %s'",
			  drift->host->name,
			  !vm ? "dumpxml"
			  : domain->state == ROCKS_DOMAIN_SHUTOFF
				  ? "undefine --keep-nvram --keep-tpm"
				  : "shutdown",
			  domain->uuid);
	return drift_add_row(drift, &row);
}

static int check_domain(struct drift *drift, const struct domain_row *domain)
{
	const struct drift_vm *vm = NULL;
	struct drift_row row = { .vm = domain->name };
	bool renamed;
	int r = 0;

	for (size_t i = 0; i < drift->vms->count && !vm; i++)
		if (strcmp(drift->vms->list[i].uuid, domain->uuid) == 0)
			vm = &drift->vms->list[i];
	if (!vm || strcmp(vm->container, drift->host->name) != 0)
		return check_stranger(drift, domain, vm);
	renamed = strcmp(vm->domain, domain->name) != 0;
	if (renamed) {
		row.vm = vm->name;
		drift_add_seen(drift, &row, DEFINITION);
		strbuf_add_format(&row.what, "libvirt calls it %s", domain->name);
		strbuf_add_format(&row.repair, "rocks set host vm %s domain=", vm->name);
		text_quote_shell(&row.repair, domain->name);
		r = drift_add_row(drift, &row);
	}
	return r == 0 ? check_given(drift, domain, vm, renamed) : r;
}

static void release_answer(struct drift *drift)
{
	scan_release(&drift->scan);
	card_holders_release(&drift->holders);
	memory_release(&drift->memory);
}

static int read_answer(struct drift *drift)
{
	_cleanup_free_ char *document = drift_document(drift->answer);
	int r;

	if (!document)
		return -ENOMEM;
	drift->status = answer_after_mark(drift->answer);
	r = db_scan_parse(drift->context->db, document, drift->host->name, &drift->scan);
	if (r == 0)
		r = db_holders_parse(drift->context->db, document, &drift->holders);
	return r < 0 ? r
		     : db_memory_parse(drift->context->db, document, drift->host->id,
				       &drift->memory);
}

/* What is not known does not count as free. */
static int check_known(const struct drift *drift, const struct card_holders *holders)
{
	if (holders->known == HOLDERS_NOT_SAID)
		return context_error(
			drift->context,
			"%s: its gpupci is too old to say who has its cards open; "
			"update the package gpupci there",
			drift->host->name);
	if (holders->known == HOLDERS_UNKNOWN)
		return context_error(
			drift->context,
			"%s: gpupci there cannot see who has %s open: only root can; "
			"let ssh log in there as root, or run this as root on that "
			"machine. As root, `gpupci --status %s` there says why",
			drift->host->name, holders->unknown, holders->unknown);
	return ROCKS_DONE;
}

int drift_look(struct drift *drift)
{
	struct db *db = drift->context->db;
	int r = read_answer(drift);
	bool is_unknown;
	int known;

	if (r < 0) {
		release_answer(drift);
		return context_error(drift->context, "%s: %s", drift->host->name,
				     db_error(db));
	}
	r = db_compare(db, drift->host, &drift->scan, add_change, drift);
	if (r == 0)
		r = db_gpu_each(db, drift->host->id, drift_check_card, drift);
	if (r == 0)
		r = drift_check_devices(drift, drift->status);
	is_unknown = r == 1;
	if (r >= 0)
		r = drift_check_memory(drift);
	is_unknown = is_unknown || r == 1;
	r = r == 1 ? 0 : r;
	for (size_t i = 0; i < drift->domains->count && r == 0; i++)
		if (drift->domains->rows[i].host == drift->index)
			r = check_domain(drift, &drift->domains->rows[i]);
	known = r == 0 ? check_known(drift, &drift->holders) : ROCKS_DONE;
	release_answer(drift);
	if (known != ROCKS_DONE)
		return known;
	return is_unknown ? ROCKS_FAILED : context_answer(drift->context, r);
}
