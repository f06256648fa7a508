/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files a VM that moves needs: those that are named, and those that images need. */
#include <errno.h>
#include <string.h>

#include "lib/text.h"
#include "src/move/look.h"

/* Images that need one another, at most, with all other files. */
#define MOST_ITEMS 1000

void look_release(struct look *look)
{
	for (size_t i = 0; i < look->count; i++) {
		struct item *item = &look->items[i];

		free(item->file.path);
		free(item->file.format);
		free(item->file.name);
		free(item->overlay);
		for (size_t host = 0; host < 2; host++) {
			free(item->found[host].head);
			free(item->found[host].mount);
			free(item->found[host].real);
		}
	}
	free(look->items);
}

int look_add(struct look *look, const struct vm_file *file, struct item **ret_item)
{
	struct item *list = reallocarray(look->items, look->count + 1, sizeof(*list));
	struct item *item;

	if (!list)
		return memory_error();
	look->items = list;
	item = &list[look->count];
	*item = (struct item){ .file = *file };
	item->file.path = strdup(file->path);
	item->file.format = strdup(file->format);
	item->file.name = strdup(file->name);
	look->count++;
	if (!item->file.path || !item->file.format || !item->file.name)
		return memory_error();
	if (ret_item)
		*ret_item = item;
	return ROCKS_DONE;
}

/* What it keeps on the target; path may be NULL. */
static int add_kept(struct look *look, const char *path, const char *name,
		    const char *source)
{
	const struct vm_file file = { .role = ROCKS_FILE_DISK,
				      .path = (char *)path,
				      .format = (char *)"file",
				      .name = (char *)name };
	struct item *item = NULL;
	int r = path ? look_add(look, &file, &item) : ROCKS_DONE;

	if (item) {
		item->is_kept = true;
		item->is_new = !source;
	}
	return r;
}

int look_list(struct look *look, const struct mover_kept *source)
{
	const struct vm_files *files = &look->mover->files;
	const struct mover_kept *kept = &look->mover->kept;
	int r = ROCKS_DONE;

	for (size_t i = 0; i < files->count && r == ROCKS_DONE; i++)
		r = look_add(look, &files->list[i], NULL);
	if (r == ROCKS_DONE)
		r = add_kept(look, kept->nvram, "file of firmware variables",
			     source->nvram);
	return r == ROCKS_DONE ? add_kept(look, kept->tpm, "TPM state", source->tpm) : r;
}

bool look_is_variables(const struct look *look, const struct item *item)
{
	const char *nvram = look->mover->kept.nvram;

	return item->is_kept && nvram && strcmp(item->file.path, nvram) == 0;
}

int look_refuse(const struct look *look, const struct item *item, const char *why)
{
	return error("%s: its %s, %s: %s", look->mover->vm->name, item->file.name,
		     item->file.path, why);
}

static bool is_listed(const struct look *look, const char *path)
{
	for (size_t i = 0; i < look->count; i++)
		if (strcmp(look->items[i].file.path, path) == 0)
			return true;
	return false;
}

/* QEMU (block.c, path_has_protocol): a colon before the first slash ends a protocol. */
static size_t protocol_length(const char *name)
{
	size_t length = strcspn(name, ":/");

	return name[length] == ':' ? length : 0;
}

/*
 * Of these an image may name a disk; other protocols stand for a file of the host, fat: and
 * host_device: among them, or for one of QEMU's own. nbd:unix: is a socket of the host.
 */
static bool is_network(const char *name, size_t protocol)
{
	static const char known[] = "nbd rbd iscsi iser ssh http https ftp ftps gluster "
				    "gluster+tcp gluster+rdma nfs nbd+tcp";

	return text_lists_word(known, name, protocol) &&
	       strncmp(name, "nbd:unix", 8) != 0;
}

/* As the image names it: QEMU looks for a relative path from the image's folder. */
static char *path_of(const char *image, const char *name)
{
	const char *slash = strrchr(image, '/');
	char *path;

	if (*name == '/' || !slash)
		return strdup(name);
	return asprintf(&path, "%.*s/%s", (int)(slash - image), image, name) < 0 ? NULL
										 : path;
}

static int refuse_protocol(const struct look *look, size_t image, const char *name,
			   size_t protocol)
{
	_cleanup_strbuf_ struct strbuf why = STRBUF_EMPTY;

	strbuf_add_format(&why,
			  "it names the file it needs as %.*s:…, which is not understood "
			  "here; name that by its path, with `qemu-img rebase -u`",
			  (int)protocol, name);
	return why.error ? memory_error()
			 : look_refuse(look, &look->items[image], strbuf_text(&why));
}

/* A vmdk lists files, too; vhdx, vdi and others are not read here. */
static int refuse_format(const struct look *look, size_t image, const char *format)
{
	_cleanup_strbuf_ struct strbuf why = STRBUF_EMPTY;

	strbuf_add_format(&why,
			  "it needs a file of the format %s; which files that needs in "
			  "turn is not known: convert it with `qemu-img convert`",
			  format);
	return why.error ? memory_error()
			 : look_refuse(look, &look->items[image], strbuf_text(&why));
}

/* "" is a format that the image does not say: libvirt refuses anything but raw then. */
static bool is_known(const char *format)
{
	return !*format || strcmp(format, "raw") == 0 || strcmp(format, "qcow2") == 0 ||
	       strcmp(format, "qed") == 0;
}

/* Adds what an image names; what: the kind of file, for messages. */
static int add_needed(struct look *look, size_t image, const char *what, const char *name,
		      const char *format)
{
	size_t protocol = protocol_length(name);
	bool is_file = protocol == strlen("file") && strncmp(name, "file", protocol) == 0;
	bool is_elsewhere = protocol && !is_file;
	_cleanup_free_ char *path = NULL, *words = NULL;
	struct vm_file file = { .is_readonly = true,
				.role = is_elsewhere ? ROCKS_FILE_ELSEWHERE
						     : ROCKS_FILE_BACKING };
	struct item *item = NULL;
	int r;

	if (is_elsewhere && !is_network(name, protocol))
		return refuse_protocol(look, image, name, protocol);
	if (!is_known(format))
		return refuse_format(look, image, format);
	path = is_elsewhere ? strdup(name)
			    : path_of(look->items[image].file.path,
				      is_file ? name + protocol + 1 : name);
	if (!path || asprintf(&words, "%s of %s", what, look->items[image].file.name) < 0)
		return memory_error();
	if (!text_is_clean(path))
		return look_refuse(look, &look->items[image],
				   "the name of a file it needs is not printable");
	if (is_listed(look, path))
		return ROCKS_DONE;
	if (look->count == MOST_ITEMS)
		return look_refuse(look, &look->items[image], "it needs too many files");
	file.path = path;
	file.name = words;
	file.format = (char *)(strcmp(format, "raw") == 0 ? "file" : format);
	r = look_add(look, &file, &item);
	if (r == ROCKS_DONE)
		item->overlay = strdup(look->items[image].file.path);
	return r == ROCKS_DONE && !item->overlay ? memory_error() : r;
}

static bool may_need_more(const struct item *item)
{
	return item->found[SOURCE].kind == 'f' && !item->is_kept &&
	       (item->file.role == ROCKS_FILE_DISK ||
		item->file.role == ROCKS_FILE_MEDIUM ||
		item->file.role == ROCKS_FILE_BACKING);
}

static int list_needed_by(struct look *look, size_t i)
{
	const struct item *item = &look->items[i];
	struct disk_image image;
	int r = disk_image_read_digits(item->file.format, item->found[SOURCE].head,
				       &image);

	if (r < 0)
		return look_refuse(
			look, item,
			r == -EINVAL ? "it is not an image of its type"
				     : "it needs another file, whose name cannot be "
				       "read");
	r = ROCKS_DONE;
	if (*image.backing)
		r = add_needed(look, i, "backing file", image.backing,
			       image.backing_format);
	if (r == ROCKS_DONE && *image.data)
		r = add_needed(look, i, "external data file", image.data, "raw");
	return r;
}

int look_list_needed(struct look *look, size_t first)
{
	size_t count = look->count;
	int r = ROCKS_DONE;

	for (size_t i = first; i < count && r == ROCKS_DONE; i++)
		if (may_need_more(&look->items[i]))
			r = list_needed_by(look, i);
	return r;
}
