/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an earlier run left half-way: looked at again, then finished or undone. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/change.h"
#include "src/gpupci/obstacle.h"
#include "src/gpupci/transaction.h"

static struct card *find_card(const struct change *change, const struct plan *plan)
{
	struct cards *cards = &change->host->cards;

	for (size_t i = 0; i < cards->count; i++)
		for (size_t j = 0; j < cards->cards[i].count; j++)
			if (pci_address_compare(
				    cards->cards[i].members[j].function->address,
				    plan->functions[0].address) == 0)
				return &cards->cards[i];
	return NULL;
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
	error = journal_drop(&change->journal, change->options->root, plan);
	if (error < 0)
		fprintf(stderr,
			"gpupci: cannot write the journal %s%s: %s; %s stays "
			"quarantined\n",
			change->options->root, JOURNAL_PATH, strerror(-error),
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
	journal_put(&change->journal, change->options->root, &copy);
}

/* All functions are where they were to be: only the records may lack. */
static void finish(struct change *change, const struct plan *plan)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	struct card *card = find_card(change, plan);
	int error = card ? change_record(change, card, plan, &fault) : -ENODEV;

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

static void recover(struct change *change, const struct plan *plan)
{
	_cleanup_free_ struct binding *now = calloc(plan->count + 1, sizeof(*now));
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	char boot[PLAN_BOOT_SIZE];
	int error = now ? 0 : -ENOMEM;

	journal_boot(change->options->root, boot);
	if (strcmp(boot, plan->boot) != 0) {
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
		error = transaction_look(&change->kernel, plan, now, &fault);
	if (error == -ENODEV)
		drop(change, plan, "ended with its device: it is not there any more");
	else if (error < 0)
		keep(change, plan, error, &fault);
	else if (transaction_is_there(plan, PLAN_AFTER, now, false))
		finish(change, plan);
	else
		go_to_host(change, plan);
}

void change_recover(struct change *change)
{
	size_t count = change->options->dry_run ? 0 : change->journal.count;
	_cleanup_free_ struct plan *plans = calloc(count + 1, sizeof(*plans));
	size_t copied = 0;

	/* Copies: what is recovered leaves the journal meanwhile. */
	while (plans && copied < count &&
	       plan_copy(&plans[copied], &change->journal.plans[copied]) == 0)
		copied++;
	for (size_t i = 0; i < copied; i++) {
		recover(change, &plans[i]);
		plan_release(&plans[i]);
	}
}
