/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore cards. */
#include <string.h>

#include "src/cli/dump-line.h"
#include "src/inventory/dump/host.h"
#include "src/inventory/gpu.h"

#define MOST_DOMAIN 0xffff /* that QEMU takes */

/*
 * Whole cards come first, then their parts, then the VMs that have them. The last round has
 * facts that came up when a VM already had the card, and with which no VM would get it: that
 * another VM has what it is tied to, or that its address is out of reach for QEMU.
 */
enum round { WHOLE_CARDS, PARTS_OF_CARDS, CARDS_OF_VMS, WHAT_CAME_LATER, ROUNDS };

struct dump {
	struct db *db;
	const char *host;
	enum round round;
	bool with_uuid;
	bool has_later; /* something is left for the last round */
	struct strbuf line;
};

/* 1 if VMs have it and a card that it cannot be kept apart from, 0, or -errno. */
static int is_tied(struct dump *dump, const struct gpu *row)
{
	_cleanup_free_ char *vm = NULL;
	int r = 0;

	if (row->vm && (row->parent || row->group))
		r = db_gpu_conflict(dump->db, row->card, &vm);
	if (r == 1)
		dump->has_later = true;
	return r;
}

/* No VM gets such a card, so the dump says its address after its VM has it by name. */
static bool is_out_of_reach(const struct gpu *row)
{
	struct pci_address address;

	return row->vm && row->address &&
	       pci_address_unpack(*row->address, &address) == 0 &&
	       address.domain > MOST_DOMAIN;
}

static void start_line(struct dump *dump, const char *words, const struct gpu *row)
{
	dump_start(&dump->line, words);
	dump_positional(&dump->line, "host", dump->host);
	dump_positional(&dump->line, "gpu", row->name);
}

static int dump_card(struct dump *dump, const struct gpu *row)
{
	const int64_t *address = row->address ? row->address : row->last_address;
	char text[PCI_ADDRESS_SIZE];
	struct gpu dumped = *row;
	int tied = is_tied(dump, row), r;

	if (tied < 0)
		return tied;
	if (dump->round != (row->parent && !tied ? PARTS_OF_CARDS : WHOLE_CARDS))
		return 0;
	start_line(dump, "add host gpu", row);
	dump_positional(&dump->line, "value", gpu_address_text(address, text));
	if (is_out_of_reach(row)) {
		dumped.address = NULL;
		dump->has_later = true;
	}
	r = dump_gpu_facts(dump->db, &dumped, &dump->line);
	if (!tied)
		dump_gpu_ties(row, &dump->line);
	if (dump->with_uuid)
		dump_parameter(&dump->line, "uuid", row->uuid);
	if (dump->with_uuid && row->same_as)
		dump_parameter(&dump->line, "same-as", row->same_as);
	return r < 0 ? r : dump_end(&dump->line);
}

static int dump_what_came_later(struct dump *dump, const struct gpu *row)
{
	bool out_of_reach = is_out_of_reach(row);
	int tied = is_tied(dump, row);
	char text[PCI_ADDRESS_SIZE];

	if (tied < 0 || (!tied && !out_of_reach))
		return tied;
	start_line(dump, "set host gpu", row);
	if (out_of_reach)
		dump_positional(&dump->line, "value",
				gpu_address_text(row->address, text));
	if (tied)
		dump_gpu_ties(row, &dump->line);
	return dump_end(&dump->line);
}

static int dump_assignment(struct dump *dump, const struct gpu *row)
{
	char text[PCI_ADDRESS_SIZE];

	start_line(dump, "add host gpu", row);
	dump_positional(&dump->line, "value",
			row->address && !is_out_of_reach(row)
				? gpu_address_text(row->address, text)
				: row->card_name);
	if (row->asked)
		dump_parameter(&dump->line, "asked", row->asked);
	return dump_end(&dump->line);
}

static int dump_row(void *data, const struct gpu *row)
{
	struct dump *dump = data;
	bool of_vm = strcmp(row->host, dump->host) != 0;

	switch (dump->round) {
	case WHOLE_CARDS:
	case PARTS_OF_CARDS:
		return of_vm ? 0 : dump_card(dump, row);
	case CARDS_OF_VMS:
		return of_vm ? dump_assignment(dump, row) : 0;
	default:
		return of_vm ? 0 : dump_what_came_later(dump, row);
	}
}

static int dump_cards(struct invocation *invocation, bool with_uuid)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct dump dump = { .db = invocation->db, .with_uuid = with_uuid };
	int r = take_hosts(invocation, &hosts);

	for (dump.round = WHOLE_CARDS; dump.round < ROUNDS; dump.round++) {
		if (dump.round == WHAT_CAME_LATER && !dump.has_later)
			break;
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

int gpu_dump(struct invocation *invocation)
{
	return dump_cards(invocation, false);
}

int gpu_dump_whole(struct invocation *invocation)
{
	return dump_cards(invocation, true);
}
