/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which drivers of a card the initramfs contains. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/initramfs.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/run.h"

/* How distributions name the image, and their program that lists it. */
static const struct {
	const char *before, *after, *program;
} images[] = {
	{ "/boot/initrd.img-", "", "/usr/bin/lsinitramfs" }, /* initramfs-tools */
	{ "/boot/initrd.img-", "", "/usr/bin/lsinitrd" },    /* dracut on Debian */
	{ "/boot/initramfs-", ".img", "/usr/bin/lsinitrd" }, /* Enterprise Linux */
	{ "/boot/initrd-", "", "/usr/bin/lsinitrd" },	     /* SUSE */
};

/* Where an administrator requests modules, and the words before their names. */
static const struct {
	const char *path, *words[2];
} requests[] = {
	{ "/etc/initramfs-tools/modules", { "", NULL } },
	{ "/etc/dracut.conf", { "add_drivers", "force_drivers" } },
	{ "/etc/dracut.conf.d", { "add_drivers", "force_drivers" } },
	{ "/usr/lib/dracut/dracut.conf.d", { "add_drivers", "force_drivers" } },
};

bool initramfs_has(const char *list, const char *module, size_t length)
{
	for (const char *at = list; (at = strstr(at, ".ko")); at += 3) {
		const char *begin = at;

		/* "….ko", "….ko.xz", "….ko.zst": the name starts after the slash. */
		if (at[3] && !strchr(".\n ", at[3]))
			continue;
		while (begin > list && begin[-1] != '/' && begin[-1] != '\n')
			begin--;
		if ((size_t)(at - begin) == length) {
			_cleanup_free_ char *name = strndup(begin, length);

			if (name && check_is_module(module, length, name))
				return true;
		}
	}
	return false;
}

static char *format_text(const char *format, ...) _printf_(1, 2);
static char *format_text(const char *format, ...)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	va_list list;

	va_start(list, format);
	strbuf_add_format_list(&text, format, list);
	va_end(list);
	return strbuf_take(&text);
}

static void list_image(struct initramfs *initramfs, const char *program,
		       unsigned int seconds)
{
	const char *const argv[] = { program, initramfs->image, NULL };
	int status = 0;

	initramfs->list = check_run(argv, seconds, &status);
	if (initramfs->list)
		return;
	if (status == -ETIMEDOUT)
		initramfs->why = format_text("%s did not finish with %s within %u s",
					     program, initramfs->image, seconds);
	else if (status < 0)
		initramfs->why =
			format_text("%s cannot be run: %s", program, strerror(-status));
	else
		initramfs->why = format_text("%s %s ended with %d; run this as root",
					     program, initramfs->image, status);
}

/* Finds the image of the running kernel, and lists it. */
static void read_initramfs(struct initramfs *initramfs, struct host *host)
{
	struct root *root = &host->scan.root;
	_cleanup_free_ char *release = check_release_name(root);

	initramfs->is_read = true;
	for (size_t i = 0; i < ARRAY_SIZE(images) && release && release[0]; i++) {
		_cleanup_free_ char *path =
			format_text("%s%s%s", images[i].before, release, images[i].after);

		if (!path || !root_exists(root, "%s", path))
			continue;
		free(initramfs->image);
		initramfs->image = take_pointer(path);
		if (root->folder[0] || !root_exists(root, "%s", images[i].program))
			continue;
		list_image(initramfs, images[i].program, host->scan.root.timeout);
		return;
	}
	if (!initramfs->image)
		initramfs->why = format_text("/boot has none for kernel %s",
					     release ? release : "?");
	else if (root->folder[0])
		initramfs->why = format_text("gpupci runs no program below another root");
	else
		initramfs->why =
			format_text("neither lsinitramfs nor lsinitrd is installed");
}

/* Whether a line of a file requests the module: after the word, if there is one. */
static bool asks_for(struct root *root, const char *path, const char *const words[2],
		     const char *module, size_t length)
{
	size_t bytes;
	_cleanup_free_ char *text = check_read(root, &bytes, "%s", path);
	char *rest = NULL, *next;

	for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line;
	     line = strtok_r(NULL, "\n", &rest)) {
		line += strspn(line, " \t");
		if (line[0] == '#' ||
		    (strncmp(line, words[0], strlen(words[0])) != 0 &&
		     (!words[1] || strncmp(line, words[1], strlen(words[1])) != 0)))
			continue;
		next = NULL;
		for (char *word = strtok_r(line, " \t+=\"'", &next); word;
		     word = strtok_r(NULL, " \t+=\"'", &next))
			if (strlen(word) == length &&
			    check_is_module(module, length, word))
				return true;
	}
	return false;
}

/*
 * Returns the file that requests the module, "" for none, NULL if out of memory; the
 * caller frees it.
 */
static char *find_request(struct root *root, const char *module, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
		_cleanup_closedir_ DIR *folder = NULL;
		const struct dirent *entry;

		if (asks_for(root, requests[i].path, requests[i].words, module, length))
			return strdup(requests[i].path);
		if (root_open_folder(root, &folder, "%s", requests[i].path) < 0)
			continue;
		while ((entry = root_next_entry(folder))) {
			strbuf_reset(&path);
			strbuf_add_format(&path, "%s/%s", requests[i].path,
					  entry->d_name);
			if (asks_for(root, strbuf_text(&path), requests[i].words, module,
				     length))
				return strbuf_take(&path);
		}
	}
	return strdup("");
}

static void add_name(struct strbuf *names, const char *name, size_t length)
{
	strbuf_add_format(names, "%s%.*s", names->length ? " " : "", (int)length, name);
}

/* Finds which of the modules it contains, and the source of that knowledge. */
static void find_modules(const struct initramfs *initramfs, struct root *root,
			 const char *modules, struct strbuf *found, struct strbuf *where)
{
	for (const char *at = modules; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		if (initramfs->list && initramfs_has(initramfs->list, at, length)) {
			add_name(found, at, length);
		} else if (!initramfs->list) {
			_cleanup_free_ char *path = find_request(root, at, length);

			if (path && path[0]) {
				add_name(found, at, length);
				strbuf_reset(where);
				strbuf_add_string(where, path);
			}
		}
		at += length;
	}
	if (initramfs->list)
		strbuf_add_string(where, initramfs->image);
}

static void add_found(struct checks *checks, const struct card *card, const char *found,
		      const char *where, bool is_kept)
{
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;

	strbuf_add_format(
		&fix,
		"dracut: omit_drivers+=\" %s \" in /etc/dracut.conf.d/gpupci.conf, "
		"then dracut -f\n"
		"initramfs-tools: \"blacklist\" and its name in "
		"/etc/modprobe.d/gpupci.conf, then update-initramfs -u",
		found);
	if (is_kept)
		checks_add(checks, card->name, "initramfs", CHECK_WARN, strbuf_text(&fix),
			   "to stay detached, but %s in %s has it first, until "
			   "gpupci.service takes it",
			   found, where);
	else
		checks_add(checks, card->name, "initramfs", CHECK_OK, NULL,
			   "%s in %s has it first: remove it before you detach the card "
			   "for good",
			   found, where);
}

void check_initramfs(struct checks *checks, struct host *host, const struct card *card,
		     const char *modules, bool is_kept)
{
	struct initramfs *initramfs = &checks->initramfs;
	_cleanup_strbuf_ struct strbuf found = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf where = STRBUF_EMPTY;

	if (!initramfs->is_read)
		read_initramfs(initramfs, host);
	find_modules(initramfs, &host->scan.root, modules, &found, &where);
	if (found.length)
		add_found(checks, card, strbuf_text(&found), strbuf_text(&where),
			  is_kept);
	else if (initramfs->list)
		checks_add(checks, card->name, "initramfs", CHECK_OK, NULL,
			   "%s is not in %s", modules, initramfs->image);
	else
		checks_add(checks, card->name, "initramfs",
			   is_kept ? CHECK_WARN : CHECK_OK,
			   is_kept ? "look with lsinitramfs or lsinitrd" : NULL,
			   "whether %s is in the initramfs is not known: %s", modules,
			   initramfs->why ? initramfs->why : "no memory");
}
