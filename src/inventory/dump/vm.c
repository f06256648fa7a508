/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore VMs. */
#include <inttypes.h>
#include <string.h>

#include "db/move.h"
#include "db/vm.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/host.h"

struct dump {
	struct db *db;
	struct strbuf line, disks, sizes;
};

static int add_disk(void *data, const struct disk *row)
{
	struct dump *dump = data;
	const char *blank = dump->disks.length ? " " : "";

	strbuf_add_format(&dump->disks, "%s%s:%s,%s,%s", blank, row->type, row->path,
			  row->device, row->bus);
	if (row->size)
		strbuf_add_format(&dump->sizes, "%s%" PRId64, blank, *row->size);
	else
		strbuf_add_format(&dump->sizes, "%s-", blank);
	return dump->disks.error ? dump->disks.error : dump->sizes.error;
}

static int dump_row(void *data, const struct vm *row)
{
	struct dump *dump = data;
	int r;

	strbuf_reset(&dump->disks);
	strbuf_reset(&dump->sizes);
	r = db_disk_each(dump->db, row->id, add_disk, dump);
	if (r < 0)
		return r;
	dump_start(&dump->line, "set host vm");
	dump_positional(&dump->line, "host", row->name);
	dump_parameter(&dump->line, "physnode", row->container);
	if (dump->disks.length) {
		dump_parameter(&dump->line, "disk", strbuf_text(&dump->disks));
		dump_parameter(&dump->line, "disksize", strbuf_text(&dump->sizes));
	}
	dump_integer(&dump->line, "mem", row->mem);
	dump_integer(&dump->line, "slice", row->slice);
	dump_parameter(&dump->line, "virt-type", row->virt_type);
	dump_parameter(&dump->line, "uuid", row->uuid);
	if (strcmp(row->definition, "rocks") != 0)
		dump_parameter(&dump->line, "definition", row->definition);
	if (strcmp(row->domain, row->name) != 0)
		dump_parameter(&dump->line, "domain", row->domain);
	if (row->owner)
		dump_parameter(&dump->line, "owner", row->owner);
	if (row->project)
		dump_parameter(&dump->line, "project", row->project);
	r = dump_end(&dump->line);
	if (r < 0 || !row->cdrom)
		return r;
	dump_start(&dump->line, "set host vm cdrom");
	dump_positional(&dump->line, "host", row->name);
	dump_parameter(&dump->line, "cdrom", row->cdrom);
	return dump_end(&dump->line);
}

/* A dump leaves out a move, and says so. */
static int tell_move(void *data, const struct move *row)
{
	const struct host_set *hosts = data;

	for (size_t i = 0; i < hosts->count; i++) {
		if (hosts->hosts[i].id != row->vm)
			continue;
		printf("# %s is being moved from %s to %s, and is dumped as of the "
		       "step «%s»\n",
		       row->name, row->source, row->target, move_step_word(row->step));
		say("%s is being moved from %s to %s: the dump has the VM as of the "
		    "step «%s», without the move; see `rocks list move`",
		    row->name, row->source, row->target, move_step_word(row->step));
	}
	return 0;
}

int vm_dump(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct dump dump = { .db = invocation->db };
	int r = take_hosts(invocation, &hosts);

	if (r == ROCKS_DONE)
		r = answer(invocation, db_move_each(invocation->db, tell_move, &hosts));
	if (r == ROCKS_DONE)
		r = answer(invocation,
			   db_vm_each(invocation->db, &hosts, dump_row, &dump));
	strbuf_release(&dump.line);
	strbuf_release(&dump.disks);
	strbuf_release(&dump.sizes);
	return r;
}
