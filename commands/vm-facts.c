/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What plugins are told of a VM, taken from the inventory. */
#include <errno.h>
#include <string.h>

#include "commands/gpu.h"
#include "commands/vm-facts.h"
#include "db/attr.h"
#include "db/gpu.h"
#include "db/interface.h"
#include "db/vm.h"
#include "lib/pci-address.h"

#define MOST 64 /* disks, interfaces, cards, functions of a card */

struct card_facts {
	struct rocks_card card; /* first: a card is found from it */
	struct rocks_function functions[MOST];
};

struct attribute_fact {
	char *name, *value;
};

/* All facts of one VM; vm is first, so that the callbacks find the rest. */
struct vm_facts {
	struct rocks_vm vm;
	struct db *db;
	int64_t container;
	struct rocks_disk disks[MOST];
	struct rocks_interface interfaces[MOST];
	struct card_facts *cards[MOST];
	struct attribute_fact *attributes;
	size_t attribute_count;
	char **texts; /* what the facts point to */
	size_t text_count;
	struct strbuf trouble; /* why the VM cannot have its cards */
};

/* A copy that lives as long as the facts; NULL of NULL, and when memory ran out. */
static const char *keep(struct vm_facts *facts, const char *text, bool *failed)
{
	char **texts, *copy;

	if (!text)
		return NULL;
	texts = reallocarray(facts->texts, facts->text_count + 1, sizeof(*texts));
	copy = strdup(text);
	if (texts)
		facts->texts = texts;
	if (!texts || !copy) {
		free(copy);
		*failed = true;
		return NULL;
	}
	facts->texts[facts->text_count++] = copy;
	return copy;
}

static void release(struct vm_facts *facts)
{
	for (size_t i = 0; i < facts->text_count; i++)
		free(facts->texts[i]);
	for (size_t i = 0; i < facts->vm.card_count; i++)
		free(facts->cards[i]);
	free(facts->texts);
	free(facts->attributes);
	strbuf_release(&facts->trouble);
}

static const struct rocks_disk *disk_at(const struct rocks_vm *vm, uint32_t index)
{
	return &((const struct vm_facts *)vm)->disks[index];
}

static const struct rocks_interface *interface_at(const struct rocks_vm *vm,
						  uint32_t index)
{
	return &((const struct vm_facts *)vm)->interfaces[index];
}

static const struct rocks_card *card_at(const struct rocks_vm *vm, uint32_t index)
{
	return &((const struct vm_facts *)vm)->cards[index]->card;
}

static const struct rocks_function *function_at(const struct rocks_card *card,
						uint32_t index)
{
	return &((const struct card_facts *)card)->functions[index];
}

static int compare_attribute(const void *key, const void *element)
{
	return strcmp(key, ((const struct attribute_fact *)element)->name);
}

static const char *attribute_of(const struct rocks_vm *vm, const char *name)
{
	const struct vm_facts *facts = (const struct vm_facts *)vm;
	const struct attribute_fact *found =
		bsearch(name, facts->attributes, facts->attribute_count,
			sizeof(*facts->attributes), compare_attribute);

	return found ? found->value : NULL;
}

/* They come sorted by name. */
static int add_attribute(void *data, const struct attr *row)
{
	struct vm_facts *facts = data;
	struct attribute_fact *all =
		reallocarray(facts->attributes, facts->attribute_count + 1, sizeof(*all));
	bool failed = false;

	if (!all)
		return -ENOMEM;
	facts->attributes = all;
	all += facts->attribute_count++;
	all->name = (char *)keep(facts, row->name, &failed);
	all->value = (char *)keep(facts, row->value, &failed);
	return failed ? -ENOMEM : 0;
}

static int add_disk(void *data, const struct disk *row)
{
	struct vm_facts *facts = data;
	struct rocks_disk *disk = &facts->disks[facts->vm.disk_count];
	bool failed = false;

	if (facts->vm.disk_count == MOST)
		return -E2BIG;
	facts->vm.disk_count++;
	disk->size = sizeof(*disk);
	disk->type = keep(facts, row->type, &failed);
	disk->path = keep(facts, row->path, &failed);
	disk->device = keep(facts, row->device, &failed);
	disk->bus = keep(facts, row->bus, &failed);
	disk->size_gb = row->size ? (uint32_t)*row->size : 0;
	return failed ? -ENOMEM : 0;
}

/* The bridge is the container's interface in the network, else the attribute's. */
static const char *find_bridge(struct vm_facts *facts, const struct interface *row,
			       bool *failed)
{
	_cleanup_free_ char *device = NULL;
	const char *named = attribute_of(&facts->vm, "kvm_bridge");
	int r = row->network ? db_interface_of_network(facts->db, facts->container,
						       row->network, &device)
			     : 0;

	*failed = *failed || r < 0;
	return keep(facts, r == 1 ? device : named ? named : "br0", failed);
}

static int add_interface(void *data, const struct interface *row)
{
	struct vm_facts *facts = data;
	struct rocks_interface *interface = &facts->interfaces[facts->vm.interface_count];
	bool failed = false;

	if (facts->vm.interface_count == MOST)
		return -E2BIG;
	facts->vm.interface_count++;
	interface->size = sizeof(*interface);
	interface->device = keep(facts, row->device, &failed);
	interface->mac = keep(facts, row->mac, &failed);
	interface->network = keep(facts, row->network, &failed);
	interface->bridge = find_bridge(facts, row, &failed);
	interface->vlan = row->vlan ? (int32_t)*row->vlan : -1;
	return failed ? -ENOMEM : 0;
}

static int add_function(void *data, const struct gpu_function *row)
{
	struct card_facts *card = data;
	struct rocks_function *function = &card->functions[card->card.function_count];
	unsigned int vendor = 0, device = 0;
	struct pci_address address;

	if (card->card.function_count == MOST ||
	    pci_address_unpack(row->address, &address) < 0)
		return -E2BIG;
	if (row->ids && sscanf(row->ids, "%4x:%4x", &vendor, &device) != 2)
		return -EINVAL;
	card->card.function_count++;
	*function =
		(struct rocks_function){ .size = sizeof(*function),
					 .domain = address.domain,
					 .bus = address.bus,
					 .slot = address.slot,
					 .function = address.function,
					 .class_code =
						 row->class ? (uint32_t)*row->class : 0,
					 .vendor = (uint16_t)vendor,
					 .device = (uint16_t)device };
	return 0;
}

/* Why the VM cannot have this card now. */
static void complain(struct vm_facts *facts, const struct gpu *row)
{
	char text[PCI_ADDRESS_SIZE];

	if (facts->trouble.length)
		return;
	strbuf_add_format(&facts->trouble, "its %s, %s of %s, ", row->name,
			  row->card_name, row->host);
	if (strcmp(row->host, facts->vm.container) != 0)
		strbuf_add_format(
			&facts->trouble,
			"is not on %s, which houses it; take the card from it, or move "
			"the VM",
			facts->vm.container);
	else if (strcmp(row->state, "quarantined") == 0)
		strbuf_add_format(
			&facts->trouble,
			"is quarantined; when it is well again, `rocks set host gpu %s "
			"%s state=present`, else give the VM another card",
			row->host, row->card_name);
	else if (strcmp(row->state, "swapped") == 0)
		strbuf_add_format(
			&facts->trouble,
			"is swapped: another card is at %s now; see `rocks list host "
			"gpu %s` and give the VM one of these with `rocks set host gpu`",
			gpu_address_text(row->last_address, text), row->host);
	else
		strbuf_add_format(
			&facts->trouble,
			"is missing, last seen at %s; look for it in the host, then "
			"`rocks sync host gpu %s`, or give the VM another card",
			gpu_address_text(row->last_address, text), row->host);
}

static int add_card(void *data, const struct gpu *row)
{
	struct vm_facts *facts = data;
	struct card_facts *card;
	bool failed = false;

	if (strcmp(row->state, "present") != 0 ||
	    strcmp(row->host, facts->vm.container) != 0)
		complain(facts, row);
	if (facts->vm.card_count == MOST)
		return -E2BIG;
	card = calloc(1, sizeof(*card));
	if (!card)
		return -ENOMEM;
	facts->cards[facts->vm.card_count++] = card;
	card->card =
		(struct rocks_card){ .size = sizeof(card->card),
				     .kind = keep(facts, row->kind, &failed),
				     .name = keep(facts, row->name, &failed),
				     .host_name = keep(facts, row->card_name, &failed),
				     .uuid = keep(facts, row->uuid, &failed),
				     .numa = row->numa ? (int32_t)*row->numa : -1,
				     .function = function_at };
	return failed ? -ENOMEM
		      : db_gpu_function_each(facts->db, row->card, add_function, card);
}

static int load(struct vm_facts *facts, const struct vm *row)
{
	bool failed = false;
	int r;

	facts->container = row->container_id;
	facts->vm = (struct rocks_vm){ .size = sizeof(facts->vm),
				       .slice = (uint32_t)row->slice,
				       .name = keep(facts, row->name, &failed),
				       .uuid = keep(facts, row->uuid, &failed),
				       .container = keep(facts, row->container, &failed),
				       .virt_type = keep(facts, row->virt_type, &failed),
				       .cdrom = keep(facts, row->cdrom, &failed),
				       .memory_mib = (uint32_t)row->mem,
				       .cpus = (uint32_t)row->cpus,
				       .attribute = attribute_of,
				       .disk = disk_at,
				       .interface = interface_at,
				       .card = card_at };
	if (failed)
		return -ENOMEM;
	r = db_attr_each_effective(facts->db, row->id, NULL, add_attribute, facts);
	if (r == 0)
		r = db_disk_each(facts->db, row->id, add_disk, facts);
	if (r == 0)
		r = db_interface_each(facts->db, row->id, add_interface, facts);
	return r < 0 ? r : db_gpu_each(facts->db, row->id, add_card, facts);
}

struct walk {
	struct invocation *invocation;
	int (*each)(struct invocation *invocation, const struct rocks_vm *vm, void *data);
	void *data;
	size_t count;
	int status;
};

static int visit(void *data, const struct vm *row)
{
	struct walk *walk = data;
	struct vm_facts *facts = calloc(1, sizeof(*facts));
	int r = -ENOMEM, status = ROCKS_DONE;

	walk->count++;
	if (facts) {
		facts->db = walk->invocation->db;
		r = load(facts, row);
	}
	if (r == -E2BIG)
		status = error(
			"%s: it has more than %d disks, interfaces, cards or functions",
			row->name, MOST);
	else if (r == 0 && facts->trouble.length)
		status = error("%s: %s", row->name, strbuf_text(&facts->trouble));
	else if (r == 0)
		status = walk->each(walk->invocation, &facts->vm, walk->data);
	if (facts)
		release(facts);
	free(facts);
	if (status > walk->status)
		walk->status = status;
	return r == -E2BIG ? 0 : r;
}

/* One word at a time, so that a host that is no VM is told by its name. */
static int visit_word(struct walk *walk, char *word)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct invocation *invocation = walk->invocation;
	int r = answer(invocation, db_hosts_resolve(invocation->db, &word, 1, &hosts));

	walk->count = 0;
	if (r == ROCKS_DONE)
		r = answer(invocation, db_vm_each(invocation->db, &hosts, visit, walk));
	if (r == ROCKS_DONE && hosts.count && !walk->count && !strchr(word, '%'))
		r = error("%s is no VM and houses none; see `rocks list host vm`", word);
	return r;
}

int each_vm_facts(struct invocation *invocation,
		  int (*each)(struct invocation *invocation, const struct rocks_vm *vm,
			      void *data),
		  void *data)
{
	struct walk walk = { .invocation = invocation, .each = each, .data = data };

	for (size_t i = 0; i < invocation->many_count; i++) {
		int r = visit_word(&walk, invocation->many[i]);

		if (r > walk.status)
			walk.status = r;
	}
	return walk.status;
}
