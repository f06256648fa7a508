/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where VMs with cards lock more memory than their host has for them, or not all of theirs. */
#include <errno.h>
#include <inttypes.h>

#include "src/drift/memory.h"
#include "src/vm/memory.h"

#define MIB (INT64_C(1) << 20)

static int check_sum(struct drift *drift, int64_t reserve)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;
	const struct memory *memory = &drift->memory;
	struct drift_row row = { 0 };
	int64_t huge = memory_sum_huge(memory), sum;
	bool is_unknown;

	sum = vm_memory_sum(memory, &list, &is_unknown);
	if (list.error)
		return -ENOMEM;
	if (sum <= memory->total - reserve - huge)
		return 0;
	strbuf_add_format(&row.what,
			  "VMs with cards lock %" PRId64 " of its %" PRId64
			  " MiB (%s), %" PRId64 " are huge pages and %" PRId64
			  " are reserved for it (vm_mem_reserve)",
			  sum / MIB, memory->total / MIB, strbuf_text(&list), huge / MIB,
			  reserve / MIB);
	drift_add_seen(drift, &row, "scan of");
	for (size_t i = 0; i < memory->process_count && !row.repair.length; i++)
		if (memory->processes[i].vm)
			strbuf_add_format(&row.repair, "rocks stop host vm %s",
					  memory->processes[i].vm);
	return drift_add_row(drift, &row);
}

static int check_process(struct drift *drift, const struct memory_process *process)
{
	struct drift_row row = { .vm = process->vm };

	if (!process->vm || process->locked < 0 || process->locked / MIB >= process->mem)
		return 0;
	strbuf_add_format(&row.what,
			  "it is recorded with %" PRId64 " MiB of memory, and process "
			  "%" PRId64 " with its card has locked %" PRId64,
			  process->mem, process->process, process->locked / MIB);
	drift_add_seen(drift, &row, "scan of");
	strbuf_add_format(&row.repair, "rocks stop host vm %s; rocks start host vm %s",
			  process->vm, process->vm);
	return drift_add_row(drift, &row);
}

int drift_check_memory(struct drift *drift)
{
	int64_t reserve = 0;
	int r;

	if (drift->memory.total < 0) {
		if (drift->holders.count)
			say("%s: its gpupci does not say how much memory is there, so "
			    "whether VMs with cards lock too much is unknown; update the "
			    "package gpupci there",
			    drift->host->name);
		return 0;
	}
	r = vm_memory_reserve(drift->context, drift->host, &drift->memory, &reserve);
	if (r != ROCKS_DONE || reserve < 0)
		return r == ROCKS_DONE ? 0 : 1;
	r = check_sum(drift, reserve);
	for (size_t i = 0; i < drift->memory.process_count && r == 0; i++)
		r = check_process(drift, &drift->memory.processes[i]);
	return r;
}
