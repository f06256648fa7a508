/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks both containers about the files of a VM that moves. */
#include <inttypes.h>
#include <string.h>

#include "src/fleet/collect.h"
#include "src/fleet/remote.h"
#include "src/move/look.h"

#define SECONDS 120

/*
 * Five lines for each path: its kind, size, blocks and inode; the beginning of a file, for
 * images; its file system's type, source, root and place; its path without symbolic links;
 * the id and free space of the file system that it is or would be on. findmnt
 * (util-linux) escapes blanks in the third.
 */
static const char SCRIPT[] =
	"PATH=$PATH:/usr/sbin:/sbin; command -v rsync > /dev/null && command -v flock > "
	"/dev/null && echo ready || echo lacking; "
	"p() { if [ -b \"$1\" ]; then echo b \"$(blockdev --getsize64 \"$1\")\" 0 0; "
	"elif [ -f \"$1\" ]; then echo f $(stat -L -c '%s %b %i' -- \"$1\"); "
	"elif [ -d \"$1\" ]; then echo d 0 0 $(stat -L -c %i -- \"$1\"); "
	"elif [ -e \"$1\" ] || [ -L \"$1\" ]; then echo x 0 0 0; else echo n 0 0 0; fi; "
	"h=; [ -z \"$2\" ] || [ ! -f \"$1\" ] || "
	"h=$(od -An -v -tx1 -N\"$2\" -- \"$1\" | tr -d ' \\n'); echo \"$h\"; "
	"d=$1; while [ ! -d \"$d\" ]; do d=$(dirname -- \"$d\"); done; "
	"[ -e \"$1\" ] && e=$1 || e=$d; "
	"printf '%s\\n' \"$(findmnt -rnvo FSTYPE,SOURCE,FSROOT,TARGET -T \"$e\" "
	"2> /dev/null | tail -n 1)\"; "
	"printf '%s\\n' \"$(readlink -f -- \"$1\" | tr -d '\\n')\"; "
	"stat -f -c '%i %a %S' -- \"$d\"; }; "
	"w() { [ -d \"/sys/class/net/$1\" ] && echo yes || echo no; }; ";

static bool may_be_image(const struct item *item)
{
	return !item->is_kept && !item->file.is_block &&
	       (item->file.role == ROCKS_FILE_DISK ||
		item->file.role == ROCKS_FILE_MEDIUM ||
		item->file.role == ROCKS_FILE_BACKING) &&
	       strcmp(item->file.format, "file") != 0;
}

/* How many bytes of it to read. */
static int head_of(const struct look *look, const struct item *item)
{
	if (may_be_image(item))
		return DISK_IMAGE_HEAD;
	return look_is_variables(look, item) ? LOOK_VARIABLES_HEAD : 0;
}

static void write_script(const struct look *look, size_t first, struct strbuf *script)
{
	const struct rocks_vm *vm = look->mover->vm;

	strbuf_add_string(script, SCRIPT);
	for (size_t i = first; i < look->count; i++) {
		int head = head_of(look, &look->items[i]);

		if (look->items[i].file.role == ROCKS_FILE_ELSEWHERE)
			continue;
		strbuf_add_string(script, "p ");
		remote_quote(script, look->items[i].file.path);
		if (head)
			strbuf_add_format(script, " %d", head);
		strbuf_add_string(script, " || exit 1; ");
	}
	for (uint32_t i = 0; first == 0 && i < vm->interface_count; i++) {
		strbuf_add_string(script, "w ");
		remote_quote(script, vm->interface(vm, i)->bridge);
		strbuf_add_string(script, "; ");
	}
}

char *look_next_line(char **text)
{
	char *line = strsep(text, "\n");

	return line ? line : (char *)"";
}

static bool read_found(char **text, struct found *found)
{
	uint64_t room = 0, unit = 0;
	int count = sscanf(look_next_line(text), "%c %" SCNd64 " %" SCNd64 " %" SCNd64,
			   &found->kind, &found->size, &found->blocks, &found->inode);

	found->head = strdup(look_next_line(text));
	found->mount = strdup(look_next_line(text));
	found->real = strdup(look_next_line(text));
	if (count != 4 || !found->head || !found->mount || !found->real ||
	    sscanf(look_next_line(text), "%63s %" SCNu64 " %" SCNu64, found->system,
		   &room, &unit) != 3)
		return false;
	found->room = (int64_t)(room * unit);
	return true;
}

static int read_interfaces(const struct look *look, char *text)
{
	const struct rocks_vm *vm = look->mover->vm;

	for (uint32_t i = 0; i < vm->interface_count; i++)
		if (strcmp(look_next_line(&text), "yes") != 0)
			return error("%s: %s has no device %s for its interface %s",
				     vm->name, look->target, vm->interface(vm, i)->bridge,
				     vm->interface(vm, i)->device);
	return ROCKS_DONE;
}

static int read_answer(struct look *look, size_t first, size_t host, char *text)
{
	look->ready[host] = strcmp(look_next_line(&text), "ready") == 0;
	for (size_t i = first; i < look->count; i++)
		if (look->items[i].file.role != ROCKS_FILE_ELSEWHERE &&
		    !read_found(&text, &look->items[i].found[host]))
			return error("%s: %s gives no usable answer on %s",
				     look->mover->vm->name,
				     host == TARGET ? look->target
						    : look->mover->move.source,
				     look->items[i].file.path);
	return first == 0 && host == TARGET ? read_interfaces(look, text) : ROCKS_DONE;
}

int look_ask(struct look *look, size_t first)
{
	_cleanup_strbuf_ struct strbuf script = STRBUF_EMPTY;
	_cleanup_answers_ struct answers answers = { 0 };
	struct mover_script asked = { .hosts = { look->mover->move.source, look->target },
				      .what = "looking at its disks",
				      .seconds = SECONDS };
	int r;

	write_script(look, first, &script);
	asked.text = strbuf_text(&script);
	r = script.error ? memory_error() : mover_run(look->mover, &asked, &answers);
	for (size_t host = 0; host < 2 && r == ROCKS_DONE; host++)
		r = read_answer(look, first, host, answers.list[host].text);
	return r;
}
