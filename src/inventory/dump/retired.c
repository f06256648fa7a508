/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore the cards in no host. */
#include "src/cli/dump-line.h"
#include "src/inventory/dump/host.h"
#include "src/inventory/gpu.h"

struct dump {
	struct db *db;
	struct strbuf line;
};

static int dump_row(void *data, const struct gpu *row)
{
	struct dump *dump = data;
	char text[PCI_ADDRESS_SIZE];
	int r;

	dump_start(&dump->line, "add retired gpu");
	dump_positional(&dump->line, "gpu", row->name);
	dump_positional(&dump->line, "value", gpu_address_text(row->last_address, text));
	r = dump_gpu_facts(dump->db, row, &dump->line);
	dump_parameter(&dump->line, "uuid", row->uuid);
	if (row->same_as)
		dump_parameter(&dump->line, "same-as", row->same_as);
	return r < 0 ? r : dump_end(&dump->line);
}

int retired_dump(struct invocation *invocation)
{
	struct dump dump = { .db = invocation->db, .line = STRBUF_EMPTY };
	int r = db_retired_each(invocation->db, dump_row, &dump);

	strbuf_release(&dump.line);
	return answer(invocation, r);
}
