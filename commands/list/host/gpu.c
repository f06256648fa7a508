/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host gpu: the cards of hosts and VMs. */
#include "db/elsewhere.h"
#include "src/inventory/gpu.h"

static const char *const columns[] = { "HOST", "GPU", "PCI_BUS" };

struct listing {
	struct db *db;
	struct table *table;
	const char *host;
};

static int say_doubt(const struct listing *listing, const char *name, int64_t card)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY, repair = STRBUF_EMPTY;
	int r = db_elsewhere_doubt(listing->db, card, &text, &repair);

	if (r > 0)
		say("%s %s: %s; if it is that one, `%s`", listing->host, name,
		    strbuf_text(&text), strbuf_text(&repair));
	return r < 0 ? r : 0;
}

static int add_row(void *data, const char *name, const int64_t *address,
		   const int64_t *doubted)
{
	struct listing *listing = data;
	char text[PCI_ADDRESS_SIZE];

	table_add_text(listing->table, listing->host);
	table_add_text(listing->table, name);
	table_add_text(listing->table, gpu_address_text(address, text));
	return doubted ? say_doubt(listing, name, *doubted) : 0;
}

static int add_host(struct db *db, const struct host_ref *host, struct table *table)
{
	struct listing listing = { db, table, host->name };

	return db_gpu_place_each(db, host->id, add_row, &listing);
}

static int run(struct invocation *invocation)
{
	return list_by_host(invocation, columns, ARRAY_SIZE(columns), add_host, true,
			    "gpu");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs to list; all by default", ARGUMENT_MANY,
		      HOST),
	ARGUMENTS_END,
};

const struct command cmd_list_host_gpu = {
	.words = "list host gpu",
	.summary = "list the cards of hosts and the cards VMs have",
	.help = "GPU is the card's name on that host or VM, PCI_BUS its address on the "
		"physical host. A card that the last scan did not find has no address "
		"and shows dashes. Standard error says which card may be one that "
		"another host has lost.",
	.arguments = arguments,
	.examples = "list host gpu\nlist host gpu vm-container-0-15\n"
		    "list host gpu rocks-33 json=yes",
	.related = "add host gpu\nreport host gpu\nlist history",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
