/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Undoes a move: from the last step begun back to where the VM was before. */
#include <errno.h>
#include <string.h>

#include "db/vm.h"
#include "src/move/move.h"
#include "src/move/mover.h"
#include "src/vm/facts.h"
#include "src/vm/ready.h"

/* A VM that ran on the target wrote data there that is nowhere else. */
static int refuse(struct mover *mover, const char *why)
{
	const struct move *move = &mover->move;
	int r = mover_note(mover, move->step, false);

	error("%s: %s; `rocks move host vm %s resume=yes` ends the move, then it can be "
	      "moved back",
	      move->name, why, move->name);
	return r == ROCKS_DONE ? ROCKS_FAILED : r;
}

/* Refuses unless the disks are unchanged since the copy, so that no VM wrote to them. */
static int check_same(struct mover *mover)
{
	_cleanup_free_ char *why = NULL;
	const char *different = NULL;
	int r = mover_compare(mover, &different);

	if (r != ROCKS_DONE || !different)
		return r;
	if (asprintf(&why, "it ran on %s: %s has changed there", mover->move.target,
		     different) < 0)
		return memory_error();
	return refuse(mover, why);
}

/* Refuses if it runs on the target. */
static int check_off(struct mover *mover, bool *ret_defined)
{
	_cleanup_mover_domain_ struct mover_domain domain = { 0 };
	_cleanup_free_ char *why = NULL;
	const char *target = mover->move.target;
	int r = mover_domain(mover, target, &domain);

	*ret_defined = domain.defined;
	if (r != ROCKS_DONE || mover_domain_is_off(&domain))
		return r;
	if (asprintf(&why, "it runs on %s", target) < 0)
		return memory_error();
	return refuse(mover, why);
}

/* The next step compares what the target has defined. */
static int back_from_start(struct mover *mover)
{
	bool defined;
	int r = check_off(mover, &defined);

	return r == ROCKS_DONE && !defined ? check_same(mover) : r;
}

/* Until it is undefined there, a boot of the target may start it. */
static int back_from_define(struct mover *mover)
{
	bool defined;
	int r = check_off(mover, &defined);

	if (r == ROCKS_DONE && defined)
		r = check_same(mover);
	return r == ROCKS_DONE ? mover_forget(mover, mover->move.target) : r;
}

/* Changes the inventory back, if it was changed, together with the next step. */
static int back_from_switch(struct mover *mover)
{
	const struct context *context = mover->context;
	const struct move *move = &mover->move;
	int64_t container;
	int r = context_begin(context);

	if (r == ROCKS_DONE)
		r = context_answer(context,
				   db_vm_container(context->db, move->vm, &container));
	if (r == ROCKS_DONE && container == move->target_id)
		r = context_answer(context, db_move_switch(context->db, move->vm,
							   move->source_id, move->slice));
	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_set_step(context->db, move->vm,
							     MOVE_UNDEFINE, true));
	return context_conclude(context, r);
}

/* Defines it on the source again, as before. */
static int back_from_undefine(struct mover *mover)
{
	_cleanup_mover_domain_ struct mover_domain domain = { 0 };
	const struct move *move = &mover->move;
	int r = mover_domain(mover, move->source, &domain);

	if (r != ROCKS_DONE || domain.defined || !move->xml)
		return r;
	return mover_define(mover, move->source, move->xml, move->autostart);
}

static int start_facts(const struct context *context, const struct rocks_vm *vm,
		       const char *trouble, void *data)
{
	_cleanup_vm_devices_ struct vm_devices devices = { 0 };
	struct mover *mover = data;
	int r = trouble ? error("%s: %s", vm->name, trouble)
			: vm_devices_find(mover->plugins, vm, mover->move.xml, &devices);

	if (r == ROCKS_DONE)
		r = vm_check_ready(context, vm, true, &devices);
	return r == ROCKS_DONE ? mover_start(mover, mover->move.source, mover->move.xml)
			       : r;
}

/* Starts it again where it ran. If that fails, the move is undone all the same. */
static int start_again(struct mover *mover, bool *ret_failed)
{
	_cleanup_mover_domain_ struct mover_domain domain = { 0 };
	const struct move *move = &mover->move;
	int r;

	*ret_failed = false;
	if (!move->ran || !move->xml)
		return ROCKS_DONE;
	r = mover_domain(mover, move->source, &domain);
	if (r != ROCKS_DONE || !mover_domain_is_off(&domain))
		return r;
	*ret_failed = one_vm_facts(mover->context, mover->host, start_facts, mover) !=
		      ROCKS_DONE;
	if (*ret_failed)
		error("%s: it could not be started again; `rocks start host vm %s` does "
		      "when that is mended",
		      move->name, move->name);
	return ROCKS_DONE;
}

static void tell_left(const struct mover *mover)
{
	const struct move *move = &mover->move;

	for (size_t i = 0; i < move->file_count; i++)
		if (move->files[i].copied)
			say("%s: what was copied may still be on %s: %s, or in a "
			    "folder "
			    ".rocks-move-%s beside it",
			    move->name, move->target, move->files[i].path, move->token);
}

static int back_from_stop(struct mover *mover)
{
	const struct context *context = mover->context;
	bool failed, left;
	int r = start_again(mover, &failed);

	if (r != ROCKS_DONE)
		return r;
	left = mover_tidy(mover, true) != ROCKS_DONE;
	if (left)
		tell_left(mover);
	r = context_begin(context);
	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_end(context->db, mover->host->id));
	r = context_conclude(context, r);
	if (r != ROCKS_DONE)
		return r;
	mover->ended = true;
	printf("%s is on %s as before\n", mover->move.name, mover->move.source);
	return failed || left ? ROCKS_FAILED : ROCKS_DONE;
}

/* What to undo at each step, and which step comes next. */
static const struct back_step {
	int (*take_back)(struct mover *mover);
	enum move_step next;
} steps[] = {
	[MOVE_STOP] = { back_from_stop, MOVE_STOP },
	[MOVE_UNDEFINE] = { back_from_undefine, MOVE_STOP },
	[MOVE_COPY] = { back_from_undefine, MOVE_STOP },
	[MOVE_COMPARE] = { back_from_undefine, MOVE_STOP },
	[MOVE_PLACE] = { back_from_undefine, MOVE_STOP },
	[MOVE_SWITCH] = { back_from_switch, MOVE_UNDEFINE },
	[MOVE_DEFINE] = { back_from_define, MOVE_SWITCH },
	[MOVE_START] = { back_from_start, MOVE_DEFINE },
};

static int go_back(const struct context *context, const struct rocks_vm *vm,
		   const char *trouble, void *data)
{
	struct mover *mover = data;
	int r = ROCKS_DONE;

	(void)context;
	(void)trouble;
	mover->vm = vm;
	while (r == ROCKS_DONE) {
		enum move_step step = mover->move.step;

		printf("%s: take back %s\n", vm->name, move_step_word(step));
		r = flush_output();
		if (r == ROCKS_DONE)
			r = steps[step].take_back(mover);
		if (r == ROCKS_DONE && step == MOVE_STOP)
			return r;
		if (r == ROCKS_DONE && step == MOVE_SWITCH)
			mover->move.step = steps[step].next;
		else if (r == ROCKS_DONE)
			r = mover_note(mover, steps[step].next, true);
	}
	return r;
}

int move_undo(const struct context *context, struct host_ref *vm)
{
	_cleanup_mover_ struct mover mover;
	int r = mover_open(&mover, context, vm, true);

	if (r == ROCKS_DONE)
		r = mover_load(&mover);
	if (r != ROCKS_DONE)
		return r;
	if (mover.move.step == MOVE_FINISH)
		return error(
			"%s: it has been moved; resume=yes ends the move, then it can "
			"be moved back",
			vm->name);
	r = mover_note(&mover, mover.move.step, true);
	if (r == ROCKS_DONE)
		r = one_vm_facts(context, vm, go_back, &mover);
	if (r != ROCKS_DONE && mover.move.back && !mover.ended)
		mover_stands(&mover);
	return r;
}
