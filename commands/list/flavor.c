/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list flavor: flavors, and who can use them. */
#include "src/inventory/flavor.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "FLAVOR",   "GPU",  "CPUS",	"MEM",
				       "DISKSIZE", "NEAR", "AGGREGATE", "PROJECTS" };

struct listing {
	const struct invocation *invocation;
	struct table *table;
};

static void add_number(struct table *table, const int64_t *number)
{
	if (number)
		table_add_integer(table, *number);
	else
		table_add_null(table);
}

static int add_row(void *data, const struct flavor *row)
{
	struct listing *listing = data;
	struct table *table = listing->table;
	_cleanup_strbuf_ struct strbuf cards = STRBUF_EMPTY;
	int r = is_named(listing->invocation, row->name);

	if (r != 1)
		return r;
	wish_list_add(&cards, &row->cards);
	table_add_text(table, row->name);
	table_add_text(table, strbuf_text(&cards));
	add_number(table, row->cpus);
	add_number(table, row->mem);
	table_add_text(table, row->disk_sizes);
	table_add_text(table, row->near);
	table_add_text(table, row->aggregate);
	table_add_text(table, row->projects);
	return cards.error;
}

static int run(struct invocation *invocation)
{
	struct listing listing = { .invocation = invocation };
	_cleanup_table_ struct table *table = NULL;
	int r;

	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	listing.table = table;
	r = check_named(invocation, db_flavor_find);
	if (r == 0)
		r = db_flavor_each(invocation->db, add_row, &listing);
	r = answer(invocation, r);
	return r == ROCKS_DONE ? print_table(invocation, table, true, "list") : r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("flavor", "flavors, or patterns with %; all by default",
		      ARGUMENT_MANY, FLAVOR),
	ARGUMENTS_END,
};

const struct command cmd_list_flavor = {
	.words = "list flavor",
	.summary = "list the flavors",
	.help = "Everybody can use a flavor without PROJECTS.",
	.arguments = arguments,
	.examples = "list flavor",
	.related = "add flavor\nset flavor\nremove flavor\nlist flavor project",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
