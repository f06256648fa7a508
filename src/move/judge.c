/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of each file of a VM that moves, and what prevents the move. */
#include <string.h>

#include "src/move/look.h"

static int refuse_on_target(const struct look *look, const struct item *item,
			    const char *why)
{
	_cleanup_strbuf_ struct strbuf sentence = STRBUF_EMPTY;

	strbuf_add_format(&sentence, why, look->target);
	return look_refuse(look, item, strbuf_text(&sentence));
}

/* Data on the containers' own devices is compared, unless they share it. */
static int judge_device(const struct look *look, struct item *item)
{
	if (item->found[SOURCE].kind != 'b')
		return look_refuse(look, item,
				   "it is not a block device, so it cannot be "
				   "compared");
	if (item->found[TARGET].kind != 'b')
		return refuse_on_target(look, item,
					"%s has no such block device; devices are not "
					"copied, make one with the same contents there");
	if (item->found[TARGET].size != item->found[SOURCE].size)
		return refuse_on_target(look, item,
					"the device of %s is of another size");
	item->fate = look->mover->move.shared ? FATE_KEEP : FATE_COMPARE;
	return ROCKS_DONE;
}

/* What the VM only reads, such as a CD-ROM or a ROM file. */
static int judge_medium(const struct look *look, struct item *item)
{
	const struct found *source = &item->found[SOURCE], *target = &item->found[TARGET];
	const char *cdrom = look->mover->vm->cdrom;

	if (target->kind == 'n' && cdrom && strcmp(item->file.path, cdrom) == 0)
		return refuse_on_target(look, item,
					"%s does not have it; put it there, or take it "
					"out with `rocks set host vm cdrom`");
	if (target->kind == 'n')
		return refuse_on_target(look, item,
					"%s does not have it; put it there, or take it "
					"out of the attribute that names it");
	if (source->kind == 'f' && source->size != target->size)
		return refuse_on_target(look, item, "the one of %s is of another size");
	item->fate = FATE_KEEP;
	return ROCKS_DONE;
}

static int judge_folder(const struct look *look, struct item *item)
{
	if (item->found[TARGET].kind != 'd')
		return refuse_on_target(look, item,
					"%s does not have that folder; make it there, or "
					"take it out of the attribute that names it");
	if (!item->file.is_readonly && item->proof != PROOF_SHARED)
		return refuse_on_target(
			look, item,
			"%s has another folder there, and what the VM wrote would stay "
			"behind; put it on storage that both have, or make it "
			"<readonly/>");
	item->fate = FATE_KEEP;
	return ROCKS_DONE;
}

/* Other VMs may use it, too, so it is not copied. */
static int judge_backing(const struct look *look, struct item *item)
{
	_cleanup_strbuf_ struct strbuf why = STRBUF_EMPTY;

	if (item->found[SOURCE].kind == 'b')
		return judge_device(look, item);
	if (item->found[SOURCE].kind != 'f')
		return look_refuse(look, item, "it is not there, and the disk needs it");
	if (item->proof == PROOF_SHARED) {
		item->fate = FATE_SHARE;
		return ROCKS_DONE;
	}
	strbuf_add_format(&why,
			  "%s %s, and it is not copied with the disk; put it on storage "
			  "that both have",
			  look->target,
			  item->found[TARGET].kind == 'n' ? "does not have it"
			  : item->proof == PROOF_UNKNOWN  ? "may have another file there"
							  : "has another file there");
	if (item->overlay)
		strbuf_add_format(&why,
				  ", or make the disk whole: `qemu-img rebase -b \"\" "
				  "%s` while the VM is off",
				  item->overlay);
	return why.error ? memory_error() : look_refuse(look, item, strbuf_text(&why));
}

/* shared=yes says that nothing has to be copied. */
static int refuse_unshared(const struct look *look, const struct item *item)
{
	return refuse_on_target(
		look, item,
		item->found[TARGET].kind == 'n'
			? "%s does not see it, so it is not on storage "
			  "that both have; without shared=yes it is copied"
			: "%s has another file there, so it is not on "
			  "storage that both have");
}

static int judge_free_place(const struct look *look, const struct item *item)
{
	if (item->found[TARGET].kind == 'n' && item->found[SOURCE].kind == 'f' &&
	    look_is_one_server(item))
		return refuse_on_target(look, item,
					"it is on a server that both containers use, but "
					"%s does not see it there; mount it there first");
	if (item->found[TARGET].kind == 'n')
		return ROCKS_DONE;
	if (item->proof == PROOF_UNKNOWN)
		return refuse_on_target(
			look, item,
			"%s has a file there, too; whether that is the same is "
			"unknown, since the source cannot make a file beside it");
	return refuse_on_target(look, item,
				"%s has something there, which is never overwritten; if "
				"nobody needs it, remove it there");
}

static bool is_known(const char *format)
{
	return strcmp(format, "file") == 0 || strcmp(format, "qcow2") == 0 ||
	       strcmp(format, "qed") == 0;
}

static int judge_copy(const struct look *look, struct item *item)
{
	if (look->mover->move.shared && !item->is_kept)
		return refuse_unshared(look, item);
	if (item->file.is_shared)
		return look_refuse(
			look, item,
			"other VMs may write to it (<shareable/>), so it is not "
			"copied; put it on storage that both have");
	if (!is_known(item->file.format))
		return look_refuse(
			look, item,
			"which other files an image of its format needs is not "
			"known, so it is not copied; convert it to qcow2 with "
			"`qemu-img convert`, or put it on storage that both have");
	item->fate = FATE_COPY;
	return judge_free_place(look, item);
}

/* A file: a disk, or what the VM keeps besides, which is usually not shared. */
static int judge_file(const struct look *look, struct item *item)
{
	const struct found *source = &item->found[SOURCE];

	if (source->kind == 'n' && look->mover->move.ran && !item->is_new)
		return look_refuse(
			look, item,
			"it is missing though the VM runs; stop the VM, or put "
			"it back");
	if (source->kind == 'n') {
		item->fate = FATE_ABSENT;
		return judge_free_place(look, item);
	}
	if (source->kind != 'f')
		return look_refuse(look, item,
				   "it is not a file; give a block device the type phy");
	if (item->proof != PROOF_SHARED)
		return judge_copy(look, item);
	item->fate = FATE_SHARE;
	return ROCKS_DONE;
}

static int judge(const struct look *look, struct item *item)
{
	switch (item->file.role) {
	case ROCKS_FILE_ELSEWHERE:
		item->fate = FATE_LEAVE;
		return ROCKS_DONE;
	case ROCKS_FILE_FOLDER:
		return judge_folder(look, item);
	case ROCKS_FILE_BACKING:
		return judge_backing(look, item);
	case ROCKS_FILE_DISK:
		return item->file.is_block ? judge_device(look, item)
					   : judge_file(look, item);
	default:
		return judge_medium(look, item);
	}
}

int look_judge(struct look *look)
{
	int r = ROCKS_DONE;

	for (size_t i = 0; i < look->count && r == ROCKS_DONE; i++)
		r = judge(look, &look->items[i]);
	return r;
}
