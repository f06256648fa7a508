/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the entries in the files of boot loaders. */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/entries.h"

static const char blanks[] = " \t\r";

static void reset(struct entry *entry)
{
	strbuf_reset(&entry->kernel);
	strbuf_reset(&entry->version);
	strbuf_reset(&entry->options);
	strbuf_reset(&entry->initrds);
}

/* Hands out what was collected, and starts anew. */
static void finish(struct entry *entry, entries_call *call, void *context)
{
	if (entry->kernel.length && !entry->kernel.error && !entry->version.error &&
	    !entry->options.error && !entry->initrds.error)
		call(context, entry);
	reset(entry);
}

static void add_options(struct entry *entry, const char *words)
{
	if (*words)
		strbuf_add_format(&entry->options, "%s%s",
				  entry->options.length ? " " : "", words);
}

/* An early image of microcode has no modules; tuned(8) sets its variable of GRUB rarely. */
static bool is_initramfs(const char *path)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	return strcmp(path, "$tuned_initrd") != 0 && !strstr(name, "ucode") &&
	       !strstr(name, "microcode");
}

/* Adds the paths of a list. */
static void add_initrds(struct entry *entry, char *list, const char *separators)
{
	char *rest = NULL;

	for (char *path = strtok_r(list, separators, &rest); path;
	     path = strtok_r(NULL, separators, &rest))
		if (is_initramfs(path))
			strbuf_add_format(&entry->initrds, "%s\n", path);
}

/* Splits "KEY rest" and returns the rest, without blanks around it. */
static char *split(char *line)
{
	char *rest = line + strcspn(line, " \t");
	size_t length;

	if (*rest)
		*rest++ = '\0';
	rest += strspn(rest, blanks);
	length = strlen(rest);
	while (length && strchr(blanks, rest[length - 1]))
		rest[--length] = '\0';
	return rest;
}

static void set(struct strbuf *field, const char *text)
{
	strbuf_reset(field);
	strbuf_add_string(field, text);
}

void entries_read_bls(char *text, entries_call *call, void *context)
{
	_cleanup_entry_ struct entry entry = ENTRY_EMPTY;
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *key = line + strspn(line, blanks), *value = split(key);

		if (strcmp(key, "linux") == 0)
			set(&entry.kernel, value);
		else if (strcmp(key, "version") == 0)
			set(&entry.version, value);
		else if (strcmp(key, "options") == 0)
			add_options(&entry, value);
		else if (strcmp(key, "initrd") == 0)
			add_initrds(&entry, value, blanks);
	}
	finish(&entry, call, context);
}

/* Whether it is the command, as itself or for another way to boot: linux16, linuxefi. */
static bool is_command(const char *word, const char *command)
{
	size_t length = strlen(command);

	return strncmp(word, command, length) == 0 &&
	       (!word[length] || strcmp(word + length, "16") == 0 ||
		strcmp(word + length, "efi") == 0);
}

void entries_read_grub(char *text, entries_call *call, void *context)
{
	_cleanup_entry_ struct entry entry = ENTRY_EMPTY;
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *key = line + strspn(line, blanks), *value = split(key);

		if (is_command(key, "linux")) {
			char *options = split(value);

			finish(&entry, call, context);
			set(&entry.kernel, value);
			set(&entry.options, options);
		} else if (is_command(key, "initrd")) {
			add_initrds(&entry, value, blanks);
		} else if (strcmp(key, "menuentry") == 0 || strcmp(key, "}") == 0) {
			finish(&entry, call, context);
		}
	}
	finish(&entry, call, context);
}

/* "append … initrd=/path" names it too. */
static void take_append(struct entry *entry, const char *options)
{
	const char *path = strstr(options, "initrd=");

	add_options(entry, options);
	if (path && (path == options || strchr(blanks, path[-1])) &&
	    !entry->initrds.length) {
		_cleanup_free_ char *list = NULL;

		path += strlen("initrd=");
		list = strndup(path, strcspn(path, blanks));
		if (list)
			add_initrds(entry, list, ",");
	}
}

void entries_read_extlinux(char *text, entries_call *call, void *context)
{
	_cleanup_entry_ struct entry entry = ENTRY_EMPTY;
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *key = line + strspn(line, blanks), *value = split(key);

		if (strcasecmp(key, "label") == 0)
			finish(&entry, call, context);
		else if (strcasecmp(key, "linux") == 0 || strcasecmp(key, "kernel") == 0)
			set(&entry.kernel, value);
		else if (strcasecmp(key, "initrd") == 0)
			add_initrds(&entry, value, ",");
		else if (strcasecmp(key, "append") == 0)
			take_append(&entry, value);
	}
	finish(&entry, call, context);
}

void entry_release(struct entry *entry)
{
	strbuf_release(&entry->kernel);
	strbuf_release(&entry->version);
	strbuf_release(&entry->options);
	strbuf_release(&entry->initrds);
}
