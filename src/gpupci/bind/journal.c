/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal: plans that were begun and are not known to be finished. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"
#include "src/gpupci/bind/journal.h"
#include "src/gpupci/files/record.h"
#include "src/gpupci/files/state.h"

#define KIND "gpupci-journal"
#define VERSION_NOW 1

/* A slot has 8 functions, a board a few slots. */
#define MOST_FUNCTIONS 256

static int add_plan(struct journal *journal, struct plan plan)
{
	struct plan *grown =
		reallocarray(journal->plans, journal->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	journal->plans = grown;
	grown[journal->count++] = plan;
	return 0;
}

/*
 * Whether the text is valid as a driver in the journal: a name, none, or any if allowed.
 */
static bool is_driver(const char *text, bool or_any)
{
	return !text[0] || driver_is_name(text) ? or_any || strcmp(text, DRIVER_ANY) != 0
						: false;
}

/* "plan detach gpupci1 boot=… runtime=0 left=0 since=0" */
static int take_plan(struct journal *journal, const struct record *record)
{
	struct plan plan = { .verb = PLAN_DETACH };
	uint64_t runtime, left;

	if (record->count != 7 || strcmp(record->words[0], "plan") != 0)
		return -EINVAL;
	if (strcmp(record->words[1], "attach") == 0)
		plan.verb = PLAN_ATTACH;
	else if (strcmp(record->words[1], "detach") != 0)
		return -EINVAL;
	if (record_copy(record->words[2], plan.card, sizeof(plan.card)) < 0 ||
	    !plan.card[0] ||
	    record_copy(record_value(record, "boot"), plan.boot, sizeof(plan.boot)) < 0 ||
	    record_number(record_value(record, "runtime"), &runtime) < 0 || runtime > 1 ||
	    record_number(record_value(record, "left"), &left) < 0 || left > INT32_MAX ||
	    record_number(record_value(record, "since"), &plan.left_since) < 0)
		return -EINVAL;
	plan.runtime = runtime == 1;
	plan.left = (int64_t)left;
	return add_plan(journal, plan);
}

static int take_side(const struct record *record, const char *driver,
		     const char *override, struct binding *binding)
{
	if (record_copy(record_value(record, driver), binding->driver,
			sizeof(binding->driver)) < 0 ||
	    record_copy(record_value(record, override), binding->override,
			sizeof(binding->override)) < 0 ||
	    !is_driver(binding->driver, true) || !is_driver(binding->override, false))
		return -EINVAL;
	return 0;
}

/* "function 0000:02:00.0 id=10de:1b06 module=- from=… from-override=… to=… to-override=…" */
static int take_function(struct journal *journal, const struct record *record)
{
	struct plan *plan = &journal->plans[journal->count - 1];
	struct plan_function function = { .module = "" };

	if (record->count != 8 || plan->count == MOST_FUNCTIONS ||
	    pci_address_parse(record->words[1], &function.address) < 0 ||
	    journal_find_function(journal, function.address) ||
	    record_ids(record_value(record, "id"), &function.vendor, &function.device) <
		    0 ||
	    record_copy(record_value(record, "module"), function.module,
			sizeof(function.module)) < 0 ||
	    !is_driver(function.module, false) ||
	    take_side(record, "from", "from-override", &function.sides[PLAN_BEFORE]) <
		    0 ||
	    take_side(record, "to", "to-override", &function.sides[PLAN_AFTER]) < 0)
		return -EINVAL;
	return plan_add(plan, &function);
}

int journal_parse(struct journal *journal, char *text, size_t length)
{
	struct record record;
	int more, error;

	if (!length)
		return -EINVAL;
	error = record_open(&record, text, length, KIND, VERSION_NOW);
	if (error < 0)
		return error;
	while ((more = record_next(&record)) > 0) {
		bool is_function = strcmp(record.words[0], "function") == 0;

		if (is_function && !journal->count)
			return -EINVAL;
		if (!is_function && journal->count &&
		    !journal->plans[journal->count - 1].count)
			return -EINVAL;
		error = is_function ? take_function(journal, &record)
				    : take_plan(journal, &record);
		if (error < 0)
			return error;
	}
	if (more == 0 && journal->count && !journal->plans[journal->count - 1].count)
		return -EINVAL;
	return more;
}

int journal_read(struct journal *journal, const struct root *root)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int error;

	error = state_read(root, JOURNAL_PATH, &text, &length);
	if (error == -ENOENT)
		return 0;
	if (error < 0)
		return error == -EFBIG ? -EINVAL : error;
	error = journal_parse(journal, text, length);
	if (error < 0)
		journal_release(journal);
	return error;
}

static void format_plan(const struct plan *plan, struct strbuf *text)
{
	char address[PCI_ADDRESS_SIZE];

	strbuf_add_format(text,
			  "plan %s %s boot=%s runtime=%d left=%" PRId64 " since=%" PRIu64
			  "\n",
			  plan_verb_name(plan->verb), plan->card, record_word(plan->boot),
			  plan->runtime, plan->left, plan->left_since);
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_function *function = &plan->functions[i];
		const struct binding *before = &function->sides[PLAN_BEFORE];
		const struct binding *after = &function->sides[PLAN_AFTER];

		strbuf_add_format(text, "function %s id=%04x:%04x module=%s ",
				  pci_address_sysfs(function->address, address),
				  function->vendor, function->device,
				  record_word(function->module));
		strbuf_add_format(
			text, "from=%s from-override=%s to=%s to-override=%s\n",
			record_word(before->driver), record_word(before->override),
			record_word(after->driver), record_word(after->override));
	}
}

void journal_format(const struct journal *journal, struct strbuf *text)
{
	size_t lines = 0;

	record_begin(text, KIND, VERSION_NOW);
	for (size_t i = 0; i < journal->count; i++) {
		format_plan(&journal->plans[i], text);
		lines += 1 + journal->plans[i].count;
	}
	record_end(text, lines);
}

static int save(const struct journal *journal, const struct root *root)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	if (!journal->count)
		return state_remove(root, JOURNAL_PATH);
	journal_format(journal, &text);
	if (text.error)
		return text.error;
	return state_write(root, JOURNAL_PATH, 0644, strbuf_text(&text), text.length);
}

static const struct plan_function *find_function(const struct plan *plan,
						 struct pci_address address)
{
	for (size_t i = 0; i < plan->count; i++)
		if (pci_address_compare(plan->functions[i].address, address) == 0)
			return &plan->functions[i];
	return NULL;
}

/*
 * Finds the plan that shares a function with this one; journal->count if there is none.
 * Names do not help: another card may have the name by now. -EEXIST if a plan is about
 * another device at the same address; that plan must not be lost.
 */
static int find_index(const struct journal *journal, const struct plan *plan,
		      size_t *ret_index)
{
	for (size_t i = 0; i < journal->count; i++)
		for (size_t j = 0; j < plan->count; j++) {
			const struct plan_function *ours = &plan->functions[j];
			const struct plan_function *other =
				find_function(&journal->plans[i], ours->address);

			if (!other)
				continue;
			*ret_index = i;
			return other->vendor == ours->vendor &&
					       other->device == ours->device
				       ? 0
				       : -EEXIST;
		}
	*ret_index = journal->count;
	return 0;
}

int journal_put(struct journal *journal, const struct root *root, const struct plan *plan)
{
	struct plan copy, old = { .count = 0 };
	size_t at, before = journal->count;
	int error = find_index(journal, plan, &at);

	if (error == 0)
		error = plan_copy(&copy, plan);
	if (error < 0)
		return error;
	if (at == before) {
		error = add_plan(journal, copy);
	} else {
		old = journal->plans[at];
		journal->plans[at] = copy;
	}
	if (error == 0)
		error = save(journal, root);
	if (error == 0) {
		plan_release(&old);
		return 0;
	}
	/* Memory goes back to what is on disk. */
	plan_release(&copy);
	journal->count = before;
	if (at < before)
		journal->plans[at] = old;
	return error;
}

int journal_drop(struct journal *journal, const struct root *root,
		 const struct plan *plan)
{
	struct plan dropped;
	size_t at;
	int error = find_index(journal, plan, &at);

	if (error < 0 || at == journal->count)
		return error;
	dropped = journal->plans[at];
	journal->plans[at] = journal->plans[--journal->count];
	error = save(journal, root);
	if (error == 0) {
		plan_release(&dropped);
		return 0;
	}
	journal->plans[journal->count++] = dropped;
	return error;
}

const struct plan *journal_find_function(const struct journal *journal,
					 struct pci_address function)
{
	for (size_t i = 0; i < journal->count; i++)
		if (find_function(&journal->plans[i], function))
			return &journal->plans[i];
	return NULL;
}

const struct plan *journal_find_card(const struct journal *journal,
				     const struct card *card)
{
	const struct plan *plan = NULL;

	for (size_t i = 0; i < card->count && !plan; i++)
		plan = journal_find_function(journal, card->members[i].function->address);
	return plan;
}

void journal_release(struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++)
		plan_release(&journal->plans[i]);
	free(journal->plans);
	*journal = (struct journal)JOURNAL_EMPTY;
}

void journal_boot(struct root *root, char ret_boot[PLAN_BOOT_SIZE])
{
	_cleanup_free_ char *text = NULL;

	ret_boot[0] = '\0';
	if (root_read_line(root, &text, JOURNAL_BOOT_PATH) == 0 && text[0] &&
	    strlen(text) < PLAN_BOOT_SIZE && !strchr(text, ' '))
		snprintf(ret_boot, PLAN_BOOT_SIZE, "%s", text);
}
