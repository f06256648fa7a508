/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files, block devices and folders of its container that a VM needs to start. */
#ifndef SRC_VM_FILES_H
#define SRC_VM_FILES_H

#include "src/cli/command.h"
#include "src/vm/plugins.h"

struct vm_file {
	uint32_t role; /* ROCKS_FILE_… */
	bool is_block, is_readonly, is_shared;
	char *path, *format; /* format: file, qcow2, …, phy as the inventory has them */
	char *name;	     /* in messages: "disk vda", "ROM file" */
};

struct vm_files {
	struct vm_file *list;
	size_t count;
};

#define _cleanup_vm_files_ _cleanup_(vm_files_release)

void vm_files_release(struct vm_files *files);

/*
 * Those of the inventory, then those that only the VM's XML names, each path once.
 * ROCKS_DONE, or an exit status after printing an error; the caller releases ret_files.
 */
int vm_files_find(const struct plugins *plugins, const struct rocks_vm *vm,
		  const char *xml, struct vm_files *ret_files);

/*
 * Appends commands for sh that print "lacks N" for every file of the list that is not
 * there, and set m if there is one. Leaves out the disks that `rocks start host vm` makes.
 * False if there is nothing to ask: then nothing is appended.
 */
bool vm_files_add_command(const struct vm_files *files, const struct rocks_vm *vm,
			  struct strbuf *command);

/*
 * Whether a start makes the disk if it is missing: it has a size, and one of the types
 * file and qcow2.
 */
bool vm_makes_disk(const struct rocks_disk *disk);

/*
 * Reads the lines that the commands of vm_files_add_command() printed; *ret_rest is what
 * follows them, in answer; ret_rest may be NULL. ROCKS_DONE, or an exit status after
 * printing an error that names what is missing.
 */
int vm_files_judge(const struct vm_files *files, const struct rocks_vm *vm, char *answer,
		   char **ret_rest);

#endif
