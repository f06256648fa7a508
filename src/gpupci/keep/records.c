/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change of drivers leaves for later runs: the journal and the detached cards. */
#include <errno.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/files/state.h"
#include "src/gpupci/keep/detached-file.h"
#include "src/gpupci/keep/records.h"

static const char unknown_cards[] = "which cards are to stay detached is not known";

static const struct {
	const char *path, *meaning; /* if it is lost */
} files[RECORDS_FILES] = {
	[RECORDS_JOURNAL] = { JOURNAL_PATH, "a card may have been left half-way" },
	[RECORDS_KEPT] = { DETACHED_PATH, unknown_cards },
	[RECORDS_HERE] = { DETACHED_RUN_PATH, unknown_cards },
};

/* Moves aside a file of ours that cannot be parsed; its content is lost. */
static int put_aside(struct records *records, enum records_file file,
		     const struct root *root, bool may_write, struct strbuf *said)
{
	const char *path = files[file].path;
	_cleanup_free_ char *aside = NULL;
	int error = 0;

	if (may_write)
		error = state_set_aside(root, path, &aside);
	if (error < 0) {
		strbuf_add_format(said,
				  "%s%s is not as gpupci writes it and cannot be "
				  "renamed: %s",
				  root->folder, path, strerror(-error));
		return error;
	}
	records->was_broken = true;
	strbuf_add_format(said,
			  "%s%s is not as gpupci writes it%s%s; %s: look with gpupci -s "
			  "all",
			  root->folder, path, aside ? ", it was renamed to " : "",
			  aside ? aside : "", files[file].meaning);
	return said->error;
}

int records_read(struct records *records, enum records_file file, const struct root *root,
		 bool may_write, struct strbuf *said)
{
	const char *path = files[file].path;
	int error;

	if (file == RECORDS_JOURNAL)
		error = journal_read(&records->journal, root);
	else
		error = detached_read(file == RECORDS_KEPT ? &records->kept
							   : &records->here,
				      root, path);
	if (error == -EINVAL)
		return put_aside(records, file, root, may_write, said);
	if (error < 0)
		strbuf_add_format(said, "cannot read %s%s: %s", root->folder, path,
				  strerror(-error));
	return error;
}

/* A record belongs to a card, not to whichever card has the name now. */
int records_identify(struct records *records, struct host *host)
{
	struct detached *const lists[] = { &records->kept, &records->here };
	int error = 0;

	if (records->kept.count || records->here.count)
		error = host_identify_cards(host);
	if (error == 0)
		detached_identify(lists, ARRAY_SIZE(lists), &host->cards,
				  host->names_content.length > 0);
	return error;
}

const struct detached_card *records_find(const struct records *records,
					 const struct card *card)
{
	const struct detached_card *record = detached_find(&records->kept, card);

	return record ? record : detached_find(&records->here, card);
}

/* Moves the card into one list, and out of the other. */
static int move_record(struct records *records, const struct host *host,
		       struct card *card, const struct plan *plan)
{
	struct detached *to = plan->runtime ? &records->here : &records->kept;
	struct detached *from = plan->runtime ? &records->kept : &records->here;
	const struct detached_card *old = records_find(records, card);
	struct detached copy = DETACHED_EMPTY;
	int error;

	/* Adding the new record frees the old one, which it is built from. */
	error = old ? detached_copy(&copy, old) : 0;
	if (error == 0)
		error = detached_put(to, card, &host->cards, plan,
				     copy.count ? copy.cards : NULL);
	detached_release(&copy);
	if (error == 0)
		detached_drop(from, card);
	return error;
}

/* Reads the lists again: memory must match the disk, even after a failed write. */
static void read_again(struct records *records, struct host *host)
{
	detached_release(&records->kept);
	detached_release(&records->here);
	detached_read(&records->kept, &host->scan.root, DETACHED_PATH);
	detached_read(&records->here, &host->scan.root, DETACHED_RUN_PATH);
	records_identify(records, host);
}

/* A list before and after the change. */
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

/* Writes the list if it has changed. */
static int write_list(struct list *list, const struct root *root)
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

static void write_back(const struct list *list, const struct root *root)
{
	if (!list->is_written)
		return;
	if (list->was_empty)
		state_remove(root, list->path);
	else
		state_write(root, list->path, 0644, strbuf_text(&list->before),
			    list->before.length);
}

/* Writes both or none; a card that moves between files is always in one of them. */
static int write_lists(struct list lists[2], const struct root *root,
		       struct strbuf *fault)
{
	for (int i = 0; i < 2; i++) {
		int error = write_list(&lists[i], root);

		if (error == 0)
			continue;
		if (error != -ENOMEM)
			strbuf_add_format(fault, "cannot write %s%s: %s", root->folder,
					  lists[i].path, strerror(-error));
		write_back(&lists[0], root);
		return error;
	}
	return 0;
}

static int change_lists(struct records *records, struct host *host, struct card *card,
			const struct plan *plan)
{
	int error;

	if (plan->verb == PLAN_DETACH) {
		error = host_identify_cards(host);
		return error < 0 ? error : move_record(records, host, card, plan);
	}
	detached_drop(&records->here, card);
	if (!plan->runtime)
		detached_drop(&records->kept, card);
	return 0;
}

int records_note(struct records *records, struct host *host, struct card *card,
		 const struct plan *plan, struct strbuf *fault)
{
	struct list kept = list_of(&records->kept, DETACHED_PATH);
	struct list here = list_of(&records->here, DETACHED_RUN_PATH);
	struct list lists[] = { plan->runtime ? here : kept,
				plan->runtime ? kept : here };
	int error = change_lists(records, host, card, plan);

	if (error == 0)
		error = write_lists(lists, &host->scan.root, fault);
	strbuf_release(&kept.before);
	strbuf_release(&here.before);
	if (error < 0)
		read_again(records, host);
	return error;
}

void records_release(struct records *records)
{
	journal_release(&records->journal);
	detached_release(&records->kept);
	detached_release(&records->here);
	records->was_broken = false;
}
