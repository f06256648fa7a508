/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: settings of kernel modules, from modprobe.d(5) and the command line. */
#ifndef SRC_GPUPCI_CHECK_SETTINGS_H
#define SRC_GPUPCI_CHECK_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/files/root.h"

enum setting_kind {
	SETTING_BLACKLIST,  /* the module's aliases are ignored */
	SETTING_FORBIDDEN,  /* module_blacklist=: it is never loaded */
	SETTING_SKIPPED,    /* rd.driver.blacklist=: not in the initramfs */
	SETTING_IDS,	    /* the parameter "ids" of the module */
	SETTING_PRE,	    /* softdep: value is loaded before the module */
	SETTING_INSTALL,    /* value is run instead of loading it */
	SETTING_ALIAS,	    /* module is a pattern, value the module for it */
	SETTING_LOAD,	    /* modules-load.d(5): loaded at boot, at some time */
	SETTING_LOAD_FIRST, /* rd.driver.pre=: loaded in the initramfs, before udev */
};

struct setting {
	enum setting_kind kind;
	char *module; /* as it was written */
	char *value;  /* "" if the kind has none */
	char *source; /* "/etc/modprobe.d/x.conf", "the kernel's command line" */
	bool is_word; /* of the command line: it counts for what is built in, too */
};

/* In the order in which modprobe(8) reads them: the last "ids" of a module counts. */
struct settings {
	struct setting *settings;
	size_t count;
	int error; /* the first -ENOMEM */
};

#define SETTINGS_EMPTY     \
	{                  \
		NULL, 0, 0 \
	}

/*
 * Reads all files and then the command line, which may be NULL; source says where that
 * comes from. Unreadable files count as empty. Errors stay in settings->error; release
 * with settings_release().
 */
void settings_read(struct settings *settings, struct root *root, const char *line,
		   const char *source);

/* Adds what a file of modprobe.d(5) says; text is modified. */
void settings_add_file(struct settings *settings, char *text, const char *source);

/* Adds what a kernel command line says. */
void settings_add_line(struct settings *settings, const char *line, const char *source);

/*
 * Returns the last setting of that kind for the module, whose name has length bytes; NULL
 * for none. The settings own it.
 */
const struct setting *settings_find(const struct settings *settings,
				    enum setting_kind kind, const char *module,
				    size_t length);

/* As settings_find(), but only a setting whose value contains the word. */
const struct setting *settings_find_word(const struct settings *settings,
					 enum setting_kind kind, const char *module,
					 size_t length, const char *word);

/* Returns why modprobe(8) never loads the module for a device: a setting, or NULL. */
const struct setting *settings_barrier(const struct settings *settings,
				       const char *module, size_t length);

/* Returns "on" or "in", for a sentence where the setting's source follows. */
const char *setting_at(const struct setting *setting);

void settings_release(struct settings *settings);

#define _cleanup_settings_ __attribute__((cleanup(settings_release)))

#endif
