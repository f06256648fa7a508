/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The framebuffer that the firmware left: which card it is in, and what uses it. */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "src/gpupci/files/enter.h"
#include "src/gpupci/hold/framebuffer.h"

#define MOST_LEVELS 32

/*
 * Names of the range: BOOTFB of the device that the kernel makes of it
 * (drivers/firmware/sysfb_simplefb.c), else that of the driver which has it.
 */
static bool is_framebuffer(const char *name)
{
	static const char *const names[] = { "BOOTFB", "efifb", "vesafb", "simplefb",
					     "simple-framebuffer" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* The function of the card with that address, as /proc/iomem names it; or NULL. */
static const struct pci_function *find_function(const struct card *card, const char *name)
{
	struct pci_address address;

	if (pci_address_parse(name, &address) < 0)
		return NULL;
	for (size_t i = 0; i < card->count; i++)
		if (pci_address_compare(card->members[i].function->address, address) == 0)
			return card->members[i].function;
	return NULL;
}

/*
 * Takes in a line "    c0000000-c01fffff : BOOTFB": a range lies in the last one above it
 * with less indentation. Without root all numbers are 0, the order is the same.
 */
static bool take_line(const struct card *card, char *line,
		      const struct pci_function *owners[MOST_LEVELS],
		      struct framebuffer *ret)
{
	size_t level = strspn(line, " ") / 2;
	char *name = strstr(line, " : ");

	if (!name || level >= MOST_LEVELS)
		return false;
	name += strlen(" : ");
	name[strcspn(name, "\n")] = '\0';
	owners[level] = find_function(card, name);
	if (!owners[level] && level)
		owners[level] = owners[level - 1];
	if (!owners[level] || !is_framebuffer(name))
		return false;
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	ret->function = owners[level]->address;
	return true;
}

int framebuffer_find(struct root *root, const struct card *card, struct framebuffer *ret)
{
	const struct pci_function *owners[MOST_LEVELS] = { NULL };
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *line = NULL;
	int error = root_open_file(root, &file, "/proc/iomem");
	size_t size = 0;

	if (error < 0)
		return error == -ENOMEM ? error : 0;
	errno = 0;
	while (getline(&line, &size, file) >= 0)
		if (take_line(card, line, owners, ret))
			return 1;
	return errno == ENOMEM ? -ENOMEM : 0;
}

/* Whether the console at that path is bound, and on a framebuffer. */
static bool is_console(struct root *root, const char *path)
{
	_cleanup_free_ char *name = NULL, *bind = NULL;

	return root_read_line(root, &name, "%s/name", path) == 0 &&
	       root_read_line(root, &bind, "%s/bind", path) == 0 &&
	       strstr(name, "frame buffer device") && strcmp(bind, "1") == 0;
}

static int add_console(struct root *root, const char *path, struct strbuf *commands)
{
	if (is_console(root, path))
		strbuf_add_format(commands, "echo 0 > %s/bind\n", path);
	return commands->error;
}

/* The path is that of the device among the devices of its driver. */
static int add_driver(struct root *root, const char *path, struct strbuf *commands)
{
	const char *device = strrchr(path, '/');

	(void)root;
	strbuf_add_format(commands, "echo %s > %.*s/unbind\n", device + 1,
			  (int)(device - path), path);
	return commands->error;
}

static int add_each(struct root *root, const char *pattern, struct strbuf *commands,
		    int (*add)(struct root *root, const char *path,
			       struct strbuf *commands))
{
	glob_t found;
	int error = root_match(root, pattern, &found);

	for (size_t i = 0; error == 0 && i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i] + strlen(root_entered(root->folder));

		/* The kernel writes no other names: keep them from the terminal. */
		if (text_is_clean(path))
			error = add(root, path, commands);
	}
	globfree(&found);
	return error;
}

int framebuffer_add_commands(struct root *root, struct strbuf *commands)
{
	int error = add_each(root, "/sys/class/vtconsole/vtcon*", commands, add_console);

	return error < 0 ? error
			 : add_each(root,
				    "/sys/bus/platform/drivers/*-framebuffer/"
				    "*-framebuffer.*",
				    commands, add_driver);
}
