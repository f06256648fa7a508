/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list flavor: flavors, and who can use them. */
#include "src/inventory/flavor.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "FLAVOR",   "GPU",  "CPUS",	"MEM",
				       "DISKSIZE", "NEAR", "AGGREGATE", "PROJECTS" };

static int add_row(void *data, const struct flavor *row)
{
	struct named_list *list = data;
	struct table *table = list->table;
	_cleanup_strbuf_ struct strbuf cards = STRBUF_EMPTY;
	int r = is_named(list->invocation, row->name);

	if (r != 1)
		return r;
	wish_list_add(&cards, &row->cards);
	table_add_text(table, row->name);
	table_add_text(table, strbuf_text(&cards));
	table_add_optional(table, row->cpus);
	table_add_optional(table, row->mem);
	table_add_text(table, row->disk_sizes);
	table_add_text(table, row->near);
	table_add_text(table, row->aggregate);
	table_add_text(table, row->projects);
	return cards.error;
}

static int fill(struct named_list *list)
{
	return db_flavor_each(list->invocation->db, add_row, list);
}

static int run(struct invocation *invocation)
{
	return list_named(invocation, columns, ARRAY_SIZE(columns), db_flavor_find, fill,
			  "list");
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
