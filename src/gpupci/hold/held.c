/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions are held, and by whom: found in one pass for all of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/hold/held.h"

#define CLASS_ISA_BRIDGE 0x0601

struct reading {
	struct held *held;
	struct root *root;
	const struct picks *picks;
	struct nodes nodes;
	size_t *ends; /* per pick: index after its last node */
};

/* In sysfs, what is below a bridge does not belong to the bridge. */
static bool has_nodes(const struct pick *pick)
{
	return pick->function && !pick->function->is_bridge;
}

/* Finds the nodes of a function; if they cannot be read, its holders are unknown. */
static int find_nodes(struct reading *reading, const struct pci_function *function,
		      size_t number)
{
	struct holders *holders = &reading->held->holders;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	size_t before = holders->unknown.length;
	int error = nodes_find(&reading->nodes, reading->root, function, &fault);

	if (error == -ENOMEM)
		return error;
	if (error < 0)
		holders_doubt(holders, "%s", strbuf_text(&fault));
	holders_doubt_nodes(holders, &reading->nodes, function);
	reading->held->functions[number].is_doubted = holders->unknown.length > before;
	return fault.error;
}

static int find_all_nodes(struct reading *reading, enum held_owners owners)
{
	int error = 0;

	for (size_t i = 0; i < reading->picks->count && error == 0; i++) {
		const struct pick *pick = &reading->picks->picks[i];

		reading->nodes.owner = owners == HELD_BY_CARD ? pick->owner : i;
		if (has_nodes(pick))
			error = find_nodes(reading, pick->function, i);
		reading->ends[i] = reading->nodes.count;
	}
	return error;
}

static bool is_any_held(const struct nodes *nodes, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		if (nodes->nodes[i].is_held)
			return true;
	return false;
}

/* Without a complete look, only held functions are certain. */
static void set_states(struct reading *reading, bool all_seen)
{
	size_t begin = 0;

	for (size_t i = 0; i < reading->held->count; i++) {
		struct held_function *function = &reading->held->functions[i];

		if (!all_seen && has_nodes(&reading->picks->picks[i]))
			function->is_doubted = true;
		if (is_any_held(&reading->nodes, begin, reading->ends[i]))
			function->state = HELD_YES;
		else
			function->state = function->is_doubted ? HELD_UNKNOWN : HELD_NO;
		begin = reading->ends[i];
	}
}

static bool has_any_nodes(const struct picks *picks)
{
	for (size_t i = 0; i < picks->count; i++)
		if (has_nodes(&picks->picks[i]))
			return true;
	return false;
}

int held_read(struct held *held, struct root *root, const struct picks *picks,
	      enum held_owners owners, bool count_up)
{
	struct reading reading = {
		.held = held, .root = root, .picks = picks, .nodes = NODES_EMPTY
	};
	_cleanup_free_ size_t *ends = NULL;
	size_t doubts;
	int error;

	held->count = picks->count;
	held->functions = calloc(held->count + 1, sizeof(*held->functions));
	ends = calloc(held->count + 1, sizeof(*ends));
	if (!held->functions || !ends)
		return -ENOMEM;
	reading.ends = ends;
	error = find_all_nodes(&reading, owners);
	doubts = held->holders.unknown.length;
	if (error == 0 && has_any_nodes(picks))
		error = holders_find_processes(&held->holders, root, &reading.nodes);
	if (error == 0)
		error = holders_find_uses(&held->holders, root, &reading.nodes, count_up);
	if (error == 0)
		set_states(&reading, held->holders.unknown.length == doubts);
	nodes_release(&reading.nodes);
	return error;
}

enum held_state held_state(const struct held *held, size_t number)
{
	return number < held->count ? held->functions[number].state : HELD_UNKNOWN;
}

size_t held_roles(const struct pci_function *function,
		  const char *ret_roles[HELD_MOST_ROLES])
{
	size_t count = 0;

	if (function->is_bridge || function->class >> 8 == CLASS_ISA_BRIDGE)
		ret_roles[count++] = "it is a bridge, which the host needs";
	if (function->details.boot_display)
		ret_roles[count++] = "it is the boot display";
	if (function->virtual_count)
		ret_roles[count++] = "its virtual functions are enabled";
	return count;
}

/* Whether all device nodes the process has open belong to vfio: "/dev/vfio/13, …". */
static bool is_of_vm(const struct holder *holder)
{
	static const char vfio[] = "/dev/vfio/";

	if (!holder->process)
		return false;
	for (const char *name = holder->what; name; name = strstr(name, ", ")) {
		name += strspn(name, ", ");
		if (strncmp(name, vfio, strlen(vfio)) != 0)
			return false;
	}
	return true;
}

enum held_state held_by_host(const struct held *held, const struct picks *picks,
			     size_t number)
{
	const char *roles[HELD_MOST_ROLES];

	if (held_roles(picks->picks[number].function, roles))
		return HELD_YES;
	for (size_t i = 0; i < held->holders.count; i++)
		if (held->holders.holders[i].owner == number &&
		    !is_of_vm(&held->holders.holders[i]))
			return HELD_YES;
	return held->functions[number].is_doubted ? HELD_UNKNOWN : HELD_NO;
}

void held_release(struct held *held)
{
	holders_release(&held->holders);
	free(held->functions);
	*held = (struct held)HELD_EMPTY;
}
