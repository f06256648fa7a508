/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `list host vm`: a VM's first, then one for each further MAC and disk. */
#include <errno.h>
#include <string.h>

#include "db/interface.h"
#include "db/vm.h"
#include "src/inventory/vm-list.h"

/* Those of every listing; at most MOST_MORE others follow. */
static const char *const always[] = { "VM-HOST", "SLICE", "MEM",      "CPUS",
				      "MAC",	 "HOST",  "VIRT-TYPE" };
#define MOST_MORE 8

struct rows {
	struct db *db;
	struct table *table;
	const struct vm_list_columns *columns;
	/* What the rows of the current VM show, with a NUL after each text. */
	struct strbuf macs, disks;
	size_t mac_count, disk_count;
	int64_t sizes[64]; /* GB; -1 unknown */
};

static int add_mac(void *data, const struct interface *row)
{
	struct rows *rows = data;
	const char *mac = row->mac ? row->mac : "";

	strbuf_add(&rows->macs, mac, strlen(mac) + 1);
	rows->mac_count++;
	return rows->macs.error;
}

static int add_disk(void *data, const struct disk *row)
{
	struct rows *rows = data;

	strbuf_add_format(&rows->disks, "%s:%s,%s,%s", row->type, row->path, row->device,
			  row->bus);
	strbuf_add(&rows->disks, "", 1);
	if (rows->disk_count < ARRAY_SIZE(rows->sizes))
		rows->sizes[rows->disk_count] = row->size ? *row->size : -1;
	rows->disk_count++;
	return rows->disks.error;
}

/* The next text of a list, NULL at its end. */
static const char *next(const char **cursor, size_t index, size_t count)
{
	const char *text = *cursor;

	if (index >= count)
		return NULL;
	*cursor += strlen(text) + 1;
	return text;
}

static void add_vm_cells(struct table *table, const struct vm *row, bool first)
{
	table_add_text(table, row->name);
	if (!first) {
		for (int i = 0; i < 3; i++)
			table_add_null(table);
		return;
	}
	table_add_integer(table, row->slice);
	table_add_integer(table, row->mem);
	table_add_integer(table, row->cpus);
}

static void add_more_cells(const struct rows *rows, const struct vm *row, bool first)
{
	const struct vm_list_columns *columns = rows->columns;
	const struct vm_list_status *status = columns->status;

	if (columns->definition) {
		table_add_text(rows->table, first ? row->domain : NULL);
		table_add_text(rows->table, first ? row->definition : NULL);
	}
	if (columns->owner) {
		table_add_text(rows->table, first ? row->owner : NULL);
		table_add_text(rows->table, first ? row->project : NULL);
	}
	if (status)
		table_add_text(rows->table, first ? status->word(status->data, row->uuid,
								 row->container)
						  : NULL);
}

static void add_rows(struct rows *rows, const struct vm *row)
{
	const char *mac = strbuf_text(&rows->macs), *disk = strbuf_text(&rows->disks);
	size_t disk_count = rows->columns->disks ? rows->disk_count : 0;

	for (size_t i = 0; i == 0 || i < rows->mac_count || i < disk_count; i++) {
		add_vm_cells(rows->table, row, i == 0);
		table_add_text(rows->table, next(&mac, i, rows->mac_count));
		table_add_text(rows->table, i ? NULL : row->container);
		table_add_text(rows->table, i ? NULL : row->virt_type);
		add_more_cells(rows, row, i == 0);
		if (!rows->columns->disks)
			continue;
		table_add_text(rows->table, next(&disk, i, disk_count));
		if (i < disk_count && i < ARRAY_SIZE(rows->sizes) && rows->sizes[i] >= 0)
			table_add_integer(rows->table, rows->sizes[i]);
		else
			table_add_null(rows->table);
		table_add_text(rows->table, i ? NULL : row->cdrom);
	}
}

static int add_vm(void *data, const struct vm *row)
{
	struct rows *rows = data;
	int r;

	strbuf_reset(&rows->macs);
	strbuf_reset(&rows->disks);
	rows->mac_count = rows->disk_count = 0;
	r = db_interface_each(rows->db, row->id, add_mac, rows);
	if (r == 0)
		r = db_disk_each(rows->db, row->id, add_disk, rows);
	if (r == 0)
		add_rows(rows, row);
	return r;
}

static int make_table(const struct vm_list_columns *columns, struct table **ret_table)
{
	const char *names[ARRAY_SIZE(always) + MOST_MORE];
	size_t count = ARRAY_SIZE(always);

	memcpy(names, always, sizeof(always));
	if (columns->definition) {
		names[count++] = "DOMAIN";
		names[count++] = "DEFINITION";
	}
	if (columns->owner) {
		names[count++] = "OWNER";
		names[count++] = "PROJECT";
	}
	if (columns->status)
		names[count++] = "STATUS";
	if (columns->disks) {
		names[count++] = "DISK";
		names[count++] = "DISKSIZE";
		names[count++] = "CDROM";
	}
	return table_new(ret_table, names, count);
}

int vm_list_fill(struct invocation *invocation, const struct host_set *hosts,
		 const struct vm_list_columns *columns, struct table **ret_table)
{
	struct rows rows = { .db = invocation->db, .columns = columns };
	int r;

	if (make_table(columns, &rows.table) < 0)
		return memory_error();
	r = answer(invocation, db_vm_each(invocation->db, hosts, add_vm, &rows));
	strbuf_release(&rows.macs);
	strbuf_release(&rows.disks);
	if (r == ROCKS_DONE)
		*ret_table = rows.table;
	else
		table_free(rows.table);
	return r;
}
