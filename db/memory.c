/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a host's memory from the document of `gpupci --list --json`. */
#include <errno.h>
#include <string.h>

#include "db/document.h"
#include "db/memory.h"
#include "db/names.h"
#include "db/store/internal.h"
#include "db/store/limits.h"

#define MOST (INT64_C(1) << 48) /* bytes: sums of many stay far from an overflow */

static const char TOTAL[] = "SELECT json_extract(?1, '$.memory.total'), "
			    "json_extract(?1, '$.memory.huge_page'), "
			    "json_type(?1, '$.memory.complete') IS 'true'";
static const char PAGES[] =
	"SELECT json_extract(value, '$.node'), json_extract(value, '$.size'), "
	"json_extract(value, '$.total'), json_extract(value, '$.free') "
	"FROM json_each(?1, '$.memory.huge_pages') WHERE type = 'object'";
static const char PROCESSES[] =
	"SELECT json_extract(value, '$.process'), json_extract(value, '$.address'), "
	"json_extract(value, '$.locked'), json_extract(value, '$.pinned'), "
	"json_extract(value, '$.huge'), json_extract(value, '$.anonymous') "
	"FROM json_each(?1, '$.memory.processes') "
	"WHERE type = 'object' AND json_type(value, '$.address') = 'text'";
/*
 * A driver that makes vGPUs pins what the guest's driver asks for; the memory of libvirt's own
 * definition is libvirt's to say.
 */
static const char HOLDER[] =
	"SELECT host.name, "
	"CASE WHEN vgpu IS NULL AND vm.definition = 'rocks' THEN mem ELSE 0 END "
	"FROM function JOIN card ON card.id = function.card "
	"JOIN assignment ON assignment.card = card.id "
	"JOIN vm ON vm.host = assignment.vm JOIN host ON host.id = vm.host "
	"WHERE function.host = ? AND function.address = ? AND role = 'active'";

void memory_release(struct memory *memory)
{
	for (size_t i = 0; i < memory->process_count; i++)
		free(memory->processes[i].vm);
	free(memory->processes);
	free(memory->pages);
	*memory = (struct memory){ 0 };
}

/* -1: not known, or out of range. */
static int64_t number(const struct query *query, int column)
{
	int64_t storage;
	const int64_t *value = query_optional(query, column, &storage);

	return value && *value >= 0 && *value <= MOST ? *value : -1;
}

int64_t memory_sum_huge(const struct memory *memory)
{
	int64_t sum = 0;

	for (size_t i = 0; i < memory->page_count; i++)
		sum += memory->pages[i].total * memory->pages[i].size;
	return sum;
}

static int add_pages(struct db *db, const struct query *query, struct memory *memory)
{
	const struct memory_pages pages = { number(query, 0), number(query, 1),
					    number(query, 2), number(query, 3) };
	struct memory_pages *list;

	if (memory->page_count == DB_SCAN_FUNCTIONS_MOST || pages.node < 0 ||
	    pages.size <= 0 || pages.total < 0 || pages.free < 0 ||
	    pages.free > pages.total || pages.total > memory->total / pages.size)
		return db_document_refuse(db, &document_of_scan,
					  "has huge pages that cannot be");
	list = reallocarray(memory->pages, memory->page_count + 1, sizeof(*list));
	if (!list)
		return db_fail_memory(db);
	memory->pages = list;
	list[memory->page_count++] = pages;
	return 0;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int find_holder(struct db *db, int64_t host, struct memory_process *process)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, HOLDER, "ii", host, process->address);

	if (r == 0)
		r = query_step(&query);
	if (r <= 0)
		return r;
	process->vm = strdup(query_text(&query, 0));
	process->mem = query_integer(&query, 1);
	return process->vm ? 0 : db_fail_memory(db);
}

/*
 * VFIO counts what it pins, in pages of any size, as locked; iommufd as pinned, too. What the
 * process has in pages of its own counts as well: nearly all of that is the VM's.
 */
static int add_process(struct db *db, const struct query *query, int64_t host,
		       struct memory *memory)
{
	const int64_t locked = number(query, 2), pinned = number(query, 3);
	const int64_t huge = number(query, 4), anonymous = number(query, 5);
	struct memory_process process = { .process = number(query, 0) }, *list;
	int r = db_parse_address(db, query_text(query, 1), &process.address);

	if (r < 0)
		return db_document_refuse(db, &document_of_scan,
					  "has a malformed address");
	if (memory->process_count == DB_SCAN_FUNCTIONS_MOST)
		return db_document_refuse(db, &document_of_scan,
					  "has too many processes");
	process.locked = locked < 0 || pinned < 0 ? -1 : larger(locked, pinned);
	process.bytes = process.locked < 0 || anonymous < 0
				? -1
				: larger(process.locked - larger(huge, 0), anonymous);
	list = reallocarray(memory->processes, memory->process_count + 1, sizeof(*list));
	if (!list)
		return db_fail_memory(db);
	memory->processes = list;
	r = find_holder(db, host, &process);
	list[memory->process_count++] = process;
	return r;
}

static int read_total(struct db *db, const char *document, struct memory *memory)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, TOTAL, "t", document);

	if (r == 0)
		r = query_step(&query);
	if (r < 0)
		return r;
	memory->total = number(&query, 0);
	memory->huge_page = number(&query, 1);
	memory->complete = query_integer(&query, 2);
	return 0;
}

static int read_pages(struct db *db, const char *document, struct memory *memory)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, PAGES, "t", document);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = add_pages(db, &query, memory);
	return r;
}

static int read_processes(struct db *db, const char *document, int64_t host,
			  struct memory *memory)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, PROCESSES, "t", document);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = add_process(db, &query, host, memory);
	return r;
}

int db_memory_parse(struct db *db, const char *document, int64_t host,
		    struct memory *ret_memory)
{
	_cleanup_memory_ struct memory memory = { 0 };
	int r = read_total(db, document, &memory);

	if (r == 0 && memory.total > 0)
		r = read_pages(db, document, &memory);
	if (r == 0 && memory.total > 0)
		r = read_processes(db, document, host, &memory);
	if (r < 0)
		return r;
	if (memory.total == 0)
		memory.total = -1;
	*ret_memory = memory;
	memory = (struct memory){ 0 };
	return 0;
}
