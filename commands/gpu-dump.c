/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that record the cards again. */
#include <string.h>

#include "commands/gpu.h"
#include "commands/host-dump.h"

/* What is needed first comes first: a card, then those behind it, then who has them. */
enum round { WHOLE_CARDS, PARTS_OF_CARDS, CARDS_OF_VMS, ROUNDS };

struct dump {
	struct db *db;
	const char *host;
	enum round round;
	struct strbuf line;
};

static enum round round_of(const struct gpu *row, const char *host)
{
	if (strcmp(row->host, host) != 0)
		return CARDS_OF_VMS;
	return row->parent ? PARTS_OF_CARDS : WHOLE_CARDS;
}

static int dump_row(void *data, const struct gpu *row)
{
	struct dump *dump = data;
	bool of_vm = dump->round == CARDS_OF_VMS;
	const int64_t *address = row->address ? row->address : row->last_address;
	char text[PCI_ADDRESS_SIZE];
	int r = 0;

	if (round_of(row, dump->host) != dump->round)
		return 0;
	dump_start(&dump->line, "add host gpu");
	dump_positional(&dump->line, "host", dump->host);
	dump_positional(&dump->line, "gpu", row->name);
	dump_positional(&dump->line, "value",
			of_vm && !row->address ? row->card_name
					       : gpu_address_text(address, text));
	if (!of_vm)
		r = dump_gpu_facts(dump->db, row, &dump->line);
	return r < 0 ? r : dump_end(&dump->line);
}

int gpu_dump(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct dump dump = { .db = invocation->db };
	int r = take_hosts(invocation, &hosts);

	for (dump.round = WHOLE_CARDS; dump.round < ROUNDS; dump.round++) {
		for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
			dump.host = hosts.hosts[i].name;
			r = answer(invocation,
				   db_gpu_each(invocation->db, hosts.hosts[i].id,
					       dump_row, &dump));
		}
	}
	strbuf_release(&dump.line);
	return r;
}
