/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a cold move: each is recorded, then done, and can be repeated. */
#include <errno.h>
#include <string.h>

#include "lib/text.h"
#include "lib/visible.h"
#include "src/fleet/remote.h"
#include "src/move/move.h"
#include "src/move/mover.h"
#include "src/vm/definition.h"
#include "src/vm/facts.h"
#include "src/vm/power.h"

int mover_open(struct mover *mover, const struct context *context, struct host_ref *host,
	       bool alone)
{
	int r;

	*mover = (struct mover){ .context = context, .host = host, .lock = -1 };
	r = load_hypervisor(context, PLUGINS_XML, &mover->plugins, &mover->hypervisor);
	if (r == ROCKS_DONE && alone)
		r = context_answer(context,
				   db_vm_lock(context->db, host, true, &mover->lock));
	return r;
}

void mover_close(struct mover *mover)
{
	models_release(&mover->models);
	vm_files_release(&mover->files);
	plugins_free(mover->plugins);
	move_release(&mover->move);
	free(mover->kept.nvram);
	free(mover->kept.tpm);
	free(mover->next);
	if (mover->lock >= 0)
		close(mover->lock);
}

int mover_load(struct mover *mover)
{
	const struct context *context = mover->context;
	int r;

	move_release(&mover->move);
	r = db_move_get(context->db, mover->host->id, &mover->move);
	if (r == 0)
		return error("%s is not being moved; see `rocks list move`",
			     mover->host->name);
	return context_answer(context, r);
}

int mover_note(struct mover *mover, enum move_step step, bool back)
{
	const struct context *context = mover->context;
	int r = context_begin(context);

	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_set_step(context->db, mover->host->id,
							     step, back));
	r = context_conclude(context, r);
	if (r == ROCKS_DONE) {
		mover->move.step = step;
		mover->move.back = back;
	}
	return r;
}

int mover_stands(const struct mover *mover)
{
	const struct move *move = &mover->move;

	return error("%s: %s stands at «%s»; `rocks move host vm %s %s` goes on%s",
		     move->name, move->back ? "taking the move back" : "the move",
		     move_step_word(move->step), move->name,
		     move->back ? "undo=yes" : "resume=yes",
		     move->back ? "" : ", undo=yes takes it back");
}

static int do_stop(struct mover *mover)
{
	return mover_stop(mover, mover->move.source);
}

/* Records the last definition, which an undo restores. */
static int save_xml(struct mover *mover, const struct mover_domain *domain)
{
	const struct context *context = mover->context;
	char *xml = strdup(domain->xml);
	int r = xml ? context_begin(context) : memory_error();

	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_set_xml(context->db, mover->host->id,
							    xml, domain->autostart));
	r = context_conclude(context, r);
	if (r != ROCKS_DONE) {
		free(xml);
		return r;
	}
	free(mover->move.xml);
	mover->move.xml = xml;
	mover->move.autostart = domain->autostart;
	return r;
}

/* Stops a VM that was started meanwhile, by a person or by a boot of its container. */
static int do_undefine(struct mover *mover)
{
	_cleanup_mover_domain_ struct mover_domain domain = { 0 };
	const char *source = mover->move.source;
	int r = mover_domain(mover, source, &domain);

	if (r != ROCKS_DONE)
		return r;
	/* An earlier try may have ended before its result was synced there. */
	if (!domain.defined)
		return mover_forget(mover, source);
	if (domain.obstacle)
		return error("%s: on %s %s", mover->vm->name, source, domain.obstacle);
	if (!mover_domain_is_off(&domain))
		r = mover_stop(mover, source);
	if (r == ROCKS_DONE)
		r = save_xml(mover, &domain);
	return r == ROCKS_DONE ? mover_forget(mover, source) : r;
}

static int do_copy(struct mover *mover)
{
	return mover_copy(mover);
}

/*
 * Checked before each step that gives it to the target: nobody defined it on the source
 * again.
 */
static int check_forgotten(const struct mover *mover)
{
	_cleanup_mover_domain_ struct mover_domain domain = { 0 };
	const char *source = mover->move.source;
	int r = mover_domain(mover, source, &domain);

	if (r != ROCKS_DONE || !domain.defined)
		return r;
	return error("%s: somebody defined it on %s again; undefine it there, or take "
		     "the move back",
		     mover->vm->name, source);
}

static int do_compare(struct mover *mover)
{
	const struct move *move = &mover->move;
	const char *different = NULL;
	int r = check_forgotten(mover);

	if (r == ROCKS_DONE)
		r = mover_compare(mover, &different);
	if (r == ROCKS_DONE && !different)
		r = check_forgotten(mover);
	if (r != ROCKS_DONE)
		return r;
	if (different)
		error("%s: %s is not the same on %s and %s", mover->vm->name, different,
		      move->source, move->target);
	else if (mover_check_images(mover) == ROCKS_DONE)
		return ROCKS_DONE;
	/* Going on copies it anew. */
	r = mover_note(mover, MOVE_COPY, false);
	return r == ROCKS_DONE ? ROCKS_FAILED : r;
}

static int do_place(struct mover *mover)
{
	return mover_place(mover);
}

/* The inventory changes in the transaction that records the next step. */
static int do_switch(struct mover *mover)
{
	const struct context *context = mover->context;
	const struct move *move = &mover->move;
	int r = context_begin(context);

	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_switch(context->db, move->vm,
							   move->target_id, move->slice));
	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_set_step(context->db, move->vm,
							     MOVE_DEFINE, false));
	return context_conclude(context, r);
}

static int define_facts(const struct context *context, const struct rocks_vm *vm,
			const char *trouble, void *data)
{
	_cleanup_free_ char *xml = NULL;
	struct mover *mover = data;
	const char *wanted = vm->attribute(vm, "kvm_autostart");
	struct vm_define_wish wish = { .who = VM_DEFINE_MOVE };
	enum vm_defined defined;
	int r;

	if (trouble)
		return error("%s: %s", vm->name, trouble);
	r = mover_check_devices(mover, vm);
	if (r == ROCKS_DONE)
		r = vm_xml(mover->plugins, vm, &xml);
	if (r == ROCKS_DONE)
		r = mover_claim(mover, vm, xml);
	wish.xml = xml;
	wish.autostart = wanted && *wanted ? -1 : mover->move.autostart;
	return r == ROCKS_DONE
		       ? vm_define(context, mover->hypervisor, vm, &wish, &defined)
		       : r;
}

/* A VM that the source did not have defined is not defined before its start. */
static int do_define(struct mover *mover)
{
	int r = check_forgotten(mover);

	if (r != ROCKS_DONE || !mover->move.xml)
		return r;
	return one_vm_facts(mover->context, mover->host, define_facts, mover);
}

static int start_facts(const struct context *context, const struct rocks_vm *vm,
		       const char *trouble, void *data)
{
	const struct mover *mover = data;
	int r = mover_check_devices(mover, vm);

	return r == ROCKS_DONE ? start_vm(context, vm, trouble, mover->plugins, 0, 0) : r;
}

static int do_start(struct mover *mover)
{
	int r;

	if (!mover->move.ran)
		return ROCKS_DONE;
	r = check_forgotten(mover);
	if (r != ROCKS_DONE)
		return r;
	return one_vm_facts(mover->context, mover->host, start_facts, mover);
}

/* Prints what stays on the source, and the command that removes it there. */
static void tell_left(const struct mover *mover)
{
	const struct move *move = &mover->move;

	for (size_t i = 0; i < move->file_count; i++) {
		_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY,
					       command = STRBUF_EMPTY,
					       quoted = STRBUF_EMPTY;

		if (!move->files[i].copied)
			continue;
		visible_add(&path, move->files[i].path);
		printf("%s: %s is still on %s", move->name, strbuf_text(&path),
		       move->source);
		/*
		 * A terminal cannot show the command for some paths that an older version
		 * took.
		 */
		if (!text_is_clean(move->files[i].path)) {
			putchar('\n');
			continue;
		}
		strbuf_add_string(&command, "rm -- ");
		text_quote_shell(&command, move->files[i].path);
		remote_quote(&quoted, strbuf_text(&command));
		printf("; `rocks run host %s %s` removes it\n", move->source,
		       strbuf_text(&quoted));
	}
}

static int do_finish(struct mover *mover)
{
	const struct context *context = mover->context;
	int r = mover_tidy(mover, false);

	if (r == ROCKS_DONE)
		r = context_begin(context);
	if (r == ROCKS_DONE)
		r = context_answer(context, db_move_end(context->db, mover->host->id));
	r = context_conclude(context, r);
	if (r == ROCKS_DONE)
		tell_left(mover);
	return r;
}

static int (*const steps[])(struct mover *mover) = {
	[MOVE_STOP] = do_stop,	   [MOVE_UNDEFINE] = do_undefine,
	[MOVE_COPY] = do_copy,	   [MOVE_COMPARE] = do_compare,
	[MOVE_PLACE] = do_place,   [MOVE_SWITCH] = do_switch,
	[MOVE_DEFINE] = do_define, [MOVE_START] = do_start,
	[MOVE_FINISH] = do_finish,
};

/* After each step, records the next one and runs it. */
static int go(const struct context *context, const struct rocks_vm *vm,
	      const char *trouble, void *data)
{
	struct mover *mover = data;
	int r = ROCKS_DONE;

	(void)context;
	(void)trouble;
	mover->vm = vm;
	if (mover->has_files)
		r = mover_check_record(mover);
	while (r == ROCKS_DONE) {
		enum move_step step = mover->move.step;

		printf("%s: %s\n", vm->name, move_step_word(step));
		r = flush_output();
		if (r == ROCKS_DONE)
			r = steps[step](mover);
		if (r == ROCKS_DONE && step == MOVE_FINISH)
			return r;
		if (r == ROCKS_DONE && step == MOVE_SWITCH)
			mover->move.step = MOVE_DEFINE;
		else if (r == ROCKS_DONE)
			r = mover_note(mover, (enum move_step)(step + 1), false);
	}
	return mover_stands(mover);
}

int mover_go(struct mover *mover)
{
	int r = mover_load(mover);

	if (r == ROCKS_DONE && mover->move.back)
		return error(
			"%s: its move is being taken back; undo=yes goes on with that",
			mover->host->name);
	if (r != ROCKS_DONE)
		return r;
	/* No later step puts a copy in a new place. */
	if (mover->move.step <= MOVE_PLACE && !mover->has_files &&
	    mover_read_target(mover) != ROCKS_DONE)
		return mover_stands(mover);
	return one_vm_facts(mover->context, mover->host, go, mover);
}

int move_begin(const struct context *context, const struct move_wish *wish)
{
	_cleanup_mover_ struct mover mover;
	int r = mover_open(&mover, context, wish->vm, !wish->dryrun);

	mover.move.shared = wish->shared;
	mover.move.patience = wish->patience;
	mover.move.action = strdup(wish->action);
	if (r == ROCKS_DONE && !mover.move.action)
		r = memory_error();
	if (r == ROCKS_DONE)
		r = mover_plan(&mover, wish->target, wish->dryrun);
	return r == ROCKS_DONE && !wish->dryrun ? mover_go(&mover) : r;
}

int move_resume(const struct context *context, struct host_ref *vm)
{
	_cleanup_mover_ struct mover mover;
	int r = mover_open(&mover, context, vm, true);

	return r == ROCKS_DONE ? mover_go(&mover) : r;
}
