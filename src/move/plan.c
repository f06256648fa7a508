/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether a VM can move, before anything is stopped. */
/*
 * Tries the move in the inventory, in a transaction that is rolled back: this shows what
 * the VM's XML would be on the target.
 */
#include <errno.h>
#include <string.h>

#include "db/definition.h"
#include "db/vm.h"
#include "src/inventory/models.h"
#include "src/move/mover.h"
#include "src/vm/claims.h"
#include "src/vm/definition.h"
#include "src/vm/facts.h"
#include "src/vm/ready.h"

struct plan {
	struct mover *mover;
	const struct host_ref *target;
	bool dryrun;
	struct strbuf facts;	   /* of the VM at the time of the check */
	struct strbuf cards;	   /* one line per card */
	struct strbuf files;	   /* one line per file */
	struct vm_devices devices; /* on the target */
};

static int find_source(struct plan *plan)
{
	struct mover *mover = plan->mover;
	_cleanup_host_set_ struct host_set all = { 0 };
	struct db *db = mover->context->db;
	int64_t container;
	int r = db_vm_container(db, mover->host->id, &container);

	if (r == 1)
		r = db_hosts_all(db, &all);
	if (r < 0)
		return context_database_error(mover->context);
	for (size_t i = 0; i < all.count; i++) {
		if (all.hosts[i].id != container)
			continue;
		mover->move.source = strdup(all.hosts[i].name);
		mover->move.target = strdup(plan->target->name);
		mover->move.source_id = container;
		mover->move.target_id = plan->target->id;
	}
	if (!mover->move.source || !mover->move.target)
		return memory_error();
	if (container == plan->target->id)
		return error("%s is on %s already", mover->host->name,
			     plan->target->name);
	return ROCKS_DONE;
}

/* libvirt's own definition may name devices, bridges and files that only its host has. */
static int refuse_own(const struct mover *mover)
{
	_cleanup_free_ char *xml = NULL;
	const char *vm = mover->host->name;
	int r = db_definition_is_own(mover->context->db, mover->host->id, &xml);

	if (r == 1)
		return error(
			"%s: its definition is libvirt's own, which may name what only "
			"%s has, so rocks does not move it; `rocks set host vm %s "
			"definition=rocks` lists what would change if rocks made the "
			"definition, and with yes=yes the VM can move",
			vm, mover->move.source, vm);
	return context_answer(mover->context, r);
}

static int check_target(const struct plan *plan)
{
	struct db *db = plan->mover->context->db;
	int r = db_vm_exists(db, plan->target->id);

	if (r == 1)
		return error("%s is a VM itself: it houses none", plan->target->name);
	return context_answer(plan->mover->context, r);
}

/* The source: what is defined there, whether it runs, and what prevents a move. */
static int look_at_source(struct plan *plan, struct mover_domain *domain)
{
	struct move *move = &plan->mover->move;
	int r = mover_domain(plan->mover, move->source, domain);

	if (r != ROCKS_DONE)
		return r;
	if (domain->obstacle)
		return error("%s: on %s %s", plan->mover->vm->name, move->source,
			     domain->obstacle);
	move->ran = !mover_domain_is_off(domain);
	move->autostart = domain->autostart;
	move->xml = domain->xml ? strdup(domain->xml) : NULL;
	return domain->xml && !move->xml ? memory_error() : ROCKS_DONE;
}

/*
 * The target gets the VM as rocks makes it: checks that the source's definition has nothing
 * else. If the VM's XML cannot be made where it is, a card of it is missing, say, that is
 * compared with what rocks last defined.
 */
static int check_definition(const struct context *context, const struct rocks_vm *vm,
			    const char *trouble, void *data)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_free_ char *next = NULL;
	const struct mover *mover = data;

	if (!mover->move.xml)
		return ROCKS_DONE;
	if (trouble)
		strbuf_add_format(&complaint, "%s: %s", vm->name, trouble);
	else if (plugins_domain_xml(mover->plugins, vm, &next, &complaint) == -ENOMEM)
		return memory_error();
	return vm_definition_check(context, mover->hypervisor, vm, mover->move.xml,
				   &(struct vm_next){ next, strbuf_text(&complaint) });
}

static int look_at_target(struct plan *plan)
{
	_cleanup_mover_domain_ struct mover_domain domain = { 0 };
	int r = mover_domain(plan->mover, plan->target->name, &domain);

	if (r == ROCKS_DONE && domain.defined)
		return error("%s: %s has it defined already; if it does not run there, "
			     "`rocks run host %s 'virsh undefine --keep-nvram "
			     "--keep-tpm %s'` makes it forget it",
			     plan->mover->vm->name, plan->target->name,
			     plan->target->name, plan->mover->vm->uuid);
	return r;
}

static const char *steps_of(const struct move *move)
{
	if (!move->xml)
		return "copy, compare, place, switch";
	return move->ran ? "stop, undefine, copy, compare, place, switch, define, start"
			 : "undefine, copy, compare, place, switch, define";
}

static void print_lines(const char *before, const char *lines)
{
	for (size_t length; *lines; lines += length + 1) {
		length = strcspn(lines, "\n");
		print_line("%s%.*s", before, (int)length, lines);
	}
}

static void tell(const struct plan *plan)
{
	const struct move *move = &plan->mover->move;

	print_line("%s: from %s to %s; it %s", plan->mover->host->name, move->source,
		   move->target, move->ran ? "runs" : "is off");
	print_lines("card ", strbuf_text(&plan->cards));
	for (size_t i = 0; i < plan->devices.count; i++)
		print_line("device %s of %s, as %s_at says", plan->devices.list[i].text,
			   move->target, vm_device_source(&plan->devices.list[i]));
	print_lines("", strbuf_text(&plan->files));
	print_line("steps: %s", steps_of(move));
	if (plan->dryrun)
		puts("nothing was changed");
}

/* Everything asked of other hosts; the facts are the VM's on the target. */
static int look(struct plan *plan, const struct rocks_vm *vm)
{
	_cleanup_mover_domain_ struct mover_domain domain = { 0 };
	struct mover *mover = plan->mover;
	int r = look_at_source(plan, &domain);

	if (r == ROCKS_DONE)
		r = look_at_target(plan);
	if (r == ROCKS_DONE)
		r = mover_check_paths(mover, &domain);
	if (r == ROCKS_DONE)
		r = mover_look(mover, plan->target, &domain, &plan->files);
	if (r == ROCKS_DONE)
		r = mover_check_tpm(mover);
	if (r == ROCKS_DONE)
		r = mover_try_copy(mover);
	if (r == ROCKS_DONE)
		r = vm_check_ready(mover->context, vm, mover->move.ran, &plan->devices);
	return r;
}

/* By the attributes of the inventory, never by what the source has defined. */
static int read_files(struct mover *mover, char **ret_xml)
{
	int r = vm_xml(mover->plugins, mover->vm, ret_xml);

	return r == ROCKS_DONE ? mover_read_files(mover, mover->vm, *ret_xml) : r;
}

static int check_xml(struct plan *plan)
{
	struct mover *mover = plan->mover;
	_cleanup_free_ char *xml = NULL;
	int r = mover_check_devices(mover, mover->vm);

	if (r == ROCKS_DONE)
		r = read_files(mover, &xml);
	if (r == ROCKS_DONE)
		r = mover_find_devices(mover, mover->vm, xml, &plan->devices);
	return r == ROCKS_DONE ? vm_claim_now(mover->context, mover->vm, mover->host->id,
					      plan->target->id, &plan->devices)
			       : r;
}

/* The VM as it would be on the target, in a transaction that ends here. */
static int visit(const struct context *context, const struct rocks_vm *vm,
		 const char *trouble, void *data)
{
	struct plan *plan = data;
	int r;

	plan->mover->vm = vm;
	r = trouble ? error("%s: on %s: %s", vm->name, vm->container, trouble)
		    : check_xml(plan);
	db_rollback(context->db);
	return r == ROCKS_DONE ? look(plan, vm) : r;
}

/* Reserves the cards in an open transaction. */
static int reserve(struct plan *plan, struct strbuf *facts, struct strbuf *cards)
{
	struct mover *mover = plan->mover;
	struct db *db = mover->context->db;
	int r = db_move_check(db, mover->host->id);

	if (r == 0)
		r = db_move_facts(db, mover->host->id, facts);
	if (r == 0)
		r = db_move_reserve(db, &mover->models, mover->host->id, plan->target,
				    cards);
	if (r < 0 && db_error_code(db) == -ENOENT)
		return error("%s: %s", mover->host->name, db_error(db));
	return context_answer(mover->context, r);
}

static int try_in_inventory(struct plan *plan)
{
	struct mover *mover = plan->mover;
	const struct context *context = mover->context;
	int r = context_begin(context);

	if (r == ROCKS_DONE)
		r = reserve(plan, &plan->facts, &plan->cards);
	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_switch(context->db, mover->host->id,
							   plan->target->id, 0));
	if (r == ROCKS_DONE)
		r = one_vm_facts(context, mover->host, visit, plan);
	db_rollback(context->db);
	return r;
}

/* Reserves and records what was checked, unless it has changed since. */
static int write_down(struct plan *plan)
{
	struct mover *mover = plan->mover;
	const struct context *context = mover->context;
	_cleanup_strbuf_ struct strbuf facts = STRBUF_EMPTY, cards = STRBUF_EMPTY;
	int r = context_begin(context);

	if (r == ROCKS_DONE)
		r = reserve(plan, &facts, &cards);
	if (r == ROCKS_DONE &&
	    (strcmp(strbuf_text(&facts), strbuf_text(&plan->facts)) != 0 ||
	     strcmp(strbuf_text(&cards), strbuf_text(&plan->cards)) != 0))
		r = error("%s: somebody changed it, or took a card, while it was looked "
			  "at; try again",
			  mover->host->name);
	if (r == ROCKS_DONE)
		r = context_answer(context,
				   db_move_add(context->db, mover->host, plan->target,
					       &mover->move, context->who));
	if (r == ROCKS_DONE)
		r = mover_claim_both(mover, &plan->devices);
	return context_conclude(context, r);
}

static int visit_again(const struct context *context, const struct rocks_vm *vm,
		       const char *trouble, void *data)
{
	_cleanup_free_ char *xml = NULL;
	struct mover *mover = data;

	(void)context;
	mover->vm = vm;
	return trouble ? error("%s: on %s: %s", vm->name, vm->container, trouble)
		       : read_files(mover, &xml);
}

int mover_read_target(struct mover *mover)
{
	const struct context *context = mover->context;
	const struct move *move = &mover->move;
	int r = context_begin(context);

	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_set_step(context->db, move->vm,
							     MOVE_SWITCH, false));
	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_switch(context->db, move->vm,
							   move->target_id, move->slice));
	if (r == ROCKS_DONE)
		r = one_vm_facts(context, mover->host, visit_again, mover);
	db_rollback(context->db);
	mover->vm = NULL;
	return r;
}

int mover_plan(struct mover *mover, const struct host_ref *target, bool dryrun)
{
	struct plan plan = { .mover = mover, .target = target, .dryrun = dryrun };
	int r = find_source(&plan);

	if (r == ROCKS_DONE)
		r = refuse_own(mover);
	if (r == ROCKS_DONE)
		r = check_target(&plan);
	if (r == ROCKS_DONE)
		r = models_load(mover->context, &mover->models);
	if (r == ROCKS_DONE)
		r = try_in_inventory(&plan);
	if (r == ROCKS_DONE)
		r = one_vm_facts(mover->context, mover->host, check_definition, mover);
	if (r == ROCKS_DONE)
		tell(&plan);
	if (r == ROCKS_DONE && !dryrun)
		r = write_down(&plan);
	mover->vm = NULL;
	strbuf_release(&plan.facts);
	strbuf_release(&plan.cards);
	strbuf_release(&plan.files);
	vm_devices_release(&plan.devices);
	return r;
}
