/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the modules of the kernel, from the lists of depmod(8). */
#ifndef SRC_GPUPCI_CHECK_MODULES_H
#define SRC_GPUPCI_CHECK_MODULES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/strbuf.h"
#include "src/gpupci/check/settings.h"
#include "src/gpupci/files/root.h"

/* Lists in /lib/modules/RELEASE; NULL if they cannot be read. */
struct modules {
	char *aliases;	     /* modules.alias */
	char *depends;	     /* modules.dep */
	char *builtin;	     /* modules.builtin */
	char *builtin_infos; /* modules.builtin.modinfo: strings, each with a NUL */
	size_t builtin_length;
	bool has_folder; /* /lib/modules/RELEASE is there */
};

#define MODULES_EMPTY           \
	{                       \
		.aliases = NULL \
	}

/* Reads the lists. Returns 0 or -ENOMEM; release with modules_release(). */
int modules_read(struct modules *modules, struct root *root, const char *release);

/*
 * Appends the names of the modules that claim a device with this modalias, separated by
 * blanks: those built in, and those that modprobe(8) loads for it. builtin gets the
 * former only.
 */
void modules_match(const struct modules *modules, const struct settings *settings,
		   const char *modalias, struct strbuf *claims, struct strbuf *builtin);

/* Whether the module is built into the kernel. */
bool modules_is_builtin(const struct modules *modules, const char *name);

/*
 * Returns the paths of the modules that the module, whose name has length bytes, depends
 * on, separated by blanks and ended by a newline; NULL if not known. Points into modules.
 */
const char *modules_depends(const struct modules *modules, const char *name,
			    size_t length);

/*
 * Returns how the kernel has a module, a few words such as "loaded"; NULL if it does not,
 * "" if that is not known.
 */
const char *modules_find(const struct modules *modules, struct root *root,
			 const char *name);

/* Returns what to change where a list cannot be read. */
const char *modules_remedy(const struct modules *modules);

/* Appends a name to a list separated by blanks, unless it is in it. */
void modules_add_name(struct strbuf *names, const char *name, size_t length);

void modules_release(struct modules *modules);

#endif
