/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which interface of a container carries an interface of a VM. */
#include <errno.h>
#include <string.h>

#include "commands/vm-network.h"
#include "db/interface.h"

#define DEFAULT_BRIDGE "br0"

/* How well an interface of the container suits, worst first. */
enum suits {
	SUITS_NOT,
	SUITS_TAGGED, /* a VM without VLAN; the container's has one: it is the network's */
	SUITS_ANY_VLAN,
	SUITS_EXACTLY,
};

struct search {
	const struct rocks_interface *wanted;
	const char *bridge;
	enum suits best;
	size_t best_count;
	struct strbuf names; /* of the best so far */
	char *device;	     /* the first of them, or the bridge where it is one */
	bool is_bridge;
	uint32_t kind;
};

/* Its module says what it is. */
static uint32_t kind_of(const struct interface *row)
{
	const char *module = row->module ? row->module : "";

	if (strcmp(module, "ovs-bridge") == 0)
		return ROCKS_INTERFACE_OPENVSWITCH;
	if (strcmp(module, "direct") == 0 || strcmp(module, "macvtap") == 0)
		return ROCKS_INTERFACE_DIRECT;
	return ROCKS_INTERFACE_BRIDGE;
}

/* A management controller's interface is not the host's. */
static bool is_ipmi(const struct interface *row)
{
	return (row->module && strcmp(row->module, "ipmi") == 0) ||
	       (row->channel && *row->channel);
}

static enum suits how_well(const struct search *search, const struct interface *row)
{
	const struct rocks_interface *wanted = search->wanted;
	int64_t vlan = row->vlan ? *row->vlan : -1;

	if (is_ipmi(row))
		return SUITS_NOT;
	if (wanted->network) {
		if (!row->network || strcmp(row->network, wanted->network) != 0)
			return SUITS_NOT;
	} else if (strcmp(row->device, search->bridge) != 0) {
		return !row->network && vlan >= 0 && vlan == wanted->vlan ? SUITS_EXACTLY
									  : SUITS_NOT;
	}
	if (vlan == wanted->vlan)
		return SUITS_EXACTLY;
	if (kind_of(row) == ROCKS_INTERFACE_OPENVSWITCH)
		return SUITS_ANY_VLAN;
	return wanted->vlan < 0 ? SUITS_TAGGED : SUITS_NOT;
}

static int look_at(void *data, const struct interface *row)
{
	struct search *search = data;
	enum suits suits = how_well(search, row);
	bool is_bridge = strcmp(row->device, search->bridge) == 0;

	if (suits == SUITS_NOT || suits < search->best)
		return 0;
	if (suits > search->best) {
		strbuf_reset(&search->names);
		search->best_count = 0;
	}
	strbuf_add_format(&search->names, "%s%s", search->best_count ? ", " : "",
			  row->device);
	search->best = suits;
	if (search->best_count++ && !is_bridge)
		return search->names.error;
	free(search->device);
	search->is_bridge = is_bridge;
	search->kind = kind_of(row);
	search->device = strdup(row->device);
	return search->device ? search->names.error : -ENOMEM;
}

/* Whether nothing says which one is meant. */
static bool is_open(const struct search *search)
{
	return search->best_count > 1 &&
	       (search->best == SUITS_TAGGED || !search->is_bridge);
}

static void add_network(struct strbuf *trouble, const char *network)
{
	if (network)
		strbuf_add_format(trouble, " of the network %s", network);
}

static void complain_of_many(const struct search *search, const struct rocks_vm *vm,
			     struct strbuf *trouble)
{
	const struct rocks_interface *wanted = search->wanted;

	if (search->best == SUITS_TAGGED) {
		strbuf_add_format(
			trouble,
			"is in the network %s, which %s has in several VLANs; `rocks set "
			"host interface %s %s vlan=…` says which one",
			wanted->network, vm->container, vm->name, wanted->device);
		return;
	}
	strbuf_add_format(trouble, "may be joined to several of %s: %s; ", vm->container,
			  strbuf_text(&search->names));
	if (wanted->network)
		strbuf_add_format(trouble,
				  "`rocks set host interface %s DEVICE subnet=none` says "
				  "which is not of %s, or ",
				  vm->container, wanted->network);
	strbuf_add_format(trouble,
			  "`rocks set host attr %s kvm_bridge %s` which one it is, for "
			  "its interfaces without a network, too",
			  vm->name, search->device);
}

static void complain(const struct search *search, const struct rocks_vm *vm,
		     struct strbuf *trouble)
{
	const struct rocks_interface *wanted = search->wanted;

	strbuf_add_format(trouble, "its interface %s ", wanted->device);
	if (search->best != SUITS_NOT) {
		complain_of_many(search, vm, trouble);
		return;
	}
	strbuf_add_format(trouble, "is in VLAN %d", (int)wanted->vlan);
	add_network(trouble, wanted->network);
	strbuf_add_format(trouble,
			  ", which no interface of %s carries; `rocks add host interface "
			  "%s DEVICE%s%s vlan=%d` records one that does",
			  vm->container, vm->container, wanted->network ? " subnet=" : "",
			  wanted->network ? wanted->network : "", (int)wanted->vlan);
}

int vm_network_carrier(struct db *db, const struct rocks_vm *vm, int64_t container,
		       const struct rocks_interface *interface, char **ret_device,
		       uint32_t *ret_kind, struct strbuf *trouble)
{
	const char *named = vm->attribute(vm, "kvm_bridge");
	struct search search = { .wanted = interface,
				 .bridge = named && *named ? named : DEFAULT_BRIDGE };
	int r = db_interface_each(db, container, look_at, &search);

	*ret_device = NULL;
	*ret_kind = search.kind;
	if (r == 0 && search.best == SUITS_NOT && interface->vlan < 0) {
		search.device = strdup(search.bridge);
		r = search.device ? 0 : -ENOMEM;
		*ret_kind = ROCKS_INTERFACE_BRIDGE;
	} else if (r == 0 && (search.best == SUITS_NOT || is_open(&search))) {
		complain(&search, vm, trouble);
		free(take_pointer(search.device));
	}
	strbuf_release(&search.names);
	if (r < 0)
		free(search.device);
	else
		*ret_device = search.device;
	return r;
}
