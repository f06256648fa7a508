/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of a VM that plugins get: for which VMs, and when they are read. */
#include <errno.h>

#include "db/vm.h"
#include "lib/interrupt.h"
#include "src/vm/batch.h"
#include "src/vm/facts.h"

#define VMS_AHEAD 64 /* read at once: each takes some 12 KB */

struct walk {
	const struct context *context;
	bool containers;
	bool is_alone; /* the word: no VM is named twice */
	vm_facts_fn *each;
	void *data;
	struct host_set visited; /* if several words may name one VM */
	int status;
};

/* Visits one VM of those that were read. */
static int visit(const struct walk *walk, const struct host_ref *host,
		 const struct vm_batch *batch, size_t index)
{
	const struct context *context = walk->context;
	const struct rocks_vm *vm;
	const char *trouble;
	int r = vm_batch_at(batch, index, &vm, &trouble);

	if (r == -ENOENT)
		return context_error(walk->context, "%s: it was removed just now",
				     host->name);
	if (r == -E2BIG)
		return context_error(
			walk->context,
			"%s: it has more than %d disks, interfaces, cards or functions",
			host->name, VM_BATCH_MOST);
	if (r < 0)
		return context_database_error(context);
	return walk->each(context, vm, trouble, walk->data);
}

/* Reads the list of VMs before the first of them is visited. */
static int add_visit(void *data, const struct vm *row)
{
	struct host_ref host = { .id = row->id, .name = (char *)row->name };

	return host_set_add(data, &host);
}

static int add_to_list(void *data, const struct vm *row)
{
	struct strbuf *list = data;

	strbuf_add_format(list, "%s%s", list->length ? ", " : "", row->name);
	return list->error;
}

/* A named host must be a VM or, where containers are allowed, a container with VMs. */
static int check_host(struct walk *walk, struct host_ref *host)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;
	const struct context *context = walk->context;
	struct host_set one = { host, 1 };
	int r = db_vm_exists(context->db, host->id);

	if (r == 0)
		r = db_vm_each(context->db, &one, add_to_list, &list);
	if (r < 0)
		return context_database_error(context);
	if (r == 1 || (walk->containers && list.length))
		return ROCKS_DONE;
	if (!list.length)
		return context_error(
			walk->context,
			"%s is not a VM and houses none; see `rocks list host vm`",
			host->name);
	return context_error(walk->context, "%s is not a VM; it houses %s: name them",
			     host->name, strbuf_text(&list));
}

static bool was_visited(const struct walk *walk, const struct host_ref *vm)
{
	for (size_t i = walk->visited.count; i-- > 0;)
		if (walk->visited.hosts[i].id == vm->id)
			return true;
	return false;
}

/* The VMs of a set that were read: from first, before end. */
struct ahead {
	struct vm_batch *batch;
	size_t first, end;
};

/* Reads the next VM of a set, and more if they may be read ahead. */
static int read_ahead(const struct walk *walk, const struct host_set *vms, size_t first,
		      struct ahead *ahead)
{
	/* Only if no VM can change before its turn comes. */
	size_t count = walk->context->one_state ? VMS_AHEAD : 1;
	int r;

	if (count > vms->count - first)
		count = vms->count - first;
	vm_batch_free(ahead->batch);
	*ahead = (struct ahead){ .first = first };
	r = context_answer(walk->context,
			   vm_batch_read(walk->context->db, vms->hosts + first, count,
					 &ahead->batch));
	if (r == ROCKS_DONE)
		ahead->end = first + count;
	return r;
}

static int visit_all(const struct walk *walk, const struct host_set *vms)
{
	struct ahead ahead = { 0 };
	int status = ROCKS_DONE;

	for (size_t i = 0; i < vms->count && status != ROCKS_BLIND; i++) {
		const struct host_ref *vm = &vms->hosts[i];
		int r = ROCKS_DONE;

		if (was_visited(walk, vm))
			continue;
		if (interrupt_was_seen()) {
			status = context_error(walk->context,
					       "%s and later VMs: left unchanged",
					       vm->name);
			break;
		}
		if (i >= ahead.end)
			r = read_ahead(walk, vms, i, &ahead);
		if (r == ROCKS_DONE)
			r = visit(walk, vm, ahead.batch, i - ahead.first);
		if (r > status)
			status = r;
	}
	vm_batch_free(ahead.batch);
	return status;
}

static int visit_word(struct walk *walk, char *word)
{
	_cleanup_host_set_ struct host_set hosts = { 0 }, vms = { 0 };
	const struct context *context = walk->context;
	int status =
		context_answer(context, db_hosts_resolve(context->db, &word, 1, &hosts));

	for (size_t i = 0; i < hosts.count && status == ROCKS_DONE; i++)
		if (!db_names_by_chance(word))
			status = check_host(walk, &hosts.hosts[i]);
	if (status == ROCKS_DONE)
		status = context_answer(context,
					db_vm_each(context->db, &hosts, add_visit, &vms));
	if (status == ROCKS_DONE)
		status = visit_all(walk, &vms);
	for (size_t i = 0; i < vms.count && !walk->is_alone; i++)
		if (host_set_add(&walk->visited, &vms.hosts[i]) < 0)
			return context_memory_error(walk->context);
	return status;
}

int each_vm_facts(const struct context *context, const struct vm_words *words,
		  bool containers, vm_facts_fn *each, void *data)
{
	struct walk walk = { .context = context,
			     .containers = containers,
			     .is_alone = words->count <= 1,
			     .each = each,
			     .data = data };

	for (size_t i = 0; i < words->count; i++) {
		int r = visit_word(&walk, words->list[i]);

		if (r > walk.status)
			walk.status = r;
		if (interrupt_was_seen())
			break;
	}
	host_set_release(&walk.visited);
	return walk.status;
}

int one_vm_facts(const struct context *context, struct host_ref *vm, vm_facts_fn *each,
		 void *data)
{
	struct walk walk = { .context = context, .each = each, .data = data };
	const struct host_set one = { vm, 1 };
	struct ahead ahead = { 0 };
	int r = read_ahead(&walk, &one, 0, &ahead);

	if (r == ROCKS_DONE)
		r = visit(&walk, vm, ahead.batch, 0);
	vm_batch_free(ahead.batch);
	return r;
}
