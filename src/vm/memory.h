/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the memory of a VM with cards, which VFIO pins, fits on its container. */
#ifndef SRC_VM_MEMORY_H
#define SRC_VM_MEMORY_H

#include "db/memory.h"
#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

/*
 * The bytes that the attribute vm_mem_reserve of the container keeps from VMs; -1 if nothing
 * is to be checked. ROCKS_DONE, or an exit status after printing an error.
 */
int vm_memory_reserve(const struct context *context, const struct host_ref *container,
		      const struct memory *memory, int64_t *ret_reserve);

/*
 * Returns how many bytes processes with cards keep outside huge pages, and appends to list,
 * in MiB, who keeps them: "rocks-34 65536, process 711 2048". *ret_unknown: some did not
 * say. The caller checks list->error.
 */
int64_t vm_memory_sum(const struct memory *memory, struct strbuf *list,
		      bool *ret_unknown);

/*
 * Judges by a document that db_scan_parse() accepted. ROCKS_DONE if the VM fits, if it
 * already uses one of its cards, if no card of it pins memory, if vm_mem_reserve is no, or,
 * after printing why, if it cannot be known whether the VM fits; or an exit status after
 * printing an error with numbers.
 */
int vm_memory_judge(const struct context *context, const struct rocks_vm *vm,
		    const struct host_ref *container, const char *document);

#endif
