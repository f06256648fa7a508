/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the memory of a VM with cards, which VFIO pins, fits on its container. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/attr.h"
#include "db/store/limits.h"
#include "lib/text.h"
#include "src/vm/memory.h"
#include "src/vm/plugins.h"

#define MIB (INT64_C(1) << 20)
#define RESERVE_MOST (4096 * MIB) /* of the default */
#define RESERVE_SHARE 16	  /* of the memory */

/* What is being judged. */
struct fit {
	const struct rocks_vm *vm;
	const struct memory *memory;
	int64_t need; /* bytes */
};

int vm_memory_reserve(const struct context *context, const struct host_ref *container,
		      const struct memory *memory, int64_t *ret_reserve)
{
	_cleanup_free_ char *text = NULL;
	int64_t mib = 0;
	int r = db_attr_get(context->db, container->id, "vm_mem_reserve", &text);

	if (r < 0)
		return context_database_error(context);
	*ret_reserve = memory->total / RESERVE_SHARE;
	if (*ret_reserve > RESERVE_MOST)
		*ret_reserve = RESERVE_MOST;
	if (r == 0)
		return ROCKS_DONE;
	if (strcmp(text, "no") == 0)
		*ret_reserve = -1;
	else if (text_parse_integer(text, 0, DB_MEMORY_MOST, &mib) == 0)
		*ret_reserve = mib * MIB;
	else
		return error(
			"%s: the attribute vm_mem_reserve is '%s'; set it to the MiB "
			"that VMs must leave to the host, or to no: then nothing is "
			"checked",
			container->name, text);
	return ROCKS_DONE;
}

/* Whether a process has one of the VM's cards open already: the VM runs. */
static bool is_running(const struct rocks_vm *vm, const struct memory *memory)
{
	for (size_t i = 0; i < memory->process_count; i++)
		if (memory->processes[i].vm &&
		    strcmp(memory->processes[i].vm, vm->name) == 0)
			return true;
	return false;
}

/* The size of the huge pages that the VM's memory comes from; 0: normal ones, -1: unknown. */
static int64_t find_page_size(const struct rocks_vm *vm, const struct memory *memory)
{
	const char *pages = vm_is_own(vm) ? NULL : vm->attribute(vm, "kvm_hugepages");

	if (!pages || strcmp(pages, "no") == 0)
		return 0;
	if (strcmp(pages, "2M") == 0)
		return 2 * MIB;
	return strcmp(pages, "1G") == 0 ? 1024 * MIB : memory->huge_page;
}

/* The node that all of its memory comes from, -1 for any. */
static int64_t find_node(const struct rocks_vm *vm)
{
	const char *numa = vm->attribute(vm, "kvm_numa");

	return numa && strcmp(numa, "near") == 0 && vm->card_count ? vm->card(vm, 0)->numa
								   : -1;
}

static int judge_pages(const struct fit *fit, int64_t size)
{
	const struct memory *memory = fit->memory;
	const struct rocks_vm *vm = fit->vm;
	int64_t node = find_node(vm), unused = 0, count = (fit->need + size - 1) / size;
	bool is_known = false;
	char of[32] = "";

	for (size_t i = 0; i < memory->page_count; i++) {
		const struct memory_pages *pages = &memory->pages[i];

		if (pages->size != size || (node >= 0 && pages->node != node))
			continue;
		unused += pages->free;
		is_known = true;
	}
	if (!is_known)
		say("%s: %s does not say how many huge pages of %" PRId64
		    " MiB are free there, so whether its memory fits is unknown",
		    vm->name, vm->container, size / MIB);
	if (!is_known || unused >= count)
		return ROCKS_DONE;
	if (node >= 0)
		snprintf(of, sizeof(of), " on node %" PRId64, node);
	return error("%s: its %u MiB need %" PRId64 " huge pages of %" PRId64
		     " MiB, and %s has %" PRId64
		     " free ones%s; set aside more there, stop "
		     "a VM that has some, or change kvm_hugepages%s",
		     vm->name, (unsigned int)vm->memory_mib, count, size / MIB,
		     vm->container, unused, of, node >= 0 ? " or kvm_numa" : "");
}

int64_t vm_memory_sum(const struct memory *memory, struct strbuf *list, bool *ret_unknown)
{
	int64_t sum = 0;

	*ret_unknown = !memory->complete;
	for (size_t i = 0; i < memory->process_count; i++) {
		const struct memory_process *process = &memory->processes[i];

		if (process->bytes < 0) {
			*ret_unknown = true;
			continue;
		}
		sum += process->bytes;
		strbuf_add_string(list, list->length ? ", " : "");
		if (process->vm)
			strbuf_add_format(list, "%s ", process->vm);
		else
			strbuf_add_format(list, "process %" PRId64 " ", process->process);
		strbuf_add_format(list, "%" PRId64, process->bytes / MIB);
	}
	return sum;
}

static int judge_normal(const struct fit *fit, int64_t reserve)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;
	const struct rocks_vm *vm = fit->vm;
	bool is_unknown = false;
	int64_t huge = memory_sum_huge(fit->memory);
	int64_t used = vm_memory_sum(fit->memory, &list, &is_unknown);
	int64_t left = fit->memory->total - reserve - huge - used;

	if (list.error)
		return memory_error();
	if (fit->need <= left) {
		if (is_unknown)
			say("%s: %s does not say what all its VMs with cards lock, so "
			    "whether its memory fits is unknown; run gpupci there as "
			    "root",
			    vm->name, vm->container);
		return ROCKS_DONE;
	}
	return error("%s: its %u MiB, which its cards pin, do not fit on %s: of %" PRId64
		     " MiB there, %" PRId64 " are reserved (vm_mem_reserve), %" PRId64
		     " are huge pages, and VMs with cards lock %" PRId64
		     "%s%s%s; stop one, "
		     "give it less%s%s%s, or lower vm_mem_reserve (no: start it anyway)",
		     vm->name, (unsigned int)vm->memory_mib, vm->container,
		     fit->memory->total / MIB, reserve / MIB, huge / MIB, used / MIB,
		     list.length ? " (" : "", strbuf_text(&list), list.length ? ")" : "",
		     vm_is_own(vm) ? "" : " with `rocks set host vm ",
		     vm_is_own(vm) ? "" : vm->name, vm_is_own(vm) ? "" : " mem=MIB`");
}

/*
 * A vendor's driver pins of its vGPUs' memory what the guest's driver asks for. Pages that
 * libvirt's own definition asks for are not known here.
 */
static bool can_judge(const struct rocks_vm *vm)
{
	bool pins = false;

	for (uint32_t i = 0; i < vm->card_count; i++)
		pins = pins || !vm->card(vm, i)->is_vendors;
	if (pins && vm_is_own(vm) && strstr(vm->definition, "<hugepages"))
		say("%s: its definition has huge pages, which rocks does not count, so "
		    "whether its memory fits on %s is unknown",
		    vm->name, vm->container);
	else
		return pins;
	return false;
}

int vm_memory_judge(const struct context *context, const struct rocks_vm *vm,
		    const struct host_ref *container, const char *document)
{
	_cleanup_memory_ struct memory memory = { 0 };
	const struct fit fit = { vm, &memory, vm->memory_mib * MIB };
	int64_t reserve = 0, size;
	int r;

	if (db_memory_parse(context->db, document, container->id, &memory) < 0)
		return error("%s: %s: %s", vm->name, vm->container,
			     db_error(context->db));
	r = vm_memory_reserve(context, container, &memory, &reserve);
	if (r != ROCKS_DONE || reserve < 0 || is_running(vm, &memory))
		return r;
	if (!can_judge(vm))
		return ROCKS_DONE;
	if (memory.total < 0) {
		say("%s: the gpupci of %s does not say how much memory is there, so "
		    "whether its memory fits is unknown; update the package gpupci there",
		    vm->name, vm->container);
		return ROCKS_DONE;
	}
	size = find_page_size(vm, &memory);
	if (size < 0) {
		say("%s: %s does not say how large its huge pages are, so whether its "
		    "memory fits is unknown",
		    vm->name, vm->container);
		return ROCKS_DONE;
	}
	return size ? judge_pages(&fit, size) : judge_normal(&fit, reserve);
}
