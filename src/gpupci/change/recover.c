/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an earlier run left half-way: looked at again, then finished or undone. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/bind/transaction.h"
#include "src/gpupci/change/obstacle.h"
#include "src/gpupci/change/recover.h"

static bool has_function(const struct plan *plan, const struct pci_function *function)
{
	for (size_t i = 0; i < plan->count; i++)
		if (pci_address_compare(plan->functions[i].address, function->address) ==
		    0)
			return plan->functions[i].vendor == function->vendor &&
			       plan->functions[i].device == function->device;
	return false;
}

/* The card that has a function of the plan, or NULL. */
static struct card *find_card(const struct change *change, const struct plan *plan)
{
	struct cards *cards = &change->host->cards;

	for (size_t i = 0; i < cards->count; i++)
		for (size_t j = 0; j < cards->cards[i].count; j++)
			if (has_function(plan, cards->cards[i].members[j].function))
				return &cards->cards[i];
	return NULL;
}

/* Whether the plan is of all that the card consists of now. */
static bool is_of_all(const struct change *change, const struct plan *plan)
{
	const struct card *card = find_card(change, plan);

	for (size_t i = 0; card && i < card->count; i++)
		if (!has_function(plan, card->members[i].function))
			return false;
	return true;
}

static void say(const struct plan *plan, const char *what)
{
	fprintf(stderr, "gpupci: %s: an interrupted %s %s\n", plan->card,
		plan_verb_name(plan->verb), what);
}

static void drop(struct change *change, const struct plan *plan, const char *what)
{
	int error;

	say(plan, what);
	error = journal_drop(&change->records.journal, &change->host->scan.root, plan);
	if (error < 0)
		fprintf(stderr,
			"gpupci: cannot write the journal %s%s: %s; %s stays "
			"quarantined\n",
			change->host->scan.root.folder, JOURNAL_PATH, strerror(-error),
			plan->card);
}

/* Whether the process that an earlier run left in the kernel is there still. */
static bool is_left(const struct plan *plan)
{
	uint64_t since;

	return plan->left > 0 && process_started((pid_t)plan->left, &since) == 0 &&
	       since == plan->left_since;
}

static void keep(struct change *change, const struct plan *plan, int error,
		 const struct strbuf *fault)
{
	const struct deadline *deadline = &change->kernel.deadline;
	_cleanup_plan_ struct plan copy = { .count = 0 };

	fprintf(stderr, "gpupci: %s stays quarantined: %s\n", plan->card,
		fault->length ? strbuf_text(fault) : strerror(-error));
	if (!deadline->passed || !deadline->left || plan_copy(&copy, plan) < 0)
		return;
	copy.left = deadline->left;
	copy.left_since = deadline->left_since;
	journal_put(&change->records.journal, &change->host->scan.root, &copy);
}

/* All functions are where they were to be: only the records may lack. */
static void finish(struct change *change, const struct plan *plan)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	struct card *card = find_card(change, plan);
	int error =
		card ? records_note(&change->records, change->host, card, plan, &fault)
		     : -ENODEV;

	if (error < 0)
		keep(change, plan, error, &fault);
	else
		drop(change, plan, "was finished");
}

/* Towards the host: that takes nothing from anybody. */
static void go_to_host(struct change *change, const struct plan *plan)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	enum plan_side side = plan_host_side(plan);
	struct card *card = find_card(change, plan);
	int error;

	if (card && obstacles_to_host(change, card, &fault)) {
		keep(change, plan, -EBUSY, &fault);
		return;
	}
	error = transaction_run(&change->kernel, plan, side, &fault);
	if (error < 0)
		keep(change, plan, error, &fault);
	else if (side == PLAN_AFTER)
		finish(change, plan);
	else
		drop(change, plan, "was undone");
}

/*
 * Takes the functions out of the plan that are gone or are other devices by now; says so.
 * 0, with no function left where all are; or -errno with a sentence in fault.
 */
static int drop_missing(struct change *change, struct plan *plan, struct strbuf *fault)
{
	size_t left = 0;

	for (size_t i = 0; i < plan->count; i++) {
		_cleanup_strbuf_ struct strbuf missing = STRBUF_EMPTY;
		int error =
			transaction_find(&change->kernel, &plan->functions[i], &missing);

		if (error == -ENODEV) {
			fprintf(stderr, "gpupci: %s: %s\n", plan->card,
				strbuf_text(&missing));
			continue;
		}
		if (error < 0) {
			strbuf_add_string(fault, strbuf_text(&missing));
			return error;
		}
		plan->functions[left++] = plan->functions[i];
	}
	plan->count = left;
	return 0;
}

/*
 * The same on the disk. The functions that are left are still half-way: one that is gone
 * must not have the others forgotten.
 */
static int go_without_missing(struct change *change, struct plan *plan,
			      struct strbuf *fault)
{
	_cleanup_plan_ struct plan whole = { .count = 0 };
	int error = plan_copy(&whole, plan);

	if (error == 0)
		error = drop_missing(change, plan, fault);
	if (error < 0 || plan->count == whole.count)
		return error;
	if (!plan->count) {
		drop(change, &whole, "ended with its device: it is not there any more");
		return 0;
	}
	say(plan, "goes on with what is left of the card");
	error = journal_put(&change->records.journal, &change->host->scan.root, plan);
	if (error < 0)
		strbuf_add_format(fault, "cannot write the journal %s%s: %s",
				  change->host->scan.root.folder, JOURNAL_PATH,
				  strerror(-error));
	return error;
}

/* The card may have got another name since. */
static void name_plan(const struct change *change, struct plan *plan)
{
	const struct card *card = find_card(change, plan);

	if (card && card->name[0])
		snprintf(plan->card, sizeof(plan->card), "%s", card->name);
}

static void recover(struct change *change, struct plan *plan)
{
	_cleanup_free_ struct binding *now = calloc(plan->count + 1, sizeof(*now));
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	char boot[PLAN_BOOT_SIZE];
	int error = now ? 0 : -ENOMEM;

	name_plan(change, plan);
	journal_boot(&change->host->scan.root, boot);
	deadline_forget(&change->kernel.deadline);
	if (!boot[0] && plan->boot[0]) {
		strbuf_add_format(&fault,
				  "%s%s cannot be read: whether the host was booted "
				  "meanwhile is not known",
				  change->host->scan.root.folder, JOURNAL_BOOT_PATH);
		keep(change, plan, -EIO, &fault);
		return;
	}
	/* A plan that does not tell its boot is looked at: that is never wrong. */
	if (plan->boot[0] && strcmp(boot, plan->boot) != 0) {
		drop(change, plan, "was cut off by a reboot; nothing is left of it");
		return;
	}
	if (is_left(plan)) {
		strbuf_add_format(
			&fault,
			"process %d (gpupci-kernel) still waits for the kernel; "
			"run this again when whoever uses the card has ended",
			(int)plan->left);
		keep(change, plan, -EBUSY, &fault);
		return;
	}
	if (error == 0)
		error = go_without_missing(change, plan, &fault);
	if (error == 0 && !plan->count)
		return;
	if (error == 0)
		error = transaction_look(&change->kernel, plan, now, &fault);
	if (error < 0)
		keep(change, plan, error, &fault);
	else if (is_of_all(change, plan) &&
		 transaction_is_there(plan, PLAN_AFTER, now, false))
		finish(change, plan);
	else
		go_to_host(change, plan);
}

void change_recover(struct change *change)
{
	size_t count = change->options->dry_run ? 0 : change->records.journal.count;
	_cleanup_free_ struct plan *plans = calloc(count + 1, sizeof(*plans));
	size_t copied = 0;

	/* Copies: what is recovered leaves the journal meanwhile. */
	while (plans && copied < count &&
	       plan_copy(&plans[copied], &change->records.journal.plans[copied]) == 0)
		copied++;
	for (size_t i = 0; i < copied; i++) {
		recover(change, &plans[i]);
		plan_release(&plans[i]);
	}
}
