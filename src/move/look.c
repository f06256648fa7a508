/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks at the files of a VM that moves, on both containers, and records each. */
#include <inttypes.h>
#include <string.h>

#include "lib/visible.h"
#include "src/move/look.h"

#define BLOCK INT64_C(512) /* bytes per block of stat */

/* All copies to one file system must fit there together. */
static int check_room(const struct look *look)
{
	for (size_t i = 0; i < look->count; i++) {
		const struct found *place = &look->items[i].found[TARGET];
		int64_t needed = 0;

		for (size_t j = 0; j < look->count; j++)
			if (look->items[j].fate == FATE_COPY &&
			    strcmp(look->items[j].found[TARGET].system, place->system) ==
				    0)
				needed += look->items[j].found[SOURCE].blocks * BLOCK;
		if (needed > place->room)
			return error("%s: %s has no room for its disks: %" PRId64
				     " MB are needed where %s is to be, %" PRId64
				     " MB are free",
				     look->mover->vm->name, look->target,
				     needed / 1000000 + 1, look->items[i].file.path,
				     place->room / 1000000);
	}
	return ROCKS_DONE;
}

static int check_programs(const struct look *look)
{
	for (size_t i = 0; i < look->count; i++)
		for (size_t host = 0; host < 2; host++)
			if (look->items[i].fate == FATE_COPY && !look->ready[host])
				return error("%s: %s lacks rsync or flock, which copy "
					     "its disks; install the packages rsync and "
					     "util-linux there",
					     look->mover->vm->name,
					     host == TARGET ? look->target
							    : look->mover->move.source);
	return ROCKS_DONE;
}

static void tell(const struct look *look, const char *what, const struct item *item,
		 const char *more)
{
	strbuf_add_string(look->plan, what);
	visible_add(look->plan, item->file.path);
	strbuf_add_string(look->plan, more);
}

static void tell_size(const struct look *look, const struct item *item)
{
	const struct found *source = &item->found[SOURCE];

	tell(look, item->fate == FATE_COPY ? "copy " : "compare ", item, ": ");
	strbuf_add_format(look->plan, "%" PRId64 " MB",
			  (source->size + 999999) / 1000000);
	if (item->fate == FATE_COPY)
		strbuf_add_format(look->plan, ", of which %" PRId64 " MB are in use",
				  (source->blocks * BLOCK + 999999) / 1000000);
	strbuf_add_char(look->plan, '\n');
}

/*
 * Records that it is copied, that both have it, or that it is elsewhere. The bytes are
 * those to read in full: none of a file that both share.
 */
static int note(struct look *look, const struct item *item)
{
	struct move *move = &look->mover->move;
	struct move_file *files =
		reallocarray(move->files, move->file_count + 1, sizeof(*files));

	if (!files)
		return memory_error();
	move->files = files;
	files += move->file_count;
	files->path = strdup(item->file.path);
	if (!files->path)
		return memory_error();
	move->file_count++;
	files->copied = item->fate == FATE_COPY;
	files->bytes = item->fate == FATE_SHARE ? 0 : item->found[SOURCE].size;
	return ROCKS_DONE;
}

static int note_files(struct look *look)
{
	int r = ROCKS_DONE;

	for (size_t i = 0; i < look->count && r == ROCKS_DONE; i++) {
		const struct item *item = &look->items[i];

		switch (item->fate) {
		case FATE_COPY:
		case FATE_COMPARE:
			tell_size(look, item);
			r = note(look, item);
			break;
		case FATE_SHARE:
			r = note(look, item);
			tell(look, "keep ", item, ", which both have\n");
			break;
		case FATE_KEEP:
			tell(look, "keep ", item, ", which both have\n");
			break;
		case FATE_ABSENT:
			tell(look, "", item, " is not there: nothing of it is copied\n");
			break;
		case FATE_LEAVE:
			/* What an image needs: mover_check_images() looks for it. */
			if (item->overlay)
				r = note(look, item);
			tell(look, "leave ", item,
			     " where it is: it is on neither container, and is not "
			     "checked\n");
			break;
		}
	}
	return r;
}

/* An image may need a file that needs another one: asks until nothing is new. */
static int ask_all(struct look *look)
{
	size_t first = 0;
	int r;

	do {
		size_t count = look->count;

		r = look_ask(look, first);
		if (r == ROCKS_DONE)
			r = look_list_needed(look, first);
		first = count;
	} while (r == ROCKS_DONE && first < look->count);
	return r;
}

static int check_variables(const struct look *look)
{
	int r = ROCKS_DONE;

	for (size_t i = 0; i < look->count && r == ROCKS_DONE; i++)
		if (look_is_variables(look, &look->items[i]) &&
		    look->items[i].found[SOURCE].kind == 'f')
			r = mover_check_variables(look->mover,
						  look->items[i].found[SOURCE].head);
	return r;
}

int mover_look(struct mover *mover, const struct host_ref *target,
	       const struct mover_domain *source, struct strbuf *plan)
{
	_cleanup_(look_release) struct look look = { .mover = mover,
						     .target = target->name,
						     .plan = plan };
	int r = look_list(&look, &source->kept);

	if (r == ROCKS_DONE)
		r = ask_all(&look);
	if (r == ROCKS_DONE)
		r = look_prove(&look);
	if (r == ROCKS_DONE)
		r = look_judge(&look);
	if (r == ROCKS_DONE)
		r = check_programs(&look);
	if (r == ROCKS_DONE)
		r = check_room(&look);
	if (r == ROCKS_DONE)
		r = check_variables(&look);
	return r == ROCKS_DONE ? note_files(&look) : r;
}
