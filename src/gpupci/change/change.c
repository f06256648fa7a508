/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by all actions that change drivers: journal, records, order of steps. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "src/gpupci/bind/transaction.h"
#include "src/gpupci/change/change.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"

/* Fatal signals wait until a card is whole; output may fail meanwhile. */
static void hold_signals(void)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigaddset(&held, SIGQUIT);
	sigprocmask(SIG_BLOCK, &held, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/*
 * Reports what is wrong with a file, even if it is moved aside and the change continues.
 */
static int read_file(struct change *change, enum records_file file)
{
	const struct options *options = change->options;
	_cleanup_strbuf_ struct strbuf said = STRBUF_EMPTY;
	int error = records_read(&change->records, file, &change->host->scan.root,
				 !options->dry_run, &said);

	if (error < 0 && said.length)
		strbuf_add_string(&said, "; nothing was changed");
	if (error < 0)
		return message_failed(error, &said);
	if (said.length)
		fprintf(stderr, "gpupci: %s\n", strbuf_text(&said));
	return EXIT_DONE;
}

int change_open(struct change *change, struct host *host, const struct options *options)
{
	int error, code = EXIT_DONE;

	*change = (struct change){ .host = host, .options = options };
	kernel_init(&change->kernel, &host->scan.root, options->timeout);
	if (!host->scan.root.folder[0] && !options->dry_run && geteuid() != 0) {
		fputs("gpupci: changing drivers needs root; nothing was changed\n",
		      stderr);
		return EXIT_FAILED;
	}
	hold_signals();
	for (int i = 0; i < RECORDS_FILES && code == EXIT_DONE; i++)
		code = read_file(change, i);
	if (code != EXIT_DONE)
		return code;
	error = records_identify(&change->records, host);
	return error < 0 ? message_failed(error, &host->scan.fault) : EXIT_DONE;
}

void change_close(struct change *change)
{
	deadline_release(&change->kernel.deadline);
	records_release(&change->records);
}

int change_each(struct change *change,
		int (*one)(struct change *change, struct card *card))
{
	struct cards *cards = &change->host->cards;
	bool all = strcmp(change->options->target, "all") == 0, any;
	_cleanup_free_ bool *selected = NULL;
	size_t done = 0, failed = 0;
	int code = EXIT_DONE;

	if (host_select(change->host, change->options->target, &selected, &any) < 0)
		return message_failed(-ENOMEM, NULL);
	if (!any)
		return message_unknown_card(cards, change->options->target);
	for (size_t i = 0; i < cards->count; i++) {
		int result;

		if (!selected[i] || (all && cards->cards[i].kind == CARD_FABRIC))
			continue;
		if (transaction_interrupted()) {
			fputs("gpupci: interrupted by a signal; the remaining cards are "
			      "unchanged\n",
			      stderr);
			result = EXIT_FAILED;
		} else {
			result = one(change, &cards->cards[i]);
		}
		done += result == EXIT_DONE;
		failed += result != EXIT_DONE;
		code = result != EXIT_DONE && code == EXIT_DONE ? result : code;
	}
	return done && failed ? EXIT_PARTLY : code;
}

int change_plan(struct change *change, const struct card *card, enum plan_verb verb,
		struct plan *plan)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	_cleanup_free_ struct binding *now = calloc(card->count + 1, sizeof(*now));
	int error = now ? 0 : -ENOMEM;

	*plan = (struct plan){ .verb = verb, .runtime = change->options->runtime };
	snprintf(plan->card, sizeof(plan->card), "%s", card->name);
	journal_boot(&change->host->scan.root, plan->boot);
	deadline_forget(&change->kernel.deadline);
	for (size_t i = 0; i < card->count && error == 0; i++) {
		const struct pci_function *function = card->members[i].function;
		const struct plan_function planned = { .address = function->address,
						       .vendor = function->vendor,
						       .device = function->device };

		error = plan_add(plan, &planned);
	}
	if (error == 0)
		error = transaction_look(&change->kernel, plan, now, &fault);
	for (size_t i = 0; i < plan->count && error == 0; i++)
		plan->functions[i].sides[PLAN_BEFORE] =
			plan->functions[i].sides[PLAN_AFTER] = now[i];
	if (error == 0)
		return EXIT_DONE;
	message_failed(error, &fault);
	return change->kernel.deadline.passed ? EXIT_DEADLINE : EXIT_FAILED;
}

int change_print(struct change *change, const struct plan *plan)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	_cleanup_steps_ struct steps steps = STEPS_EMPTY;
	int error;

	error = transaction_steps(&change->kernel, plan, PLAN_AFTER, &steps, &fault);
	if (error < 0)
		return message_failed(error, &fault);
	steps_print(stdout, &steps);
	return EXIT_DONE;
}

int change_check_quarantine(const struct change *change, const struct card *card)
{
	const struct plan *plan = journal_find_card(&change->records.journal, card);

	if (!plan)
		return EXIT_DONE;
	/* change_recover() has printed why; a dry run does not try. */
	if (change->options->dry_run)
		fprintf(stderr,
			"gpupci: %s is quarantined: an earlier %s is unfinished; run it "
			"without --dry-run to finish or undo that\n",
			card->name, plan_verb_name(plan->verb));
	return plan->left ? EXIT_DEADLINE : EXIT_REFUSED;
}

static int no_journal(const struct change *change, int error, const char *after)
{
	fprintf(stderr, "gpupci: cannot write the journal %s%s: %s; %s\n",
		change->host->scan.root.folder, JOURNAL_PATH, strerror(-error), after);
	return EXIT_FAILED;
}

/* The kernel did not return: the plan stays, with the id of the process that waits. */
static int quarantine(struct change *change, const struct plan *plan,
		      const struct strbuf *fault)
{
	const struct deadline *deadline = &change->kernel.deadline;
	_cleanup_plan_ struct plan copy = { .count = 0 };

	fprintf(stderr, "gpupci: %s: %s; it is quarantined until that ends\n", plan->card,
		strbuf_text(fault));
	if (deadline->left)
		fprintf(stderr,
			"gpupci: process %d (gpupci-kernel) waits for the kernel in "
			"state "
			"D and ends on its own; then run this again\n",
			(int)deadline->left);
	if (plan_copy(&copy, plan) < 0)
		return EXIT_DEADLINE;
	copy.left = deadline->left;
	copy.left_since = deadline->left_since;
	if (journal_put(&change->records.journal, &change->host->scan.root, &copy) < 0)
		fputs("gpupci: cannot record that in the journal\n", stderr);
	return EXIT_DEADLINE;
}

static int go_back(struct change *change, const struct plan *plan, int error,
		   const struct strbuf *fault)
{
	_cleanup_strbuf_ struct strbuf second = STRBUF_EMPTY;
	const char *why = fault->length ? strbuf_text(fault) : strerror(-error);
	int undone;

	undone = transaction_run(&change->kernel, plan, PLAN_BEFORE, &second);
	if (undone < 0 && change->kernel.deadline.passed) {
		fprintf(stderr, "gpupci: %s: %s\n", plan->card, why);
		return quarantine(change, plan, &second);
	}
	if (undone < 0) {
		fprintf(stderr,
			"gpupci: %s: %s; undoing it failed too: %s; it is quarantined\n",
			plan->card, why,
			second.length ? strbuf_text(&second) : strerror(-undone));
		return EXIT_FAILED;
	}
	fprintf(stderr, "gpupci: %s: %s; all its functions are as they were\n",
		plan->card, why);
	undone = journal_drop(&change->records.journal, &change->host->scan.root, plan);
	return undone < 0 ? no_journal(change, undone, "run this again") : EXIT_FAILED;
}

int change_apply(struct change *change, struct card *card, const struct plan *plan)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	int error;

	error = journal_put(&change->records.journal, &change->host->scan.root, plan);
	if (error < 0)
		return no_journal(change, error, "nothing was changed");
	error = transaction_run(&change->kernel, plan, PLAN_AFTER, &fault);
	if (error < 0 && change->kernel.deadline.passed)
		return quarantine(change, plan, &fault);
	if (error == 0)
		error = records_note(&change->records, change->host, card, plan, &fault);
	if (error < 0)
		return go_back(change, plan, error, &fault);
	error = journal_drop(&change->records.journal, &change->host->scan.root, plan);
	return error < 0 ? no_journal(change, error, "the change is done; run it again")
			 : EXIT_DONE;
}
