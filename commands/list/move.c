/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list move: VMs that are being moved, how far each is, and what to type. */
#include "db/move.h"
#include "src/cli/command.h"

static const char *const columns[] = {
	"VM", "FROM", "TO", "STEP", "SINCE", "WHO", "NEXT"
};

struct listing {
	struct db *db;
	struct table *table;
};

static int add_row(void *data, const struct move *row)
{
	struct listing *listing = data;
	_cleanup_strbuf_ struct strbuf next = STRBUF_EMPTY;
	int locked = db_vm_is_locked(listing->db, row->vm);

	if (locked < 0)
		return locked;
	if (locked)
		strbuf_add_string(&next, "at work");
	else
		strbuf_add_format(&next, "rocks move host vm %s %s", row->name,
				  row->back ? "undo=yes" : "resume=yes (or undo=yes)");
	table_add_text(listing->table, row->name);
	table_add_text(listing->table, row->source);
	table_add_text(listing->table, row->target);
	table_add_text(listing->table, move_step_word(row->step));
	table_add_text(listing->table, row->began);
	table_add_text(listing->table, row->who);
	table_add_text(listing->table, strbuf_text(&next));
	return next.error;
}

static int run(struct invocation *invocation)
{
	_cleanup_table_ struct table *table = NULL;
	struct listing listing = { .db = invocation->db };
	int r;

	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	listing.table = table;
	r = answer(invocation, db_move_each(invocation->db, add_row, &listing));
	return r == ROCKS_DONE ? print_table(invocation, table, true, "move") : r;
}

const struct command cmd_list_move = {
	.words = "list move",
	.summary = "list VMs that are being moved, and how far each is",
	.help = "STEP is the last step that was begun. NEXT is the command to type, "
		"unless the command that moves the VM is still running.",
	.examples = "list move",
	.related = "move host vm\nlist host vm",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
