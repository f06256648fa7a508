/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One plugin: checks, maps and reads its file. */
#ifndef SRC_VM_PLUGIN_H
#define SRC_VM_PLUGIN_H

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "plugins/rocks-plugin.h"

/* A loaded plugin; members that its structures lack are NULL. */
struct plugin {
	int fd; /* open as long as it is loaded: the linker remembers /proc/self/fd/N */
	void *handle;
	char *file;
	struct rocks_plugin row;
	struct rocks_document document;
	struct rocks_hypervisor hypervisor;
	struct rocks_report report;
};

/* Appends a sentence: a path is not used for the reason that lib/secure-path.h gave. */
void plugin_refuse_owner(const char *path, const struct strbuf *reason,
			 struct strbuf *complaint);

/*
 * Opens, judges and maps plugin->file, which the caller sets before: the file that was
 * judged is mapped, even if it was renamed. This and the next: 0, or -errno with a sentence
 * appended to complaint.
 */
int plugin_map(struct plugin *plugin, struct strbuf *complaint) _must_check_;

/* Reads the struct rocks_plugin of a mapped file. */
int plugin_read(struct plugin *plugin, struct strbuf *complaint) _must_check_;

/* Undoes plugin_map(), also after it failed; plugin->fd is -1 if nothing was opened. */
void plugin_unload(struct plugin *plugin);

/* Collects the explanation of a plugin's operation: pass it &failure.base. */
struct plugins_failure {
	struct rocks_failure base;
	struct strbuf sentence; /* the last one explained; empty when none was */
};

void plugins_failure_init(struct plugins_failure *failure);
void plugins_failure_release(struct plugins_failure *failure);

#define _cleanup_plugins_failure_ _cleanup_(plugins_failure_release)

#endif
