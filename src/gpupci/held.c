/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions of the cards are held, and by whom: found out once for all of them. */
#include <errno.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "src/gpupci/held.h"

struct reading {
	struct held *held;
	const struct host *host;
	struct nodes nodes;
	size_t *ends; /* by function: behind its last node */
};

static size_t count_functions(const struct cards *cards)
{
	size_t count = 0;

	for (size_t i = 0; i < cards->count; i++)
		count += cards->cards[i].count;
	return count;
}

/* The nodes of a function; what cannot be read of them makes it unknown. */
static int find_nodes(struct reading *reading, const struct pci_function *function,
		      size_t number)
{
	struct holders *holders = &reading->held->holders;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	size_t before = holders->unknown.length;
	int error = nodes_find(&reading->nodes, reading->host->scan.sysfs.root, function,
			       &fault);

	if (error == -ENOMEM)
		return error;
	if (error < 0)
		holders_doubt(holders, "%s", strbuf_text(&fault));
	holders_doubt_nodes(holders, &reading->nodes, function);
	reading->held->states[number] =
		holders->unknown.length > before ? HELD_UNKNOWN : HELD_NO;
	reading->ends[number] = reading->nodes.count;
	return fault.error;
}

static int find_all_nodes(struct reading *reading, const bool *selected,
			  enum held_owners owners)
{
	const struct cards *cards = &reading->host->cards;
	size_t number = 0;
	int error = 0;

	for (size_t i = 0; i < cards->count; i++)
		for (size_t j = 0; j < cards->cards[i].count; j++, number++) {
			reading->nodes.owner = owners == HELD_BY_CARD ? i : number;
			reading->ends[number] = reading->nodes.count;
			if (!selected || selected[i])
				error = find_nodes(reading,
						   cards->cards[i].members[j].function,
						   number);
			if (error < 0)
				return error;
		}
	return 0;
}

/* Who looked at less than all knows of what is held only. */
static void set_states(struct reading *reading, bool all_seen)
{
	struct held *held = reading->held;
	size_t node = 0;

	for (size_t i = 0; i < held->count; i++) {
		if (!all_seen)
			held->states[i] = HELD_UNKNOWN;
		for (; node < reading->ends[i]; node++)
			if (reading->nodes.nodes[node].is_held)
				held->states[i] = HELD_YES;
	}
}

int held_read(struct held *held, const struct host *host, const bool *selected,
	      enum held_owners owners)
{
	const char *root = host->scan.sysfs.root;
	struct reading reading = { .held = held, .host = host, .nodes = NODES_EMPTY };
	_cleanup_free_ size_t *ends = NULL;
	size_t doubts;
	int error;

	held->count = count_functions(&host->cards);
	held->states = calloc(held->count + 1, sizeof(*held->states));
	ends = calloc(held->count + 1, sizeof(*ends));
	if (!held->states || !ends)
		return -ENOMEM;
	reading.ends = ends;
	error = find_all_nodes(&reading, selected, owners);
	doubts = held->holders.unknown.length;
	if (error == 0 && held->count)
		error = holders_find_processes(&held->holders, root, &reading.nodes);
	if (error == 0)
		error = holders_find_uses(&held->holders, root, &reading.nodes);
	if (error == 0)
		set_states(&reading, held->holders.unknown.length == doubts);
	nodes_release(&reading.nodes);
	return error;
}

enum held_state held_state(const struct held *held, size_t number)
{
	return number < held->count ? held->states[number] : HELD_UNKNOWN;
}

void held_release(struct held *held)
{
	holders_release(&held->holders);
	free(held->states);
	*held = (struct held)HELD_EMPTY;
}
