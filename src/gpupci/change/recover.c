/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finishes or undoes what an earlier run left half-done. */
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

/* Returns the card that has a function of the plan, or NULL. */
static struct card *find_card(const struct change *change, const struct plan *plan)
{
	struct cards *cards = &change->host->cards;

	for (size_t i = 0; i < cards->count; i++)
		for (size_t j = 0; j < cards->cards[i].count; j++)
			if (has_function(plan, cards->cards[i].members[j].function))
				return &cards->cards[i];
	return NULL;
}

/* Whether the plan covers all current functions of the card. */
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

/* Whether the process that an earlier run left in the kernel still exists. */
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

/* All functions are in place: only the records may be missing. */
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

/* Goes to the side of the host: that takes nothing from anybody. */
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
 * Removes from the plan functions that are gone or are other devices by now, and reports
 * them. Returns 0, with no function left if all are gone; or -errno with a sentence in
 * fault.
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
 * Does the same on disk. The remaining functions are still half-done; a function that is
 * gone must not make gpupci forget the others.
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
		drop(change, &whole, "ended: its device is gone");
		return 0;
	}
	say(plan, "continues with what is left of the card");
	error = journal_put(&change->records.journal, &change->host->scan.root, plan);
	if (error < 0)
		strbuf_add_format(fault, "cannot write the journal %s%s: %s",
				  change->host->scan.root.folder, JOURNAL_PATH,
				  strerror(-error));
	return error;
}

/* The card may have a new name since. */
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
				  "%s%s cannot be read: whether the host has rebooted "
				  "since is not known",
				  change->host->scan.root.folder, JOURNAL_BOOT_PATH);
		keep(change, plan, -EIO, &fault);
		return;
	}
	/* A plan without a boot id is checked: that is always safe. */
	if (plan->boot[0] && strcmp(boot, plan->boot) != 0) {
		drop(change, plan, "was cut off by a reboot; nothing is left of it");
		return;
	}
	if (is_left(plan)) {
		strbuf_add_format(
			&fault,
			"process %d (gpupci-kernel) still waits for the kernel; "
			"run this again once the user of the card has ended",
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

	/* Work on copies: recovered plans leave the journal meanwhile. */
	while (plans && copied < count &&
	       plan_copy(&plans[copied], &change->records.journal.plans[copied]) == 0)
		copied++;
	for (size_t i = 0; i < copied; i++) {
		recover(change, &plans[i]);
		plan_release(&plans[i]);
	}
}
