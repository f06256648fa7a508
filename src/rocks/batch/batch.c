/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks --batch: the commands of a file in one transaction. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/text.h"
#include "src/cli/command.h"
#include "src/cli/dump-line.h"
#include "src/inventory/gpu.h"
#include "src/rocks/batch/batch.h"
#include "src/rocks/batch/cards.h"
#include "src/rocks/batch/files.h"
#include "src/rocks/batch/input.h"
#include "src/rocks/batch/notes.h"
#include "src/rocks/batch/old-dump.h"
#include "src/rocks/batch/output.h"
#include "src/rocks/dispatch/arguments.h"
#include "src/rocks/dispatch/file-argument.h"
#include "src/rocks/dispatch/find.h"
#include "src/rocks/dispatch/gone.h"
#include "src/rocks/dispatch/run.h"
#include "src/rocks/dispatch/site.h"

struct batch {
	const struct batch_options *options;
	struct invocation base; /* what the lines share: the database, who runs them */
	struct batch_output output;
	struct batch_notes faults, again, news;
	struct batch_cards cards;   /* the lines that added cards */
	struct batch_cards waiting; /* the lines about cards that are tried again */
	bool last;		    /* nothing is tried again after this round */
	struct batch_files files;
	struct old_dump old;
	struct strbuf sentence; /* the errors about the line */
	size_t line;		/* the number of the one that runs now */
	size_t commands;	/* how many were run */
};

enum outcome {
	DONE,
	FAULTY,
	TRY_AGAIN, /* it failed, but a later line may bring what it needs */
	BROKEN,	   /* the batch cannot go on */
};

static const struct command batch_command = { .words = "--batch",
					      .flags = COMMAND_WRITES };

static void note_sentence(void *data, const char *text)
{
	struct strbuf *sentence = data;

	strbuf_add_format(sentence, "%s%s", sentence->length ? "; " : "", text);
}

/* Notes a line that gives a VM the card that it had as a host, to be run later. */
static int give_later(void *data, const char *vm, const char *name, int64_t address)
{
	struct batch *batch = data;
	_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;
	char text[PCI_ADDRESS_SIZE];

	dump_start(&line, "add host gpu");
	dump_positional(&line, "host", vm);
	dump_positional(&line, "gpu", name);
	dump_positional(&line, "value", gpu_address_text(&address, text));
	if (line.error)
		return line.error;
	return batch_notes_add(&batch->again,
			       batch_cards_find(&batch->cards, vm, name, batch->line),
			       line.bytes, line.length);
}

/* Refuses what must not be in a batch. ROCKS_DONE, or what to exit with. */
static int check_command(const struct found *found, char *const *words, size_t count)
{
	if (is_site_command(words, count, found->words))
		return error("a command of this site cannot be taken back: run it "
			     "outside the batch");
	if (explain_gone(words, count, found->words) != ROCKS_DONE)
		return ROCKS_USAGE;
	if (!found->command)
		return explain_unknown(words, count);
	if (found->command->flags & COMMAND_OWN)
		return error("`rocks %s` cannot be taken back: run it outside the "
			     "batch",
			     found->command->words);
	if (asks_for_help(found->command, words + found->used, count - found->used))
		return error("it asks for help; give a value «help» by its name");
	return ROCKS_DONE;
}

static int run_marked(struct batch *batch, struct invocation *invocation)
{
	struct db *db = batch->base.db;
	size_t again = batch->again.count;
	int r = answer(invocation, db_mark(db));

	if (r != ROCKS_DONE)
		return r;
	batch->commands++;
	r = invocation->command->run(invocation);
	if (r == ROCKS_DONE)
		r = answer(invocation, db_keep(db));
	if (r == ROCKS_DONE && batch_output_keep(&batch->output) < 0)
		r = error("the output cannot be kept: %s", strerror(errno));
	if (r == ROCKS_DONE)
		return r;
	batch_notes_cut(&batch->again, again);
	if (!db_is_unreadable(db) && db_undo(db) < 0)
		database_error(invocation);
	batch_output_forget(&batch->output);
	return r;
}

static const struct command *command_of(const char *words)
{
	char *const argv[] = { (char *)words };

	return find_command(argv, 1).command;
}

/* Turns the line of an old dump into add host gpu. */
static int take_card(const struct batch *batch, char **words,
		     struct invocation *ret_invocation)
{
	*ret_invocation = batch->base;
	ret_invocation->command = command_of("add host gpu");
	return parse_arguments(ret_invocation, words, 3);
}

static int note_card(struct batch *batch, struct batch_cards *cards,
		     const struct invocation *invocation)
{
	if (batch_cards_add(cards, argument(invocation, "host"),
			    argument(invocation, "gpu"), batch->line) < 0)
		return memory_error();
	return ROCKS_DONE;
}

/* Lines about one card keep their order: after one that is tried again, all are. */
static int check_turn(const struct batch *batch, const struct invocation *invocation)
{
	const char *host = argument(invocation, "host");
	const char *gpu = argument(invocation, "gpu");
	size_t line = batch_cards_find(&batch->waiting, host, gpu, 0);

	if (!line || batch->last)
		return ROCKS_DONE;
	return error("line %zu about %s of %s comes first", line, gpu, host);
}

/* Runs a line about a card, which is tried again if it fails. */
static int run_retried(struct batch *batch, struct invocation *invocation)
{
	int r = check_turn(batch, invocation);

	if (r == ROCKS_DONE)
		r = run_marked(batch, invocation);
	if (r != ROCKS_DONE) {
		note_card(batch, &batch->waiting, invocation);
		return r;
	}
	/* If the host turns out to be a VM, the line that added the card is tried again. */
	return strcmp(invocation->command->words, "add host gpu") == 0
		       ? note_card(batch, &batch->cards, invocation)
		       : ROCKS_DONE;
}

static int add_frontend(struct batch *batch, struct invocation *invocation, bool quoted,
			char **ret_name)
{
	_cleanup_free_ char *news = NULL;
	int r = old_dump_add_frontend(invocation, quoted, ret_name);

	if (r <= 0)
		return answer(invocation, r);
	if (asprintf(&news, "localhost: there was no frontend; added %s, rack 0, rank 0",
		     *ret_name) < 0 ||
	    batch_notes_add(&batch->news, batch->line, news, strlen(news)) < 0)
		return memory_error();
	return ROCKS_DONE;
}

/* Puts the text of the file that the line named in its place. */
static int take_file(const struct batch *batch, struct invocation *invocation,
		     char **ret_text)
{
	int r;

	if (!invocation->file)
		return ROCKS_DONE;
	r = batch_files_take(&batch->files, batch->line, invocation->file, ret_text);
	*file_slot(invocation) = *ret_text;
	return r;
}

/* Runs a command that was found; *ret_again: if it fails, it is tried again. */
static int run_found(struct batch *batch, const struct found *found, char **words,
		     size_t count, bool *ret_again)
{
	_cleanup_free_ char *frontend = NULL, *text = NULL;
	struct invocation invocation = batch->base;
	char *card[3];
	int r;

	invocation.command = found->command;
	words += found->used;
	count -= found->used;
	old_dump_drop(&batch->old, found->command, words, &count);
	r = parse_arguments(&invocation, words, count);
	if (r == ROCKS_DONE)
		r = take_file(batch, &invocation, &text);
	if (r != ROCKS_DONE)
		return r;
	r = add_frontend(batch, &invocation, found->used < found->words, &frontend);
	if (r != ROCKS_DONE)
		return r;
	*ret_again = found->command->flags & COMMAND_RETRIED;
	if (old_dump_has_appliance(&batch->old, &invocation))
		return ROCKS_DONE;
	/* Both take the same arguments. */
	if (old_dump_sets_managed(&invocation))
		invocation.command = command_of("set appliance attr");
	if (old_dump_is_card(&invocation, card)) {
		*ret_again = true;
		r = take_card(batch, card, &invocation);
	}
	if (r != ROCKS_DONE)
		return r;
	return *ret_again ? run_retried(batch, &invocation)
			  : run_marked(batch, &invocation);
}

static int run_words(struct batch *batch, const struct batch_words *line, bool *ret_again)
{
	char **words = line->list;
	size_t count = line->count;
	struct found found;
	int r;

	*ret_again = false;
	if (line->fault)
		return error("%s", line->fault);
	skip_program(&words, &count);
	if (!count)
		return error("there is no command");
	found = find_command(words, count);
	if (old_dump_passes(&batch->old, words, count, found.words))
		return ROCKS_DONE;
	r = check_command(&found, words, count);
	return r == ROCKS_DONE ? run_found(batch, &found, words, count, ret_again) : r;
}

static enum outcome run_line(struct batch *batch, const struct batch_words *words,
			     size_t line)
{
	bool again;
	int r;

	batch->line = line;
	strbuf_reset(&batch->sentence);
	/* A line may fail without the database. */
	db_forget_error(batch->base.db);
	r = run_words(batch, words, &again);
	if (r == ROCKS_DONE)
		return DONE;
	if (batch->sentence.error || db_is_unreadable(batch->base.db))
		return BROKEN;
	return again ? TRY_AGAIN : FAULTY;
}

static int note_fault(struct batch *batch, size_t line)
{
	return batch_notes_add(&batch->faults, line, strbuf_text(&batch->sentence),
			       batch->sentence.length);
}

/* A line failed for the last time. */
static int give_up(struct batch *batch, size_t line)
{
	if (batch->options->skip && db_error_code(batch->base.db) == -EBUSY) {
		_cleanup_free_ char *text = NULL;

		if (asprintf(&text, "skipped: %s", strbuf_text(&batch->sentence)) < 0)
			return -ENOMEM;
		return batch_notes_add(&batch->news, line, text, strlen(text));
	}
	return note_fault(batch, line);
}

/* Tries a line again; *ret_done counts those that succeed. */
static int try_again(struct batch *batch, struct batch_note *note, size_t *ret_done)
{
	_cleanup_batch_words_ struct batch_words words = { 0 };
	enum outcome outcome;

	if (batch_parse(note->text, note->length, true, &words) < 0)
		return -ENOMEM;
	outcome = run_line(batch, &words, note->line);
	note->done = outcome == DONE;
	*ret_done += note->done;
	if (outcome == BROKEN || (outcome == FAULTY && batch->last))
		note_fault(batch, note->line);
	else if (outcome == TRY_AGAIN && batch->last)
		return give_up(batch, note->line);
	return outcome == BROKEN ? -EIO : 0;
}

/* Tries failed lines until no more of them succeed, then gives up the rest. */
static int run_again(struct batch *batch)
{
	size_t done = 1;
	int r = 0;

	batch->last = false;
	batch_notes_sort(&batch->again);
	while (r == 0 && !batch->last) {
		batch->last = done == 0;
		batch_cards_clear(&batch->waiting);
		done = 0;
		for (size_t i = 0; i < batch->again.count && r == 0; i++)
			if (!batch->again.notes[i].done)
				r = try_again(batch, &batch->again.notes[i], &done);
	}
	batch_notes_cut(&batch->again, 0);
	batch_cards_clear(&batch->waiting);
	batch->last = false;
	return r;
}

/* Whether the line removes: what should have come before it must not come after it. */
static bool removes(const struct batch_words *line)
{
	char **words = line->list;
	size_t count = line->count;

	const struct command *command;

	if (line->fault)
		return false;
	skip_program(&words, &count);
	command = find_command(words, count).command;
	return command && strncmp(command->words, "remove ", 7) == 0;
}

/* Runs all lines. 0, or -errno if it cannot go on. */
static int run_all(struct batch *batch, struct batch_input *input)
{
	_cleanup_batch_words_ struct batch_words words = { 0 };
	struct batch_line line;
	int r;

	while ((r = batch_input_next(input, &words, &line)) == 1) {
		enum outcome outcome;

		r = removes(&words) ? run_again(batch) : 0;
		if (r < 0)
			return r;
		outcome = run_line(batch, &words, line.number);
		if (outcome == TRY_AGAIN)
			r = batch_notes_add(&batch->again, line.number, line.text,
					    line.length);
		else if (outcome != DONE)
			r = note_fault(batch, line.number);
		if (r < 0 || outcome == BROKEN)
			return r < 0 ? r : -EIO;
	}
	return r;
}

static int tell_faults(struct batch *batch, int r)
{
	const char *name = batch->options->file;

	catch_errors(NULL, NULL);
	batch_notes_print(&batch->faults, name);
	if (r == -ENOMEM)
		memory_error();
	else if (r < 0 && !batch->faults.count)
		error("%s: it cannot be read: %s", name, strerror(-r));
	return error("%s: nothing was changed", name);
}

static int finish(struct batch *batch)
{
	const char *name = batch->options->file;
	int r;

	catch_errors(NULL, NULL);
	old_dump_print(&batch->old, name);
	batch_notes_print(&batch->news, name);
	if (batch->options->check) {
		batch_output_close(&batch->output);
		printf("%s: %zu command%s would succeed\n", name, batch->commands,
		       batch->commands == 1 ? "" : "s");
		return flush_output();
	}
	r = batch_output_write(&batch->output);
	if (r < 0)
		return error("the output cannot be written: %s", strerror(-r));
	return answer(&batch->base, db_commit(batch->base.db));
}

static int run(struct batch *batch, struct batch_input *input)
{
	int r = begin(&batch->base);

	if (r == ROCKS_DONE)
		r = answer(&batch->base,
			   db_defer_cards(batch->base.db, give_later, batch));
	if (r != ROCKS_DONE)
		return r;
	r = batch_output_open(&batch->output);
	if (r < 0)
		return error("the output cannot be kept: %s", strerror(-r));
	catch_errors(note_sentence, &batch->sentence);
	r = run_all(batch, input);
	if (r == 0)
		r = run_again(batch);
	r = r < 0 || batch->faults.count ? tell_faults(batch, r) : finish(batch);
	batch_output_close(&batch->output);
	return r;
}

static int open_database(struct batch *batch, const char *path, bool named)
{
	/* check=yes does not create an inventory. */
	bool absent = batch->options->check && access(path, F_OK) < 0 && errno == ENOENT;
	enum db_mode mode = absent ? DB_READ : DB_WRITE;

	if (db_new(&batch->base.db) < 0)
		return memory_error();
	return answer(&batch->base,
		      db_open(batch->base.db, path, named && !absent, mode));
}

/* Waits for files before the inventory is opened. */
static int read_files(struct batch *batch, struct batch_input *input)
{
	int r = batch_files_read(&batch->files, input);

	if (r == -ENOMEM)
		return memory_error();
	if (r < 0)
		return error("%s: it cannot be read, or the files that its lines name "
			     "cannot be kept in /tmp: %s",
			     batch->options->file, strerror(-r));
	return ROCKS_DONE;
}

int run_batch(const struct batch_options *options, const char *path, bool named)
{
	struct batch batch = { .options = options,
			       .base = { .command = &batch_command, .who = find_who() },
			       .output = { .standard = -1 },
			       .files = BATCH_FILES_NONE };
	_cleanup_batch_input_ struct batch_input input = { .fd = -1 };
	int r = batch_input_open(options->file, &input);

	if (r == ROCKS_DONE)
		r = read_files(&batch, &input);
	if (r == ROCKS_DONE)
		r = open_database(&batch, path, named);
	if (r == ROCKS_DONE)
		r = run(&batch, &input);
	db_free(batch.base.db);
	batch_files_release(&batch.files);
	batch_notes_cut(&batch.faults, 0);
	batch_notes_cut(&batch.again, 0);
	batch_notes_cut(&batch.news, 0);
	batch_cards_clear(&batch.cards);
	batch_cards_clear(&batch.waiting);
	strbuf_release(&batch.sentence);
	return r;
}

int batch_take_options(char *const *words, size_t count, struct batch_options *options)
{
	for (size_t i = 0; i < count; i++) {
		if (strncmp(words[i], "check=", 6) == 0) {
			if (text_parse_boolean(words[i] + 6, &options->check) == 0)
				continue;
			error(NOT_BOOLEAN, "check", words[i] + 6);
			return ROCKS_USAGE;
		}
		if (strcmp(words[i], "conflicts=skip") != 0) {
			error("--batch FILE takes check=yes and conflicts=skip, not «%s»",
			      words[i]);
			return ROCKS_USAGE;
		}
		options->skip = true;
	}
	return ROCKS_DONE;
}
