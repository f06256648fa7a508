/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One plugin: judging, mapping and reading its file. */
#ifndef SRC_VM_PLUGIN_H
#define SRC_VM_PLUGIN_H

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "plugins/rocks-plugin.h"

/* A plugin as it was loaded; what its structures lack is NULL. */
struct plugin {
	int fd; /* open as long as it is loaded: the linker remembers /proc/self/fd/N */
	void *handle;
	char *file;
	struct rocks_plugin row;
	struct rocks_document document;
	struct rocks_hypervisor hypervisor;
};

/*
 * Judges what an open descriptor leads to, a plugin or the folder of them. This and the
 * next two: 0, or -errno with a sentence appended to complaint.
 */
int plugin_check_owner(int fd, const char *path, struct strbuf *complaint) _must_check_;

/*
 * Opens a file and maps it: what was judged is what is mapped, whatever its name is by now.
 * plugin->file, its path, is set before; plugin_unload() frees it too.
 */
int plugin_map(struct plugin *plugin, int folder_fd, const char *name,
	       struct strbuf *complaint) _must_check_;

/* Reads what a mapped file says of itself. */
int plugin_read(struct plugin *plugin, struct strbuf *complaint) _must_check_;

/* Undoes plugin_map(), also where it failed; plugin->fd is -1 when nothing was opened. */
void plugin_unload(struct plugin *plugin);

/* Where an operation of a plugin explains itself: it is passed &failure.base. */
struct plugins_failure {
	struct rocks_failure base;
	struct strbuf sentence; /* the last one explained; empty when none was */
};

void plugins_failure_init(struct plugins_failure *failure);
void plugins_failure_release(struct plugins_failure *failure);

#define _cleanup_plugins_failure_ _cleanup_(plugins_failure_release)

#endif
