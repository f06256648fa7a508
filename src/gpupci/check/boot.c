/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: who would claim a card at boot. */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/boot.h"
#include "src/gpupci/check/initramfs.h"
#include "src/gpupci/check/kept.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/scan/sysfs.h"

/* Names of modules, a blank before and after each. */
struct modules {
	struct strbuf claim;   /* match the device and are not blacklisted */
	struct strbuf builtin; /* of these, built in: no list keeps them off */
};

static bool has_module(const struct strbuf *names, const char *name, size_t length)
{
	for (const char *at = strbuf_text(names); *at; at++) {
		at += strspn(at, " ");
		if (*at && check_is_module(name, length, at))
			return true;
		at += strcspn(at, " ");
		if (!*at)
			break;
	}
	return false;
}

static void add_module(struct strbuf *names, const char *name, size_t length)
{
	if (!has_module(names, name, length))
		strbuf_add_format(names, "%s%.*s", names->length ? " " : "", (int)length,
				  name);
}

/* Adds the modules in the lines "blacklist NAME" of a file. */
static void read_blacklist(struct root *root, const char *folder, const char *name,
			   struct strbuf *blacklist)
{
	size_t length;
	_cleanup_free_ char *text = check_read(root, &length, "%s/%s", folder, name);
	char *rest = NULL;

	if (!text)
		return;
	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		line += strspn(line, " \t");
		if (strncmp(line, "blacklist", 9) != 0 ||
		    (line[9] != ' ' && line[9] != '\t'))
			continue;
		line += 9 + strspn(line + 9, " \t");
		add_module(blacklist, line, strcspn(line, " \t#"));
	}
}

static void read_folder(struct root *root, const char *name, struct strbuf *blacklist)
{
	_cleanup_closedir_ DIR *folder = NULL;
	const struct dirent *entry;

	if (root_open_folder(root, &folder, "%s", name) < 0)
		return;
	while ((entry = root_next_entry(folder))) {
		size_t length = strlen(entry->d_name);

		if (length >= 5 && strcmp(entry->d_name + length - 5, ".conf") == 0)
			read_blacklist(root, name, entry->d_name, blacklist);
	}
}

/*
 * Reads modprobe.d(5), and modprobe.blacklist= of the command line, as modprobe(8) does.
 */
static void read_blacklists(struct root *root, struct strbuf *blacklist)
{
	static const char *const folders[] = { "/etc/modprobe.d", "/run/modprobe.d",
					       "/usr/lib/modprobe.d", "/lib/modprobe.d" };
	static const char key[] = "modprobe.blacklist=";
	_cleanup_free_ char *line = NULL;
	const char *word;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		read_folder(root, folders[i], blacklist);
	line = check_read_line(root, "/proc/cmdline");
	word = line ? strstr(line, key) : NULL;
	for (; word; word = strstr(word, key)) {
		word += strlen(key);
		while (*word && *word != ' ') {
			size_t length = strcspn(word, ", ");

			add_module(blacklist, word, length);
			word += length;
			word += *word == ',';
		}
	}
}

/* Lines "alias PATTERN MODULE", from depmod(8). */
static void match_aliases(char *text, const char *modalias,
			  const struct strbuf *blacklist, struct strbuf *claim)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *module = strrchr(line, ' ');

		if (strncmp(line, "alias pci:", 10) != 0 || !module)
			continue;
		*module++ = '\0';
		if (fnmatch(line + strlen("alias "), modalias, 0) == 0 &&
		    !has_module(blacklist, module, strlen(module)))
			add_module(claim, module, strlen(module));
	}
}

/* Built-in modules: "MODULE.alias=PATTERN", each with a NUL. */
static void match_builtin(const char *text, size_t length, const char *modalias,
			  struct modules *modules)
{
	for (const char *entry = text; entry < text + length;
	     entry += strlen(entry) + 1) {
		const char *pattern = strstr(entry, ".alias=pci:");
		size_t name = pattern ? (size_t)(pattern - entry) : 0;

		if (!pattern || fnmatch(pattern + strlen(".alias="), modalias, 0) != 0)
			continue;
		add_module(&modules->claim, entry, name);
		add_module(&modules->builtin, entry, name);
	}
}

static int find_modules(struct host *host, const struct pci_function *function,
			struct modules *modules)
{
	struct root *root = &host->scan.root;
	_cleanup_free_ char *release = check_release_name(root);
	_cleanup_free_ char *modalias = NULL, *aliases = NULL, *builtin = NULL;
	_cleanup_strbuf_ struct strbuf blacklist = STRBUF_EMPTY;
	size_t length;

	if (sysfs_read_text(root, function->address, "modalias", &modalias) < 0)
		modalias = NULL;
	aliases = check_read(root, &length, "/lib/modules/%s/modules.alias",
			     release ? release : "");
	if (!modalias || !aliases)
		return -ENOENT;
	read_blacklists(root, &blacklist);
	match_aliases(aliases, modalias, &blacklist, &modules->claim);
	builtin = check_read(root, &length, "/lib/modules/%s/modules.builtin.modinfo",
			     release ? release : "");
	if (builtin)
		match_builtin(builtin, length, modalias, modules);
	return 0;
}

static void add_claim(struct checks *checks, const struct card *card,
		      const struct modules *modules, bool kept)
{
	const char *names = strbuf_text(&modules->claim);
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;

	if (!kept) {
		checks_add(checks, card->name, "boot", CHECK_OK, NULL,
			   "the host's at boot: %s", names[0] ? names : "no driver");
		return;
	}
	if (modules->builtin.length) {
		strbuf_add_format(&fix,
				  "a kernel with %s as a module, or: initcall_blacklist= "
				  "on its command line",
				  strbuf_text(&modules->builtin));
		checks_add(checks, card->name, "boot", CHECK_WARN, strbuf_text(&fix),
			   "to stay detached, but %s is built into the kernel and has it "
			   "until gpupci.service takes it",
			   strbuf_text(&modules->builtin));
		return;
	}
	checks_add(checks, card->name, "boot", CHECK_OK, NULL,
		   "to stay detached, kept off %s", names[0] ? names : "all drivers");
}

static void add_claims(struct checks *checks, struct host *host, const struct card *card,
		       const struct modules *modules)
{
	bool kept = check_is_kept(host, card);

	add_claim(checks, card, modules, kept);
	if (modules->claim.length)
		check_initramfs(checks, host, card, strbuf_text(&modules->claim), kept);
}

void check_boot(struct checks *checks, struct host *host, const struct card *card)
{
	struct modules modules = { STRBUF_EMPTY, STRBUF_EMPTY };
	int error = 0;

	for (size_t i = 0; i < card->count && error == 0; i++)
		error = find_modules(host, card->members[i].function, &modules);
	if (error < 0)
		checks_add(checks, card->name, "boot", CHECK_WARN, "depmod -a",
			   "who would claim it at boot is not known: no modules.alias of "
			   "this kernel, or no modalias");
	else
		add_claims(checks, host, card, &modules);
	strbuf_release(&modules.claim);
	strbuf_release(&modules.builtin);
}
