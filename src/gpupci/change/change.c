/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all actions share that change drivers: the journal, the records, the order. */
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
#include "src/gpupci/files/state.h"
#include "src/gpupci/keep/detached-file.h"

/* A file of ours that is not as we write it is put aside, and what it said is not known. */
static int put_aside(struct change *change, const char *path, const char *meaning)
{
	const char *root = change->options->root;
	_cleanup_free_ char *aside = NULL;
	int error = 0;

	if (!change->options->dry_run)
		error = state_set_aside(root, path, &aside);
	if (error < 0) {
		fprintf(stderr,
			"gpupci: %s%s is not as gpupci writes it and cannot be put "
			"aside: "
			"%s; nothing was changed\n",
			root, path, strerror(-error));
		return EXIT_FAILED;
	}
	change->was_broken = true;
	fprintf(stderr,
		"gpupci: %s%s is not as gpupci writes it%s%s; %s: look with gpupci -s "
		"all\n",
		root, path, aside ? ", it was put aside as " : "", aside ? aside : "",
		meaning);
	return EXIT_DONE;
}

static int cannot_read(const struct change *change, const char *path, int error)
{
	fprintf(stderr, "gpupci: cannot read %s%s: %s; nothing was changed\n",
		change->options->root, path, strerror(-error));
	return EXIT_FAILED;
}

static int read_records(struct change *change, struct detached *detached,
			const char *path)
{
	int error = detached_read(detached, change->options->root, path);

	if (error == -EINVAL)
		return put_aside(change, path,
				 "which cards are to stay detached is not known");
	return error < 0 ? cannot_read(change, path, error) : EXIT_DONE;
}

/* A record is of a card, not of whoever bears the name by now. */
static int identify_records(struct change *change)
{
	struct detached *const lists[] = { &change->kept, &change->here };
	struct host *host = change->host;
	int error = 0;

	if (change->kept.count || change->here.count)
		error = host_identify_cards(host);
	if (error == 0)
		detached_identify(lists, ARRAY_SIZE(lists), &host->cards,
				  host->names_content.length > 0);
	return error;
}

static int read_journal(struct change *change)
{
	int error = journal_read(&change->journal, change->options->root);

	if (error == -EINVAL)
		return put_aside(change, JOURNAL_PATH,
				 "a card may have been left half-way");
	return error < 0 ? cannot_read(change, JOURNAL_PATH, error) : EXIT_DONE;
}

/* What ends us waits until a card is whole; what we print may go nowhere meanwhile. */
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

int change_open(struct change *change, struct host *host, const struct options *options)
{
	int error, code;

	*change = (struct change){ .host = host, .options = options };
	kernel_init(&change->kernel, options->root, options->timeout);
	if (!options->root[0] && !options->dry_run && geteuid() != 0) {
		fputs("gpupci: changing drivers needs root; nothing was changed\n",
		      stderr);
		return EXIT_FAILED;
	}
	hold_signals();
	code = read_journal(change);
	if (code == EXIT_DONE)
		code = read_records(change, &change->kept, DETACHED_PATH);
	if (code == EXIT_DONE)
		code = read_records(change, &change->here, DETACHED_RUN_PATH);
	if (code != EXIT_DONE)
		return code;
	error = identify_records(change);
	return error < 0 ? message_failed(error, &host->scan.fault) : EXIT_DONE;
}

void change_close(struct change *change)
{
	deadline_release(&change->kernel.deadline);
	journal_release(&change->journal);
	detached_release(&change->kept);
	detached_release(&change->here);
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
			fputs("gpupci: a signal asked to end; the cards that come now "
			      "are as they were\n",
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
	journal_boot(change->options->root, plan->boot);
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

const struct detached_card *change_find_record(const struct change *change,
					       const struct card *card)
{
	const struct detached_card *record = detached_find(&change->kept, card);

	return record ? record : detached_find(&change->here, card);
}

int change_check_quarantine(const struct change *change, const struct card *card)
{
	const struct plan *plan = journal_find_card(&change->journal, card);

	if (!plan)
		return EXIT_DONE;
	/* Who recovered has said why; a dry run does not try. */
	if (change->options->dry_run)
		fprintf(stderr,
			"gpupci: %s is quarantined: an earlier %s is not at an end; run "
			"it without --dry-run to have that looked at\n",
			card->name, plan_verb_name(plan->verb));
	return plan->left ? EXIT_DEADLINE : EXIT_REFUSED;
}

/* Puts the card into one list, and out of the other. */
static int move_record(struct change *change, struct card *card, const struct plan *plan)
{
	struct detached *to = plan->runtime ? &change->here : &change->kept;
	struct detached *from = plan->runtime ? &change->kept : &change->here;
	const struct detached_card *old = change_find_record(change, card);
	struct detached copy = DETACHED_EMPTY;
	int error;

	/* The old one goes while the new one is made of it. */
	error = old ? detached_copy(&copy, old) : 0;
	if (error == 0)
		error = detached_put(to, card, &change->host->cards, plan,
				     copy.count ? copy.cards : NULL);
	detached_release(&copy);
	if (error == 0)
		detached_drop(from, card);
	return error;
}

/* What is in memory is what is on the disk, also after a write that failed. */
static void read_again(struct change *change)
{
	detached_release(&change->kept);
	detached_release(&change->here);
	detached_read(&change->kept, change->options->root, DETACHED_PATH);
	detached_read(&change->here, change->options->root, DETACHED_RUN_PATH);
	identify_records(change);
}

/* A list as it was read, and as it is to be. */
struct list {
	const char *path;
	const struct detached *now;
	struct strbuf before; /* the text of the file */
	bool was_empty, is_written;
};

static struct list list_of(const struct detached *detached, const char *path)
{
	struct list list = { .path = path,
			     .now = detached,
			     .before = STRBUF_EMPTY,
			     .was_empty = !detached->count };

	detached_format(detached, &list.before);
	return list;
}

/* Writes it, if anything of it changed. */
static int write_list(struct list *list, const char *root)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	int error;

	detached_format(list->now, &text);
	error = text.error ? text.error : list->before.error;
	if (error < 0 || strcmp(strbuf_text(&text), strbuf_text(&list->before)) == 0)
		return error;
	error = detached_write(list->now, root, list->path);
	list->is_written = error == 0;
	return error;
}

static void write_back(const struct list *list, const char *root)
{
	if (!list->is_written)
		return;
	if (list->was_empty)
		state_remove(root, list->path);
	else
		state_write(root, list->path, 0644, strbuf_text(&list->before),
			    list->before.length);
}

/* Both or none; where a card goes from one to the other, none is ever without it. */
static int write_lists(struct list lists[2], const char *root, struct strbuf *fault)
{
	for (int i = 0; i < 2; i++) {
		int error = write_list(&lists[i], root);

		if (error == 0)
			continue;
		if (error != -ENOMEM)
			strbuf_add_format(fault, "cannot write %s%s: %s", root,
					  lists[i].path, strerror(-error));
		write_back(&lists[0], root);
		return error;
	}
	return 0;
}

static int change_lists(struct change *change, struct card *card, const struct plan *plan)
{
	int error;

	if (plan->verb == PLAN_DETACH) {
		error = host_identify_cards(change->host);
		return error < 0 ? error : move_record(change, card, plan);
	}
	detached_drop(&change->here, card);
	if (!plan->runtime)
		detached_drop(&change->kept, card);
	return 0;
}

int change_record(struct change *change, struct card *card, const struct plan *plan,
		  struct strbuf *fault)
{
	struct list kept = list_of(&change->kept, DETACHED_PATH);
	struct list here = list_of(&change->here, DETACHED_RUN_PATH);
	struct list lists[] = { plan->runtime ? here : kept,
				plan->runtime ? kept : here };
	int error = change_lists(change, card, plan);

	if (error == 0)
		error = write_lists(lists, change->options->root, fault);
	strbuf_release(&kept.before);
	strbuf_release(&here.before);
	if (error < 0)
		read_again(change);
	return error;
}

static int no_journal(const struct change *change, int error, const char *after)
{
	fprintf(stderr, "gpupci: cannot write the journal %s%s: %s; %s\n",
		change->options->root, JOURNAL_PATH, strerror(-error), after);
	return EXIT_FAILED;
}

/* The kernel did not come back: the plan stays, with the name of who waits for it. */
static int quarantine(struct change *change, const struct plan *plan,
		      const struct strbuf *fault)
{
	const struct deadline *deadline = &change->kernel.deadline;
	_cleanup_plan_ struct plan copy = { .count = 0 };

	fprintf(stderr, "gpupci: %s: %s; it is quarantined until that has ended\n",
		plan->card, strbuf_text(fault));
	if (deadline->left)
		fprintf(stderr,
			"gpupci: process %d (gpupci-kernel) waits for the kernel in "
			"state "
			"D and ends by itself; then run this again\n",
			(int)deadline->left);
	if (plan_copy(&copy, plan) < 0)
		return EXIT_DEADLINE;
	copy.left = deadline->left;
	copy.left_since = deadline->left_since;
	if (journal_put(&change->journal, change->options->root, &copy) < 0)
		fputs("gpupci: cannot note that in the journal\n", stderr);
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
	undone = journal_drop(&change->journal, change->options->root, plan);
	return undone < 0 ? no_journal(change, undone, "run this again") : EXIT_FAILED;
}

int change_apply(struct change *change, struct card *card, const struct plan *plan)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	int error;

	error = journal_put(&change->journal, change->options->root, plan);
	if (error < 0)
		return no_journal(change, error, "nothing was changed");
	error = transaction_run(&change->kernel, plan, PLAN_AFTER, &fault);
	if (error < 0 && change->kernel.deadline.passed)
		return quarantine(change, plan, &fault);
	if (error == 0)
		error = change_record(change, card, plan, &fault);
	if (error < 0)
		return go_back(change, plan, error, &fault);
	error = journal_drop(&change->journal, change->options->root, plan);
	return error < 0 ? no_journal(change, error, "the change is done; run it again")
			 : EXIT_DONE;
}
