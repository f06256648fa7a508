/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugins of a folder: finds them and makes a VM's XML with them. */
#ifndef SRC_VM_PLUGINS_H
#define SRC_VM_PLUGINS_H

#include <stdbool.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "plugins/rocks-plugin.h"

struct plugins;

/*
 * What the plugins are needed for. Files named libvirt.so or hypervisor-*.so are loaded
 * only for PLUGINS_HYPERVISOR, libvirt being slow to load, files named report-*.so only for
 * PLUGINS_REPORT, all others only for PLUGINS_XML.
 */
enum {
	PLUGINS_XML = 1 << 0,
	PLUGINS_HYPERVISOR = 1 << 1,
	PLUGINS_REPORT = 1 << 2,
};

/*
 * Loads the wanted plugins (PLUGINS_…, one or several) from ROCKS_PLUGINS of
 * the environment, else from plugins beside this program, else from ../lib/rocks/plugins
 * there. All or nothing: 0, or -errno with a sentence appended to complaint (which file,
 * what is wrong, what to do). The caller frees the result with plugins_free(), which takes
 * NULL.
 */
int plugins_load(struct plugins **ret_plugins, unsigned int wanted,
		 struct strbuf *complaint) _must_check_;
void plugins_free(struct plugins *plugins);

/* Whether the VM's XML is made of libvirt's own definition: attributes shape little of it. */
bool vm_is_own(const struct rocks_vm *vm);

/* The folder they came from. Owned by plugins. */
const char *plugins_folder(const struct plugins *plugins);

/* How many were loaded, and the name of each, in the order in which they amend. */
size_t plugins_count(const struct plugins *plugins);
const char *plugins_name(const struct plugins *plugins, size_t index);

/*
 * The libvirt XML of a VM: the document is opened, amended by all, written and closed. 0
 * and a text for free(); or -errno with "VM: sentence" appended to complaint.
 */
int plugins_domain_xml(const struct plugins *plugins, const struct rocks_vm *vm,
		       char **ret_text, struct strbuf *complaint) _must_check_;

/*
 * Calls each() for every device that attributes of the VM pass to it, see struct
 * rocks_document; for none if that plugin has no host_devices. The device lives for the
 * call; each() returns 0 or -errno. 0, or -errno with "VM: sentence" appended to complaint.
 */
int plugins_host_devices(const struct plugins *plugins, const struct rocks_vm *vm,
			 int (*each)(void *data, const struct rocks_host_device *device),
			 void *data, struct strbuf *complaint) _must_check_;

/*
 * Calls each() for every file that a VM's XML names, see struct rocks_document; for none
 * if that plugin has no files. The file lives for the call; each() returns 0 or -errno.
 * 0 or -errno.
 */
int plugins_files(const struct plugins *plugins, const char *xml,
		  int (*each)(void *data, const struct rocks_file *file), void *data)
	_must_check_;

/*
 * The hypervisor's operations, NULL for those it lacks; NULL if no plugin has any. Owned
 * by plugins.
 */
const struct rocks_hypervisor *plugins_hypervisor(const struct plugins *plugins);

/*
 * Writes the report of this name with put(), which returns 0 or -errno. 0, or -errno with a
 * sentence appended to complaint; if put() or the cluster has failed, that is the reason.
 */
int plugins_report(const struct plugins *plugins, const char *name,
		   const struct rocks_cluster *cluster,
		   int (*put)(void *data, const char *bytes, size_t length), void *data,
		   struct strbuf *complaint) _must_check_;

static inline void cleanup_plugins(struct plugins **plugins)
{
	plugins_free(*plugins);
}

#define _cleanup_plugins_ _cleanup_(cleanup_plugins)

#endif
