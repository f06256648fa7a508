/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a VM that moves, on both containers, and what prevents the move. */
#include <inttypes.h>
#include <string.h>

#include "lib/text.h"
#include "src/fleet/collect.h"
#include "src/fleet/remote.h"
#include "src/move/disk-image.h"
#include "src/move/mover.h"

#define SECONDS 120
#define BLOCK INT64_C(512) /* bytes per block of stat */

/*
 * p: the kind of a path (b a block device, f a file, x something else, n nothing), its
 * size, blocks, inode and beginning. r: the file system it is or would be on, and its
 * free space.
 */
static const char SCRIPT[] =
	"PATH=$PATH:/usr/sbin:/sbin; command -v rsync > /dev/null && command -v flock > "
	"/dev/null && echo ready || echo lacking; "
	"p() { if [ -b \"$1\" ]; then echo b \"$(blockdev --getsize64 \"$1\")\" 0 0; "
	"elif [ -f \"$1\" ]; then echo f $(stat -L -c '%s %b %i' -- \"$1\") "
	"$(od -An -v -tx1 -N80 -- \"$1\" | tr -d ' \\n'); "
	"elif [ -e \"$1\" ] || [ -L \"$1\" ]; then echo x 0 0 0; else echo n 0 0 0; fi; "
	"}; "
	"r() { d=$1; while [ ! -d \"$d\" ]; do d=$(dirname -- \"$d\"); done; "
	"stat -f -c '%i %a %S' -- \"$d\"; }; "
	"w() { [ -d \"/sys/class/net/$1\" ] && echo yes || echo no; }; ";

enum role { DISK, CDROM, NVRAM, TPM };

struct item {
	enum role role;
	const char *path, *type;
	bool is_new;   /* the source's definition has none: there may be no file yet */
	char name[64]; /* its name in error messages */
};

/* What a container reports on an item. */
struct found {
	char kind;
	int64_t size, blocks, inode;
	char head[2 * DISK_IMAGE_HEAD + 1];
	char system[64]; /* the file system's id */
	int64_t room;	 /* bytes */
};

struct look {
	struct mover *mover;
	const char *target;
	struct item *items;
	struct found *source, *found; /* found: on the target */
	size_t count;
	bool *copied;
	bool ready[2]; /* source and target have what copies */
	struct strbuf *plan;
};

static void add_item(struct look *look, enum role role, const char *path,
		     const char *type, const char *device)
{
	struct item *item = &look->items[look->count++];

	*item = (struct item){ .role = role, .path = path, .type = type };
	snprintf(item->name, sizeof(item->name), "%s%s",
		 role == DISK	 ? "disk "
		 : role == CDROM ? "CD-ROM"
		 : role == TPM	 ? "TPM state"
				 : "file of firmware variables",
		 device);
}

/* What it keeps on the target. */
static void add_kept(struct look *look, enum role role, const char *path,
		     const char *source)
{
	if (!path)
		return;
	add_item(look, role, path, "file", "");
	look->items[look->count - 1].is_new = !source;
}

static int list_items(struct look *look, const struct mover_kept *source)
{
	const struct mover_kept *kept = &look->mover->kept;
	const struct rocks_vm *vm = look->mover->vm;

	look->items = calloc(vm->disk_count + 3, sizeof(*look->items));
	look->source = calloc(vm->disk_count + 3, sizeof(*look->source));
	look->found = calloc(vm->disk_count + 3, sizeof(*look->found));
	look->copied = calloc(vm->disk_count + 3, sizeof(*look->copied));
	if (!look->items || !look->source || !look->found || !look->copied)
		return memory_error();
	for (uint32_t i = 0; i < vm->disk_count; i++) {
		const struct rocks_disk *disk = vm->disk(vm, i);

		add_item(look, DISK, disk->path, disk->type, disk->device);
	}
	if (vm->cdrom)
		add_item(look, CDROM, vm->cdrom, "file", "");
	add_kept(look, NVRAM, kept->nvram, source->nvram);
	add_kept(look, TPM, kept->tpm, source->tpm);
	return ROCKS_DONE;
}

static void write_script(const struct look *look, struct strbuf *script)
{
	const struct rocks_vm *vm = look->mover->vm;

	strbuf_add_string(script, SCRIPT);
	for (size_t i = 0; i < look->count; i++) {
		strbuf_add_string(script, "p ");
		remote_quote(script, look->items[i].path);
		strbuf_add_string(script, " && r ");
		remote_quote(script, look->items[i].path);
		strbuf_add_string(script, " || exit 1; ");
	}
	for (uint32_t i = 0; i < vm->interface_count; i++) {
		strbuf_add_string(script, "w ");
		remote_quote(script, vm->interface(vm, i)->bridge);
		strbuf_add_string(script, "; ");
	}
}

static char *next_line(char **text)
{
	char *line = strsep(text, "\n");

	return line ? line : (char *)"";
}

static bool read_found(char **text, struct found *found)
{
	uint64_t room = 0, unit = 0;
	const char *line = next_line(text);
	int count =
		sscanf(line, "%c %" SCNd64 " %" SCNd64 " %" SCNd64 " %160s", &found->kind,
		       &found->size, &found->blocks, &found->inode, found->head);

	if (count < 4 || sscanf(next_line(text), "%63s %" SCNu64 " %" SCNu64,
				found->system, &room, &unit) != 3)
		return false;
	found->room = (int64_t)(room * unit);
	return true;
}

static int read_answer(struct look *look, size_t host, char *text)
{
	const struct rocks_vm *vm = look->mover->vm;
	struct found *found = host ? look->found : look->source;

	look->ready[host] = strcmp(next_line(&text), "ready") == 0;
	for (size_t i = 0; i < look->count; i++)
		if (!read_found(&text, &found[i]))
			return error("%s: %s gives no usable answer on %s", vm->name,
				     host ? look->target : look->mover->move.source,
				     look->items[i].path);
	for (uint32_t i = 0; host && i < vm->interface_count; i++)
		if (strcmp(next_line(&text), "yes") != 0)
			return error("%s: %s has no device %s for its interface %s",
				     vm->name, look->target, vm->interface(vm, i)->bridge,
				     vm->interface(vm, i)->device);
	return ROCKS_DONE;
}

static int refuse(const struct look *look, size_t i, const char *why)
{
	return error("%s: its %s, %s: %s", look->mover->vm->name, look->items[i].name,
		     look->items[i].path, why);
}

static int refuse_on_target(const struct look *look, size_t i, const char *why)
{
	_cleanup_strbuf_ struct strbuf sentence = STRBUF_EMPTY;

	strbuf_add_format(&sentence, why, look->target);
	return refuse(look, i, strbuf_text(&sentence));
}

static bool is_one_file(const struct found *a, const struct found *b)
{
	return a->kind == 'f' && b->kind == 'f' && a->inode == b->inode &&
	       a->size == b->size;
}

/* Data on the containers' own devices is compared, unless they share it. */
static int judge_device(struct look *look, size_t i)
{
	if (look->source[i].kind != 'b')
		return refuse(look, i,
			      "it is not a block device, so it cannot be "
			      "compared");
	if (look->found[i].kind != 'b')
		return refuse_on_target(look, i,
					"%s has no such block device; devices are not "
					"copied, make one with the same contents there");
	if (look->found[i].size != look->source[i].size)
		return refuse_on_target(look, i, "the device of %s is of another size");
	return ROCKS_DONE;
}

static int judge_cdrom(const struct look *look, size_t i)
{
	if (look->found[i].kind == 'n')
		return refuse_on_target(look, i,
					"%s does not have it; put it there, or take it "
					"out with `rocks set host vm cdrom`");
	if (look->source[i].kind == 'f' && look->source[i].size != look->found[i].size)
		return refuse_on_target(look, i, "the one of %s is of another size");
	return ROCKS_DONE;
}

static int judge_shared(const struct look *look, size_t i)
{
	if (is_one_file(&look->source[i], &look->found[i]))
		return ROCKS_DONE;
	return refuse_on_target(
		look, i,
		look->found[i].kind == 'n'
			? "%s does not see it, so it is not on storage "
			  "that both have; without shared=yes it is copied"
			: "%s has another file there, so it is not on "
			  "storage that both have");
}

static int judge_free_place(const struct look *look, size_t i)
{
	if (look->found[i].kind == 'n')
		return ROCKS_DONE;
	if (is_one_file(&look->source[i], &look->found[i]))
		return refuse_on_target(look, i,
					"%s seems to have the same file: if it is on "
					"storage that both have, give shared=yes");
	return refuse_on_target(look, i,
				"%s has something there, which is never overwritten; if "
				"nobody needs it, remove it there");
}

/* A file: a disk, or what the VM keeps besides, which is usually not shared. */
static int judge_file(struct look *look, size_t i)
{
	const struct item *item = &look->items[i];
	const struct found *source = &look->source[i];
	const char *needs;

	if (source->kind == 'n' && look->mover->move.ran && !item->is_new)
		return refuse(look, i,
			      "it is missing though the VM runs; stop the VM, or put "
			      "it back");
	if (source->kind == 'n')
		return judge_free_place(look, i);
	if (source->kind != 'f')
		return refuse(look, i, "it is not a file; the type of a device is phy");
	needs = disk_image_needs(item->type, source->head);
	if (needs)
		return refuse(look, i,
			      !*needs ? "it is not an image of its type"
			      : strcmp(needs, "a backing file") == 0
				      ? "it has a backing file, which would stay behind; "
					"`qemu-img rebase -b \"\"` makes it whole"
				      : "it has an external data file, which would stay "
					"behind");
	if (look->mover->move.shared &&
	    (item->role == DISK || is_one_file(source, &look->found[i])))
		return judge_shared(look, i);
	look->copied[i] = true;
	return judge_free_place(look, i);
}

static int judge(struct look *look)
{
	int r = ROCKS_DONE;

	for (size_t i = 0; i < look->count && r == ROCKS_DONE; i++) {
		if (look->items[i].role == CDROM)
			r = judge_cdrom(look, i);
		else if (strcmp(look->items[i].type, "phy") == 0)
			r = judge_device(look, i);
		else
			r = judge_file(look, i);
	}
	return r;
}

/* All copies to one file system must fit there together. */
static int check_room(const struct look *look)
{
	for (size_t i = 0; i < look->count; i++) {
		const struct found *place = &look->found[i];
		int64_t needed = 0;

		for (size_t j = 0; j < look->count; j++)
			if (look->copied[j] &&
			    strcmp(look->found[j].system, place->system) == 0)
				needed += look->source[j].blocks * BLOCK;
		if (needed > place->room)
			return error("%s: %s has no room for its disks: %" PRId64
				     " MB are needed where %s is to be, %" PRId64
				     " MB are free",
				     look->mover->vm->name, look->target,
				     needed / 1000000 + 1, look->items[i].path,
				     place->room / 1000000);
	}
	return ROCKS_DONE;
}

static int check_programs(const struct look *look)
{
	for (size_t i = 0; i < look->count; i++)
		for (size_t host = 0; host < 2; host++)
			if (look->copied[i] && !look->ready[host])
				return error(
					"%s: %s lacks rsync or flock, which copy its "
					"disks; install the packages rsync and "
					"util-linux there",
					look->mover->vm->name,
					host ? look->target : look->mover->move.source);
	return ROCKS_DONE;
}

static void tell_file(const struct look *look, const char *what, size_t i,
		      const char *more)
{
	strbuf_add_string(look->plan, what);
	text_add_visible(look->plan, look->items[i].path);
	strbuf_add_string(look->plan, more);
}

static int note_file(struct look *look, size_t i)
{
	struct move *move = &look->mover->move;
	struct move_file *files =
		reallocarray(move->files, move->file_count + 1, sizeof(*files));
	int64_t used = look->source[i].blocks * BLOCK, size = look->source[i].size;

	if (!files)
		return memory_error();
	move->files = files;
	files += move->file_count;
	files->path = strdup(look->items[i].path);
	if (!files->path)
		return memory_error();
	move->file_count++;
	files->copied = look->copied[i];
	files->bytes = size;
	if (move->shared && !files->copied) {
		tell_file(look, "keep ", i, ", which both have\n");
		return ROCKS_DONE;
	}
	tell_file(look, files->copied ? "copy " : "compare ", i, ": ");
	strbuf_add_format(look->plan, "%" PRId64 " MB", (size + 999999) / 1000000);
	if (files->copied)
		strbuf_add_format(look->plan, ", of which %" PRId64 " MB are in use",
				  (used + 999999) / 1000000);
	strbuf_add_char(look->plan, '\n');
	return ROCKS_DONE;
}

/* Skips the CD-ROM and devices that the containers share. */
static bool is_compared(const struct look *look, size_t i)
{
	bool shared = look->mover->move.shared;

	if (look->copied[i])
		return true;
	return look->items[i].role != CDROM &&
	       look->source[i].kind == (shared ? 'f' : 'b');
}

/* Records what is copied, or must be the same on both. */
static int note_files(struct look *look)
{
	int r = ROCKS_DONE;

	for (size_t i = 0; i < look->count && r == ROCKS_DONE; i++) {
		if (is_compared(look, i))
			r = note_file(look, i);
		else if (look->source[i].kind == 'n')
			tell_file(look, "", i,
				  " is not there: nothing of it is copied\n");
		else
			tell_file(look, "keep ", i, ", which both have\n");
	}
	return r;
}

static void release(struct look *look)
{
	free(look->items);
	free(look->source);
	free(look->found);
	free(look->copied);
}

int mover_look(struct mover *mover, const struct host_ref *target,
	       const struct mover_domain *source, struct strbuf *plan)
{
	_cleanup_(release) struct look look = { .mover = mover,
						.target = target->name,
						.plan = plan };
	_cleanup_strbuf_ struct strbuf script = STRBUF_EMPTY;
	_cleanup_answers_ struct answers answers = { 0 };
	struct mover_script asked = { .hosts = { mover->move.source, target->name },
				      .what = "looking at its disks",
				      .seconds = SECONDS };
	int r = list_items(&look, &source->kept);

	write_script(&look, &script);
	asked.text = strbuf_text(&script);
	if (r == ROCKS_DONE)
		r = script.error ? memory_error() : mover_run(mover, &asked, &answers);
	for (size_t i = 0; i < 2 && r == ROCKS_DONE; i++)
		r = read_answer(&look, i, answers.list[i].text);
	if (r == ROCKS_DONE)
		r = judge(&look);
	if (r == ROCKS_DONE)
		r = check_programs(&look);
	if (r == ROCKS_DONE)
		r = check_room(&look);
	return r == ROCKS_DONE ? note_files(&look) : r;
}
