/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Defining VMs, without losing what others have put into their definitions. */
#include <errno.h>
#include <string.h>

#include "db/definition.h"
#include "src/vm/definition.h"
#include "src/vm/hypervisor.h"

/* How many lines say what would be lost. */
#define LOSSES_SHOWN 10

/* Ends each part of the answer; no XML contains it. A letter says what the part is. */
#define PART '\037'
#define PART_DEFINED 'd'
#define PART_FOUND 'f'
#define PART_LOSS 'l'
#define PART_OURS 'o'
#define PART_KNOWN 'k'

struct defining {
	const struct context *context;
	const struct rocks_hypervisor *hypervisor;
	const struct rocks_vm *vm;
	const struct vm_define_wish *wish;
	int64_t vm_id, container_id;
	char *known; /* what rocks last defined there, or NULL */
};

/* What the hypervisor says. */
struct answer {
	char *text;	     /* owns the rest */
	const char *defined; /* NULL: it was not defined */
	const char *found;   /* what is there instead; NULL: nothing is in the way */
	bool is_ours, is_known;
	const char *losses[LOSSES_SHOWN];
	size_t loss_count; /* also those not shown */
};

static void release(struct defining *defining)
{
	free(defining->known);
}

static void answer_release(struct answer *answer)
{
	free(answer->text);
}

static int write_part(FILE *text, char letter, const char *bytes)
{
	fprintf(text, "%c%s%c", letter, bytes, PART);
	/* Also if a start then takes longer than the deadline. */
	return fflush(text) < 0 ? -errno : 0;
}

static int write_defined(void *data, const char *xml)
{
	return write_part(data, PART_DEFINED, xml);
}

static int write_found(void *data, const struct rocks_found_definition *found)
{
	int r = write_part(data, PART_FOUND, found->xml);

	if (r == 0 && found->is_ours)
		r = write_part(data, PART_OURS, "");
	if (r == 0 && found->is_known)
		r = write_part(data, PART_KNOWN, "");
	for (uint32_t i = 0; i < found->count && r == 0; i++)
		r = write_part(data, PART_LOSS, found->losses[i]);
	return r;
}

/* One call of the hypervisor. */
struct attempt {
	const struct defining *defining;
	const char *agreed; /* may be replaced, or NULL */
};

static int call(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		const void *data, FILE *text, struct rocks_failure *failure)
{
	const struct attempt *attempt = data;
	const struct vm_define_wish *wish = attempt->defining->wish;
	struct rocks_redefinition redefinition = { .size = sizeof(redefinition),
						   .autostart = wish->autostart,
						   .xml = wish->xml,
						   .known = attempt->defining->known,
						   .agreed = attempt->agreed,
						   .data = text,
						   .differs = write_found,
						   .defined = write_defined };

	if (wish->who == VM_DEFINE_START)
		redefinition.flags |= ROCKS_REDEFINE_START;
	if (wish->who == VM_DEFINE_REPAIR)
		redefinition.flags |= ROCKS_REDEFINE_KEEP;
	if (vm_is_own(attempt->defining->vm))
		redefinition.flags |= ROCKS_REDEFINE_OWN;
	if (hypervisor->redefine)
		return hypervisor->redefine(vm, &redefinition, failure);
	if (wish->who == VM_DEFINE_START && hypervisor->start)
		return hypervisor->start(vm, wish->xml, failure);
	if (wish->who != VM_DEFINE_START && hypervisor->define)
		return hypervisor->define(vm, wish->xml, wish->autostart, failure);
	failure->explain(failure, "the plugin for its hypervisor cannot do that");
	return -ENOTSUP;
}

static void read_part(struct answer *answer, const char *part)
{
	switch (*part) {
	case PART_DEFINED:
		answer->defined = part + 1;
		break;
	case PART_FOUND:
		answer->found = part + 1;
		break;
	case PART_OURS:
		answer->is_ours = true;
		break;
	case PART_KNOWN:
		answer->is_known = true;
		break;
	case PART_LOSS:
		if (answer->loss_count < LOSSES_SHOWN)
			answer->losses[answer->loss_count] = part + 1;
		answer->loss_count++;
		break;
	}
}

/* A part that was cut off is left out. */
static void read_answer(struct answer *answer)
{
	char *part = answer->text, *end;

	while (part && (end = strchr(part, PART))) {
		*end = '\0';
		read_part(answer, part);
		part = end + 1;
	}
}

/*
 * Runs write() in a transaction. 1 if this user may not write the inventory; else 0, or
 * -1 after printing an error.
 */
static int write_down(const struct defining *defining, const char *xml,
		      int (*write)(struct db *db, const struct defining *defining,
				   const char *xml))
{
	_cleanup_(cleanup_db) struct db *own = NULL;
	struct context writer = *defining->context;
	int r = db_open_writer(writer.db, &own);

	if (r == -EACCES || r == -EPERM || r == -EROFS)
		return 1;
	if (own)
		writer.db = own;
	r = r < 0 ? context_database_error(defining->context) : context_begin(&writer);
	if (r == ROCKS_DONE)
		r = context_conclude(
			&writer,
			context_answer(&writer, write(writer.db, defining, xml)));
	return r == ROCKS_DONE ? 0 : -1;
}

static int write_definition(struct db *db, const struct defining *defining,
			    const char *xml)
{
	return db_definition_set(db, defining->vm_id, defining->container_id, xml);
}

static int write_replaced(struct db *db, const struct defining *defining, const char *xml)
{
	const struct replaced replaced = { .container = defining->vm->container,
					   .xml = xml,
					   .who = defining->context->who };

	return db_replaced_add(db, defining->vm_id, &replaced);
}

/* Without a change nothing is written. */
static int keep_defined(const struct defining *defining, const struct answer *answer)
{
	if (!answer->defined ||
	    (defining->known && strcmp(defining->known, answer->defined) == 0))
		return ROCKS_DONE;
	return write_down(defining, answer->defined, write_definition) < 0 ? ROCKS_FAILED
									   : ROCKS_DONE;
}

/* What nobody loses need not be kept by a user who may not write. */
static int keep_replaced(const struct defining *defining, const struct answer *answer)
{
	int r = write_down(defining, answer->found, write_replaced);

	if (r == 1 && answer->loss_count)
		return error("%s: its definition on %s must be saved in the inventory "
			     "before it is replaced, and you may only read the "
			     "inventory; run this as the owner of the file",
			     defining->vm->name, defining->vm->container);
	return r < 0 ? ROCKS_FAILED : ROCKS_DONE;
}

static int ask(const struct defining *defining, const char *agreed,
	       struct answer *ret_answer, int *ret_result)
{
	const struct attempt attempt = { defining, agreed };
	int kept, r = hypervisor_ask_within(defining->context, defining->hypervisor,
					    defining->vm, defining->vm->container, call,
					    &attempt, defining->wish->seconds, ret_result,
					    &ret_answer->text);

	read_answer(ret_answer);
	/* It may be defined though its start has failed. */
	kept = keep_defined(defining, ret_answer);
	return r == ROCKS_DONE ? kept : r;
}

/* The same of libvirt's own. */
static void say_changed(const struct defining *defining)
{
	const struct rocks_vm *vm = defining->vm;

	error("%s: its definition on %s has changed since the inventory kept it; `rocks "
	      "sync host vm %s` keeps the new one, `rocks start host vm %s "
	      "replace=yes` replaces it by the one that was kept",
	      vm->name, vm->container, vm->container, vm->name);
}

/* Says what would be lost, and what to do. */
static void say_why(const struct defining *defining, const struct answer *answer,
		    bool is_kept)
{
	const struct rocks_vm *vm = defining->vm;
	const char *who = answer->is_ours ? "somebody has changed its definition on"
					  : "rocks did not make its definition on";

	if (vm_is_own(vm) && !answer->is_known && defining->wish->who != VM_DEFINE_MOVE)
		say_changed(defining);
	else if (defining->wish->who == VM_DEFINE_START)
		error("%s: %s %s, and the VM would lose what follows; put that into its "
		      "attributes, or run `rocks start host vm %s replace=yes`%s%s%s",
		      vm->name, who, vm->container, vm->name,
		      is_kept ? "; `rocks report host vm replaced " : "",
		      is_kept ? vm->name : "",
		      is_kept ? "` prints the definition that was there" : "");
	else if (defining->wish->who == VM_DEFINE_MOVE)
		error("%s: %s %s, and the VM would lose what follows; undefine it there, "
		      "then resume the move",
		      vm->name, who, vm->container);
	else
		error("%s: its definition on %s is left unchanged, since the VM would "
		      "lose what follows; `rocks start host vm %s%s` replaces it",
		      vm->name, vm->container, vm->name,
		      answer->is_known ? "" : " replace=yes");
}

/* A person may lose it now, by hand: keeps it. */
static int refuse(const struct defining *defining, const struct answer *answer)
{
	const struct rocks_vm *vm = defining->vm;
	size_t shown =
		answer->loss_count < LOSSES_SHOWN ? answer->loss_count : LOSSES_SHOWN;
	bool is_kept = answer->is_known ||
		       write_down(defining, answer->found, write_replaced) == 0;

	say_why(defining, answer, is_kept);
	for (size_t i = 0; i < shown; i++)
		say("%s: would lose %s", vm->name, answer->losses[i]);
	if (shown < answer->loss_count)
		say("%s: would lose %zu more", vm->name, answer->loss_count - shown);
	return ROCKS_FAILED;
}

/* What is there is recorded, then replaced. */
static int replace(const struct defining *defining, const struct answer *found,
		   int *ret_result)
{
	_cleanup_(answer_release) struct answer answer = { 0 };
	int r = keep_replaced(defining, found);

	if (r == ROCKS_DONE)
		r = ask(defining, found->found, &answer, ret_result);
	if (r == ROCKS_DONE && answer.found)
		return error("%s: somebody changed its definition on %s just now; try "
			     "again",
			     defining->vm->name, defining->vm->container);
	return r;
}

/* The VM and its container in the inventory, and what is known of its definition. */
static int open_defining(struct defining *defining)
{
	_cleanup_host_set_ struct host_set hosts = { 0 }, containers = { 0 };
	struct db *db = defining->context->db;
	int r = db_hosts_resolve_one(db, defining->vm->name, &hosts);

	if (r == 0)
		r = db_hosts_resolve_one(db, defining->vm->container, &containers);
	if (r == 0) {
		defining->vm_id = hosts.hosts[0].id;
		defining->container_id = containers.hosts[0].id;
		r = db_definition_get(db, defining->vm_id, defining->container_id,
				      &defining->known);
	}
	return context_answer(defining->context, r);
}

int vm_define(const struct context *context, const struct rocks_hypervisor *hypervisor,
	      const struct rocks_vm *vm, const struct vm_define_wish *wish,
	      enum vm_defined *ret_defined)
{
	_cleanup_(release) struct defining defining = {
		.context = context, .hypervisor = hypervisor, .vm = vm, .wish = wish
	};
	_cleanup_(answer_release) struct answer answer = { 0 };
	int result = 1, r = open_defining(&defining);

	if (r == ROCKS_DONE)
		r = ask(&defining, NULL, &answer, &result);
	if (r == ROCKS_DONE && answer.found && !wish->replaces &&
	    (answer.loss_count || (vm_is_own(vm) && !answer.is_known))) {
		*ret_defined = answer.is_known ? VM_KEPT : VM_KEPT_FOREIGN;
		r = refuse(&defining, &answer);
	} else if (r == ROCKS_DONE && answer.found) {
		r = replace(&defining, &answer, &result);
	}
	if (r == ROCKS_DONE)
		*ret_defined = result ? VM_RUNS : VM_DEFINED;
	return r;
}

/* Prints the first lines and counts all. */
struct lost {
	const struct rocks_vm *vm;
	size_t count;
};

static int say_lost(void *data, const char *line)
{
	struct lost *lost = data;

	if (!lost->count)
		error("%s: its definition on %s has what rocks did not put there and a "
		      "move would lose; put that into its attributes, or stop the VM and "
		      "run `rocks start host vm %s replace=yes`",
		      lost->vm->name, lost->vm->container, lost->vm->name);
	if (lost->count++ < LOSSES_SHOWN)
		say("%s: would lose %s", lost->vm->name, line);
	return 0;
}

int vm_definition_check(const struct context *context,
			const struct rocks_hypervisor *hypervisor,
			const struct rocks_vm *vm, const char *present,
			const struct vm_next *next)
{
	_cleanup_(release) struct defining defining = { .context = context, .vm = vm };
	struct lost lost = { .vm = vm };
	struct rocks_comparison comparison = { .size = sizeof(comparison),
					       .present = present };
	int r;

	if (!hypervisor->losses)
		return ROCKS_DONE;
	r = open_defining(&defining);
	comparison.known = defining.known;
	comparison.next = next->xml ? next->xml : defining.known;
	if (r == ROCKS_DONE && !comparison.next)
		return error("%s; correct that first: rocks has not recorded the "
			     "definition on %s, so it cannot say what a move would lose "
			     "of it",
			     next->why, vm->container);
	if (r != ROCKS_DONE)
		return r;
	r = hypervisor->losses(&comparison, say_lost, &lost);
	if (r < 0)
		return error("%s: its definition on %s cannot be compared: %s", vm->name,
			     vm->container, strerror(-r));
	if (lost.count > LOSSES_SHOWN)
		say("%s: would lose %zu more", vm->name, lost.count - LOSSES_SHOWN);
	return lost.count ? ROCKS_FAILED : ROCKS_DONE;
}
