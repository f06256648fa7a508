/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether copied images need the files that the move was planned with, and no others. */
/*
 * QEMU on the target opens whatever an image names. The look read that on the source, whose
 * root may send another header: so the copies count, and each file that these need in turn.
 */
#include <string.h>

#include "src/fleet/collect.h"
#include "src/move/look.h"

#define SECONDS 120

/* Two lines for each file: its kind, and its beginning if it is an image. */
static const char READ[] =
	"[ -e \"$t\" ] || t=$f; [ ! -f \"$t\" ] && echo n || echo f; "
	"[ ! -f \"$t\" ] || od -An -v -tx1 -N%d -- \"$t\" | tr -d ' \\n'; echo; ";

static int write_script(const struct look *look, size_t first, struct strbuf *script)
{
	int r = ROCKS_DONE;

	for (size_t i = first; i < look->count && r == ROCKS_DONE; i++) {
		if (look->items[i].file.role == ROCKS_FILE_ELSEWHERE)
			continue;
		r = mover_add_names(look->mover, script, look->items[i].file.path);
		strbuf_add_format(script, READ, DISK_IMAGE_HEAD);
	}
	return r == ROCKS_DONE && script->error ? memory_error() : r;
}

/* The beginning of each item from first on, as the target has it. */
static int read_heads(struct look *look, size_t first)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_answers_ struct answers answers = { 0 };
	struct mover_script script = { .hosts = { look->target },
				       .what = "reading the copied images",
				       .seconds = SECONDS };
	char *lines;
	int r = write_script(look, first, &text);

	if (r != ROCKS_DONE || !text.length)
		return r;
	script.text = strbuf_text(&text);
	r = mover_run(look->mover, &script, &answers);
	if (r != ROCKS_DONE)
		return r;
	lines = answers.list[0].text;
	for (size_t i = first; i < look->count && r == ROCKS_DONE; i++) {
		struct found *found = &look->items[i].found[SOURCE];

		if (look->items[i].file.role == ROCKS_FILE_ELSEWHERE)
			continue;
		found->kind = *look_next_line(&lines);
		found->head = strdup(look_next_line(&lines));
		r = found->head ? ROCKS_DONE : memory_error();
	}
	return r;
}

/* Whether the plan had it: both have it, it is elsewhere, or it is another disk of the VM. */
static bool is_recorded(const struct move *move, const char *path)
{
	for (size_t i = 0; i < move->file_count; i++)
		if (strcmp(move->files[i].path, path) == 0)
			return true;
	return false;
}

static int check_recorded(const struct look *look, size_t first)
{
	const struct move *move = &look->mover->move;

	for (size_t i = first; i < look->count; i++)
		if (!is_recorded(move, look->items[i].file.path))
			return error("%s: on %s the image %s needs %s, which it did not "
				     "when the move was planned: somebody changed it on "
				     "%s; undo the move, and see with `qemu-img info` "
				     "there what it should need",
				     look->mover->vm->name, look->target,
				     look->items[i].overlay, look->items[i].file.path,
				     move->source);
	return ROCKS_DONE;
}

/*
 * An image is looked at by itself: as the backing file of another it may have another
 * format, and need more.
 */
static int check_image(struct mover *mover, const struct vm_file *file)
{
	_cleanup_(look_release) struct look look = { .mover = mover,
						     .target = mover->move.target };
	size_t first = 0;
	int r = look_add(&look, file, NULL);

	while (r == ROCKS_DONE && first < look.count) {
		size_t count = look.count;

		r = read_heads(&look, first);
		if (r == ROCKS_DONE)
			r = look_list_needed(&look, first);
		if (r == ROCKS_DONE)
			r = check_recorded(&look, count);
		first = count;
	}
	return r;
}

static bool is_copied_image(const struct mover *mover, const struct vm_file *file)
{
	const struct move *move = &mover->move;

	if (file->role != ROCKS_FILE_DISK || file->is_block ||
	    strcmp(file->format, "file") == 0)
		return false;
	for (size_t i = 0; i < move->file_count; i++)
		if (strcmp(move->files[i].path, file->path) == 0)
			return move->files[i].copied;
	return false;
}

int mover_check_images(struct mover *mover)
{
	int r = ROCKS_DONE;

	for (size_t i = 0; i < mover->files.count && r == ROCKS_DONE; i++)
		if (is_copied_image(mover, &mover->files.list[i]))
			r = check_image(mover, &mover->files.list[i]);
	return r;
}
