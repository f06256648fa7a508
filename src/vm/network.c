/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which interface of a container carries an interface of a VM. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "src/vm/network.h"

#define DEFAULT_BRIDGE "br0"

/* How well an interface of the container matches, worst first. */
enum suits {
	SUITS_NOT,
	SUITS_TAGGED, /* the VM has no VLAN, the container's interface has one: the network's */
	SUITS_ANY_VLAN,
	SUITS_EXACTLY,
};

struct search {
	const struct rocks_interface *wanted;
	const char *bridge;
	enum suits best;
	size_t best_count;
	struct strbuf names; /* of the best so far */
	const char *device;  /* the first of them, or the bridge among them */
	bool is_bridge;
	uint32_t kind;
};

/* Its module says what kind it is. */
static uint32_t kind_of(const struct vm_carrier *row)
{
	const char *module = row->module ? row->module : "";

	if (strcmp(module, "ovs-bridge") == 0)
		return ROCKS_INTERFACE_OPENVSWITCH;
	if (strcmp(module, "direct") == 0 || strcmp(module, "macvtap") == 0)
		return ROCKS_INTERFACE_DIRECT;
	return ROCKS_INTERFACE_BRIDGE;
}

/*
 * Whether no VM can be joined to it: that of a management controller is not the host's, and
 * that of an Open vSwitch belongs to the bridge.
 */
static bool carries_none(const struct vm_carrier *row)
{
	return (row->module && (strcmp(row->module, "ipmi") == 0 ||
				strcmp(row->module, "ovs-link") == 0)) ||
	       (row->channel && *row->channel);
}

/* vlan3, the row by which Rocks says that a container has VLAN 3 of a network. */
static bool is_vlan_row(const struct vm_carrier *row)
{
	return row->vlan >= 0 && strncmp(row->device, "vlan", 4) == 0;
}

int vm_network_tap(const struct vm_carrier *carriers, size_t count,
		   const struct vm_carrier *row, char ret_device[VM_TAP_SIZE])
{
	if (!is_vlan_row(row) || !row->network)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct vm_carrier *other = &carriers[i];

		if (is_vlan_row(other) || carries_none(other) || !other->network ||
		    strcmp(other->network, row->network) != 0)
			continue;
		snprintf(ret_device, VM_TAP_SIZE, "%s%s.%d",
			 other->options && strstr(other->options, "novtap") ? "" : "p",
			 other->device, (int)row->vlan);
		return 1;
	}
	return 0;
}

static enum suits how_well(const struct search *search, const struct vm_carrier *row)
{
	const struct rocks_interface *wanted = search->wanted;

	if (carries_none(row))
		return SUITS_NOT;
	if (wanted->network) {
		if (!row->network || strcmp(row->network, wanted->network) != 0)
			return SUITS_NOT;
	} else if (strcmp(row->device, search->bridge) != 0) {
		return !row->network && row->vlan >= 0 && row->vlan == wanted->vlan
			       ? SUITS_EXACTLY
			       : SUITS_NOT;
	}
	if (row->vlan == wanted->vlan)
		return SUITS_EXACTLY;
	if (kind_of(row) == ROCKS_INTERFACE_OPENVSWITCH)
		return SUITS_ANY_VLAN;
	return wanted->vlan < 0 ? SUITS_TAGGED : SUITS_NOT;
}

static void look_at(struct search *search, const struct vm_carrier *row)
{
	enum suits suits = how_well(search, row);
	bool is_bridge = strcmp(row->device, search->bridge) == 0;

	if (suits == SUITS_NOT || suits < search->best)
		return;
	if (suits > search->best) {
		strbuf_reset(&search->names);
		search->best_count = 0;
	}
	strbuf_add_format(&search->names, "%s%s", search->best_count ? ", " : "",
			  row->device);
	search->best = suits;
	if (search->best_count++ && !is_bridge)
		return;
	search->is_bridge = is_bridge;
	search->kind = row->tap ? ROCKS_INTERFACE_DIRECT : kind_of(row);
	search->device = row->tap ? row->tap : row->device;
}

/* Whether the choice is ambiguous. */
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
	if (wanted->vlan < 0) {
		strbuf_add_format(
			trouble,
			"is in the network %s, which no interface of %s carries; `rocks "
			"add host interface %s DEVICE subnet=%s` records one that does, "
			"or `rocks set host attr %s kvm_bridge BRIDGE` says what it "
			"joins",
			wanted->network, vm->container, vm->container, wanted->network,
			vm->name);
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

int vm_network_carrier(const struct rocks_vm *vm, const struct vm_carrier *carriers,
		       size_t count, const struct rocks_interface *interface,
		       const char **ret_device, uint32_t *ret_kind,
		       struct strbuf *trouble)
{
	const char *named = vm->attribute(vm, "kvm_bridge");
	struct search search = { .wanted = interface,
				 .bridge = named && *named ? named : DEFAULT_BRIDGE };
	int r;

	for (size_t i = 0; i < count; i++)
		look_at(&search, &carriers[i]);
	*ret_device = search.device;
	*ret_kind = search.kind;
	if (search.best == SUITS_NOT && interface->vlan < 0 &&
	    (!interface->network || (named && *named))) {
		*ret_device = search.bridge;
		*ret_kind = ROCKS_INTERFACE_BRIDGE;
	} else if (search.best == SUITS_NOT || is_open(&search)) {
		complain(&search, vm, trouble);
		*ret_device = NULL;
	}
	r = search.names.error;
	strbuf_release(&search.names);
	return r;
}
