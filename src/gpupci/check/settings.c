/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: what is set about kernel modules: modprobe.d(5), the command line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/cmdline.h"
#include "src/gpupci/check/drop-ins.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/settings.h"

static void add(struct settings *settings, enum setting_kind kind, const char *module,
		const char *value, const char *source)
{
	struct setting *grown =
		reallocarray(settings->settings, settings->count + 1, sizeof(*grown));

	if (!grown) {
		settings->error = -ENOMEM;
		return;
	}
	settings->settings = grown;
	grown += settings->count++;
	*grown = (struct setting){ .kind = kind,
				   .module = strdup(module),
				   .value = strdup(value),
				   .source = strdup(source) };
	if (!grown->module || !grown->value || !grown->source)
		settings->error = -ENOMEM;
}

/* "pre: a b post: c": the modules that are loaded before. */
static void add_softdep(struct settings *settings, const char *module, char *value,
			const char *source)
{
	bool pre = false;
	char *rest = NULL;

	for (char *word = strtok_r(value, " \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest))
		if (strcmp(word, "pre:") == 0)
			pre = true;
		else if (strcmp(word, "post:") == 0)
			pre = false;
		else if (pre)
			add(settings, SETTING_PRE, module, word, source);
}

/* The words of "options": only "ids" binds a driver to a device. */
static void add_options(struct settings *settings, const char *module, char *value,
			const char *source)
{
	char *name, *text;

	while (cmdline_next(&value, &name, &text))
		if (text && strcmp(name, "ids") == 0)
			add(settings, SETTING_IDS, module, text, source);
}

/* One line, as kmod_config_parse() reads it. */
static void add_words(struct settings *settings, char *line, const char *source)
{
	char *rest = NULL;
	char *command = strtok_r(line, " \t", &rest);
	char *module = command && command[0] != '#' ? strtok_r(NULL, " \t", &rest) : NULL;
	char *value = rest ? rest + strspn(rest, " \t") : NULL;

	if (!module)
		return;
	if (strcmp(command, "blacklist") == 0)
		add(settings, SETTING_BLACKLIST, module, "", source);
	else if (!value)
		return;
	else if (strcmp(command, "options") == 0)
		add_options(settings, module, value, source);
	else if (strcmp(command, "softdep") == 0)
		add_softdep(settings, module, value, source);
	else if (strcmp(command, "install") == 0)
		add(settings, SETTING_INSTALL, module, value, source);
	else if (strcmp(command, "alias") == 0) {
		value[strcspn(value, " \t")] = '\0';
		add(settings, SETTING_ALIAS, module, value, source);
	}
}

/* A backslash in front of a newline continues the line. */
static void join_lines(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (from[0] == '\\' && from[1] == '\n')
			from++;
		else
			*to++ = *from;
	*to = '\0';
}

void settings_add_file(struct settings *settings, char *text, const char *source)
{
	char *rest = NULL;

	join_lines(text);
	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		add_words(settings, line, source);
}

/* Adds each module of a list with commas. */
static void add_list(struct settings *settings, enum setting_kind kind, char *list,
		     const char *source)
{
	char *rest = NULL;

	for (char *module = strtok_r(list, ",", &rest); module;
	     module = strtok_r(NULL, ",", &rest))
		add(settings, kind, module, "", source);
}

/* The kernel uses the last module_blacklist= only. */
static void drop_forbidden(struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++)
		if (settings->settings[i].kind == SETTING_FORBIDDEN &&
		    settings->settings[i].module)
			settings->settings[i].module[0] = '\0';
}

static void add_word(struct settings *settings, char *name, char *value,
		     const char *source)
{
	static const struct {
		const char *name;
		enum setting_kind kind;
	} lists[] = {
		{ "modprobe.blacklist", SETTING_BLACKLIST },
		{ "module_blacklist", SETTING_FORBIDDEN },
		{ "rd.driver.blacklist", SETTING_SKIPPED },
		{ "rdblacklist", SETTING_SKIPPED },
		{ "rd.driver.pre", SETTING_LOAD_FIRST },
		{ "rdloaddriver", SETTING_LOAD_FIRST },
		{ "modules_load", SETTING_LOAD },
		{ "modules-load", SETTING_LOAD },
	};
	size_t length = strlen(name);

	if (length > 4 && strcmp(name + length - 4, ".ids") == 0) {
		name[length - 4] = '\0';
		add(settings, SETTING_IDS, name, value, source);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (strcmp(name, lists[i].name) != 0)
			continue;
		if (lists[i].kind == SETTING_FORBIDDEN)
			drop_forbidden(settings);
		add_list(settings, lists[i].kind, value, source);
	}
}

void settings_add_line(struct settings *settings, const char *line, const char *source)
{
	_cleanup_free_ char *copy = strdup(line);
	char *rest = copy, *name, *value;
	size_t before = settings->count;

	if (!copy)
		settings->error = -ENOMEM;
	while (rest && cmdline_next(&rest, &name, &value))
		if (value)
			add_word(settings, name, value, source);
	for (size_t i = before; i < settings->count; i++)
		settings->settings[i].is_word = true;
}

/* modules-load.d(5): a module per line. */
static void add_loads(struct settings *settings, char *text, const char *source)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		line += strspn(line, " \t");
		line[strcspn(line, " \t")] = '\0';
		if (line[0] && line[0] != '#' && line[0] != ';')
			add(settings, SETTING_LOAD, line, "", source);
	}
}

void settings_read(struct settings *settings, struct root *root, const char *line,
		   const char *source)
{
	static const char *const modprobe[] = { "/etc/modprobe.d", "/run/modprobe.d",
						"/usr/local/lib/modprobe.d",
						"/usr/lib/modprobe.d",
						"/lib/modprobe.d" };
	static const char *const loads[] = { "/etc/modules-load.d", "/run/modules-load.d",
					     "/usr/local/lib/modules-load.d",
					     "/usr/lib/modules-load.d",
					     "/lib/modules-load.d" };
	static const struct {
		const char *const *folders;
		size_t count;
		void (*add)(struct settings *settings, char *text, const char *source);
	} kinds[] = {
		{ modprobe, ARRAY_SIZE(modprobe), settings_add_file },
		{ loads, ARRAY_SIZE(loads), add_loads },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		_cleanup_drop_ins_ struct drop_ins files = DROP_INS_EMPTY;

		settings->error =
			drop_ins_read(&files, root, kinds[i].folders, kinds[i].count);
		for (size_t j = 0; j < files.count && settings->error == 0; j++)
			if (files.files[j].text)
				kinds[i].add(settings, files.files[j].text,
					     files.files[j].path);
		if (settings->error < 0)
			return;
	}
	if (line)
		settings_add_line(settings, line, source);
}

/* module_blacklist= wants the kernel's own spelling, with underscores. */
static bool is_of(const struct setting *setting, enum setting_kind kind,
		  const char *module, size_t length)
{
	if (setting->kind != kind || !setting->module ||
	    !check_is_module(module, length, setting->module))
		return false;
	return kind != SETTING_FORBIDDEN || !strchr(setting->module, '-');
}

const struct setting *settings_find(const struct settings *settings,
				    enum setting_kind kind, const char *module,
				    size_t length)
{
	for (size_t i = settings->count; i-- > 0;)
		if (is_of(&settings->settings[i], kind, module, length))
			return &settings->settings[i];
	return NULL;
}

static bool has_word(const char *text, const char *word)
{
	static const char separators[] = " \t;&|";

	for (text += strspn(text, separators); *text; text += strspn(text, separators)) {
		size_t length = strcspn(text, separators);

		if (length == strlen(word) && check_is_module(text, length, word))
			return true;
		text += length;
	}
	return false;
}

const struct setting *settings_find_word(const struct settings *settings,
					 enum setting_kind kind, const char *module,
					 size_t length, const char *word)
{
	for (size_t i = settings->count; i-- > 0;) {
		const struct setting *setting = &settings->settings[i];

		if (is_of(setting, kind, module, length) && setting->value &&
		    has_word(setting->value, word))
			return setting;
	}
	return NULL;
}

/* Commands that load nothing, as people write them; /dev/null cannot be run. */
static bool does_nothing(const char *command)
{
	static const char *const nothing[] = {
		"/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true", "false",
		"true",	      ":",	   "exit",	     "/dev/null"
	};
	size_t length = strcspn(command, " \t");

	for (size_t i = 0; i < ARRAY_SIZE(nothing); i++)
		if (strlen(nothing[i]) == length &&
		    strncmp(command, nothing[i], length) == 0)
			return !strpbrk(command + length, ";&|");
	return false;
}

const struct setting *settings_barrier(const struct settings *settings,
				       const char *module, size_t length)
{
	static const enum setting_kind kinds[] = { SETTING_BLACKLIST, SETTING_FORBIDDEN };
	const struct setting *install =
		settings_find(settings, SETTING_INSTALL, module, length);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct setting *found =
			settings_find(settings, kinds[i], module, length);

		if (found)
			return found;
	}
	return install && does_nothing(install->value) ? install : NULL;
}

const char *setting_at(const struct setting *setting)
{
	return setting->source[0] == '/' ? "in" : "on";
}

void settings_release(struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		free(settings->settings[i].module);
		free(settings->settings[i].value);
		free(settings->settings[i].source);
	}
	free(settings->settings);
	*settings = (struct settings)SETTINGS_EMPTY;
}
