/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the modules of the kernel, from the lists of depmod(8). */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/modules.h"

static bool has_name(const struct strbuf *names, const char *name, size_t length)
{
	for (const char *at = strbuf_text(names); *at; at += *at == ' ') {
		if (check_is_module(name, length, at))
			return true;
		at += strcspn(at, " ");
	}
	return false;
}

void modules_add_name(struct strbuf *names, const char *name, size_t length)
{
	if (!has_name(names, name, length))
		strbuf_add_format(names, "%s%.*s", names->length ? " " : "", (int)length,
				  name);
}

int modules_read(struct modules *modules, struct root *root, const char *release)
{
	size_t length;

	modules->has_folder = root_exists(root, "/lib/modules/%s", release);
	modules->aliases =
		check_read(root, &length, "/lib/modules/%s/modules.alias", release);
	modules->depends =
		check_read(root, &length, "/lib/modules/%s/modules.dep", release);
	modules->builtin =
		check_read(root, &length, "/lib/modules/%s/modules.builtin", release);
	modules->builtin_infos =
		check_read(root, &modules->builtin_length,
			   "/lib/modules/%s/modules.builtin.modinfo", release);
	return root->path.error;
}

/* "alias" of modprobe.d(5): modprobe(8) takes it instead of depmod's. */
static bool match_settings(const struct settings *settings, const char *modalias,
			   struct strbuf *claims)
{
	bool any = false;

	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->settings[i];

		if (setting->kind != SETTING_ALIAS ||
		    fnmatch(setting->module, modalias, 0) != 0)
			continue;
		any = true;
		if (!settings_barrier(settings, setting->value, strlen(setting->value)))
			modules_add_name(claims, setting->value, strlen(setting->value));
	}
	return any;
}

/* Whether a pattern can match: its vendor, "pci:v000010DE…", or any. */
static bool is_of_vendor(const char *pattern, const char *modalias)
{
	static const char start[] = "pci:v";
	size_t skip = strlen(start);

	return strncmp(pattern, start, skip) == 0 &&
	       (!strchr("0123456789ABCDEF", pattern[skip]) ||
		strncmp(pattern + skip, modalias + skip, 8) == 0);
}

/* Lines "alias PATTERN MODULE", from depmod(8). */
static void match_aliases(const char *text, const struct settings *settings,
			  const char *modalias, struct strbuf *claims)
{
	for (const char *line = text; *line; line += *line == '\n') {
		const char *pattern = line + strlen("alias ");
		size_t length = strcspn(line, "\n"), first;
		_cleanup_free_ char *copy = NULL;
		const char *module;

		if (length > 6 && strncmp(line, "alias ", 6) == 0 &&
		    is_of_vendor(pattern, modalias)) {
			first = strcspn(pattern, " \n");
			module = pattern + first + (pattern[first] == ' ');
			copy = strndup(pattern, first);
			if (!copy)
				claims->error = -ENOMEM;
			else if (fnmatch(copy, modalias, 0) == 0 &&
				 !settings_barrier(settings, module,
						   strcspn(module, "\n")))
				modules_add_name(claims, module, strcspn(module, "\n"));
		}
		line += length;
	}
}

/* Built-in modules: "MODULE.alias=PATTERN", each with a NUL. */
static void match_builtin(const struct modules *modules, const char *modalias,
			  struct strbuf *claims, struct strbuf *builtin)
{
	const char *text = modules->builtin_infos;

	for (const char *entry = text; text && entry < text + modules->builtin_length;
	     entry += strlen(entry) + 1) {
		const char *pattern = strstr(entry, ".alias=pci:");
		size_t name = pattern ? (size_t)(pattern - entry) : 0;

		if (!pattern || fnmatch(pattern + strlen(".alias="), modalias, 0) != 0)
			continue;
		modules_add_name(claims, entry, name);
		modules_add_name(builtin, entry, name);
	}
}

void modules_match(const struct modules *modules, const struct settings *settings,
		   const char *modalias, struct strbuf *claims, struct strbuf *builtin)
{
	if (strlen(modalias) < strlen("pci:v00000000"))
		return;
	if (!match_settings(settings, modalias, claims) && modules->aliases)
		match_aliases(modules->aliases, settings, modalias, claims);
	match_builtin(modules, modalias, claims, builtin);
}

/* Whether a path of depmod(8), "kernel/…/vfio-pci.ko.xz", is the module's. */
static bool is_path_of(const char *path, size_t size, const char *name, size_t length)
{
	const char *base = memrchr(path, '/', size);

	base = base ? base + 1 : path;
	return (size_t)(path + size - base) > length + 2 &&
	       strncmp(base + length, ".ko", 3) == 0 &&
	       check_is_module(base, length, name);
}

bool modules_is_builtin(const struct modules *modules, const char *name)
{
	for (const char *line = modules->builtin; line && *line; line += *line == '\n') {
		size_t length = strcspn(line, "\n");

		if (is_path_of(line, length, name, strlen(name)))
			return true;
		line += length;
	}
	return false;
}

const char *modules_depends(const struct modules *modules, const char *name,
			    size_t length)
{
	_cleanup_free_ char *copy = strndup(name, length);

	for (const char *line = modules->depends; copy && line && *line;
	     line += *line == '\n') {
		size_t path = strcspn(line, ":\n");

		if (line[path] == ':' && is_path_of(line, path, copy, length))
			return line + path + 1;
		line += strcspn(line, "\n");
	}
	return NULL;
}

const char *modules_find(const struct modules *modules, struct root *root,
			 const char *name)
{
	if (root_exists(root, "/sys/module/%s", name))
		return "loaded";
	if (modules_is_builtin(modules, name))
		return "built in";
	if (modules_depends(modules, name, strlen(name)))
		return "ready to load";
	return modules->builtin || modules->depends ? NULL : "";
}

const char *modules_remedy(const struct modules *modules)
{
	return modules->has_folder
		       ? "depmod -a"
		       : "install the package with the modules of the kernel that runs, "
			 "or boot one whose modules are in /lib/modules";
}

void modules_release(struct modules *modules)
{
	free(modules->aliases);
	free(modules->depends);
	free(modules->builtin);
	free(modules->builtin_infos);
	*modules = (struct modules)MODULES_EMPTY;
}
