/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What plugins are told of a VM, taken from the inventory. */
#include <errno.h>
#include <string.h>

#include "commands/gpu.h"
#include "commands/vm-facts.h"
#include "commands/vm-network.h"
#include "db/attr.h"
#include "db/gpu.h"
#include "db/interface.h"
#include "db/vm.h"
#include "lib/interrupt.h"
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
	struct attribute_fact *attributes; /* vm.attribute_count of them */
	char **texts;			   /* what the facts point to */
	size_t text_count;
	struct strbuf trouble; /* why the VM cannot have its cards or networks */
	struct strbuf asked;   /* the answer of card_at_address() */
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
	strbuf_release(&facts->asked);
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

static const char *card_at_address(const struct rocks_vm *vm, uint32_t domain,
				   uint8_t bus, uint8_t slot, uint8_t function)
{
	struct vm_facts *facts = (struct vm_facts *)vm;
	_cleanup_free_ char *name = NULL;
	struct pci_address address = { domain, bus, slot, function };
	int r = db_gpu_at(facts->db, facts->container, pci_address_pack(address), &name);

	if (r == 0)
		return NULL;
	/* What cannot be read is unknown, never free. */
	strbuf_reset(&facts->asked);
	strbuf_add_string(&facts->asked, r == 1 ? name : "what cannot be looked up");
	return strbuf_text(&facts->asked);
}

static int compare_attribute(const void *key, const void *element)
{
	return strcmp(key, ((const struct attribute_fact *)element)->name);
}

static const char *attribute_of(const struct rocks_vm *vm, const char *name)
{
	const struct vm_facts *facts = (const struct vm_facts *)vm;
	const struct attribute_fact *found =
		bsearch(name, facts->attributes, facts->vm.attribute_count,
			sizeof(*facts->attributes), compare_attribute);

	return found ? found->value : NULL;
}

static const char *attribute_name_at(const struct rocks_vm *vm, uint32_t index)
{
	return ((const struct vm_facts *)vm)->attributes[index].name;
}

/* They come sorted by name. */
static int add_attribute(void *data, const struct attr *row)
{
	struct vm_facts *facts = data;
	struct attribute_fact *all = reallocarray(
		facts->attributes, facts->vm.attribute_count + 1, sizeof(*all));
	bool failed = false;

	if (!all)
		return -ENOMEM;
	facts->attributes = all;
	all += facts->vm.attribute_count++;
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
	interface->vlan = row->vlan ? (int32_t)*row->vlan : -1;
	return failed ? -ENOMEM : 0;
}

/* What carries each interface on the container. */
static int find_carriers(struct vm_facts *facts)
{
	bool failed = false;
	int r = 0;

	for (size_t i = 0; i < facts->vm.interface_count && r == 0; i++) {
		struct rocks_interface *interface = &facts->interfaces[i];
		_cleanup_free_ char *device = NULL;

		r = vm_network_carrier(facts->db, &facts->vm, facts->container, interface,
				       &device, &interface->kind, &facts->trouble);
		interface->bridge = keep(facts, device, &failed);
		if (facts->trouble.length)
			break;
	}
	return failed ? -ENOMEM : r;
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
	*function = (struct rocks_function){
		.size = sizeof(*function),
		.domain = address.domain,
		.bus = address.bus,
		.slot = address.slot,
		.function = address.function,
		.class_code = row->class ? (uint32_t)*row->class : 0,
		.vendor = (uint16_t)vendor,
		.device = (uint16_t)device,
		.bar_bytes = row->bar_bytes ? (uint64_t)*row->bar_bytes : 0
	};
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
	else if (strcmp(row->state, "quarantined") == 0 && row->address)
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

/* Two VMs are never given what the hardware cannot keep apart, whatever a scan found. */
static int check_conflict(struct vm_facts *facts, const struct gpu *row)
{
	_cleanup_free_ char *vm = NULL;
	int r = db_gpu_conflict(facts->db, row->card, &vm);

	if (r == 1 && !facts->trouble.length)
		strbuf_add_format(
			&facts->trouble,
			"its %s, %s of %s, cannot be kept apart from a card that %s "
			"has (one IOMMU group, or a card and its virtual function); take "
			"one from its VM",
			row->name, row->card_name, row->host, vm);
	return r < 0 ? r : 0;
}

static int add_card(void *data, const struct gpu *row)
{
	struct vm_facts *facts = data;
	struct card_facts *card;
	bool failed = false;

	if (strcmp(row->state, "present") != 0 ||
	    strcmp(row->host, facts->vm.container) != 0)
		complain(facts, row);
	else if (check_conflict(facts, row) < 0)
		return -EIO;
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
				       .card = card_at,
				       .card_at = card_at_address,
				       .attribute_name = attribute_name_at };
	if (failed)
		return -ENOMEM;
	r = db_attr_each_effective(facts->db, row->id, NULL, add_attribute, facts);
	if (r == 0)
		r = db_disk_each(facts->db, row->id, add_disk, facts);
	if (r == 0)
		r = db_interface_each(facts->db, row->id, add_interface, facts);
	if (r == 0)
		r = find_carriers(facts);
	return r < 0 ? r : db_gpu_each(facts->db, row->id, add_card, facts);
}

struct walk {
	struct invocation *invocation;
	bool containers;
	vm_facts_fn *each;
	void *data;
	struct host_set visited; /* where several words may name one VM */
	int status;
};

static int load_vm(void *data, const struct vm *row)
{
	return load(data, row);
}

static int visit(struct walk *walk, struct host_ref *host)
{
	struct invocation *invocation = walk->invocation;
	struct vm_facts *facts = calloc(1, sizeof(*facts));
	struct host_set one = { host, 1 };
	int r, status;

	if (!facts)
		return memory_error();
	facts->db = invocation->db;
	r = db_vm_each(invocation->db, &one, load_vm, facts);
	if (r == -E2BIG)
		status = error(
			"%s: it has more than %d disks, interfaces, cards or functions",
			host->name, MOST);
	else if (r < 0)
		status = database_error(invocation);
	else
		status = walk->each(invocation, &facts->vm,
				    facts->trouble.length ? strbuf_text(&facts->trouble)
							  : NULL,
				    walk->data);
	release(facts);
	free(facts);
	return status;
}

/* Which VMs there are is read before the first of them is visited. */
static int add_visit(void *data, const struct vm *row)
{
	struct host_ref host = { .id = row->id, .name = (char *)row->name };

	return host_set_add(data, &host);
}

static int add_to_list(void *data, const struct vm *row)
{
	struct strbuf *list = data;

	strbuf_add_format(list, "%s%s", list->length ? ", " : "", row->name);
	return list->error;
}

/* A host is what it is called for: a VM, or a container of some where these are taken. */
static int check_host(struct walk *walk, struct host_ref *host)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;
	struct invocation *invocation = walk->invocation;
	struct host_set one = { host, 1 };
	int r = db_vm_exists(invocation->db, host->id);

	if (r == 0)
		r = db_vm_each(invocation->db, &one, add_to_list, &list);
	if (r < 0)
		return database_error(invocation);
	if (r == 1 || (walk->containers && list.length))
		return ROCKS_DONE;
	if (!list.length)
		return error("%s is no VM and houses none; see `rocks list host vm`",
			     host->name);
	return error("%s is no VM; it houses %s: name them", host->name,
		     strbuf_text(&list));
}

static bool was_visited(const struct walk *walk, const struct host_ref *vm)
{
	for (size_t i = walk->visited.count; i-- > 0;)
		if (walk->visited.hosts[i].id == vm->id)
			return true;
	return false;
}

static int visit_word(struct walk *walk, char *word)
{
	_cleanup_host_set_ struct host_set hosts = { 0 }, vms = { 0 };
	struct invocation *invocation = walk->invocation;
	int status =
		answer(invocation, db_hosts_resolve(invocation->db, &word, 1, &hosts));

	for (size_t i = 0; i < hosts.count && status == ROCKS_DONE; i++)
		if (!db_names_by_chance(word))
			status = check_host(walk, &hosts.hosts[i]);
	if (status == ROCKS_DONE)
		status = answer(invocation,
				db_vm_each(invocation->db, &hosts, add_visit, &vms));
	for (size_t i = 0; i < vms.count && status != ROCKS_BLIND; i++) {
		int r;

		if (was_visited(walk, &vms.hosts[i]))
			continue;
		if (interrupt_was_seen())
			return error("%s and what follows it: left as they are",
				     vms.hosts[i].name);
		r = visit(walk, &vms.hosts[i]);
		if (r > status)
			status = r;
	}
	for (size_t i = 0; i < vms.count && invocation->many_count > 1; i++)
		if (host_set_add(&walk->visited, &vms.hosts[i]) < 0)
			return memory_error();
	return status;
}

int each_vm_facts(struct invocation *invocation, bool containers, vm_facts_fn *each,
		  void *data)
{
	struct walk walk = { .invocation = invocation,
			     .containers = containers,
			     .each = each,
			     .data = data };

	for (size_t i = 0; i < invocation->many_count; i++) {
		int r = visit_word(&walk, invocation->many[i]);

		if (r > walk.status)
			walk.status = r;
		if (interrupt_was_seen())
			break;
	}
	host_set_release(&walk.visited);
	return walk.status;
}

int one_vm_facts(struct invocation *invocation, struct host_ref *vm, vm_facts_fn *each,
		 void *data)
{
	struct walk walk = { .invocation = invocation, .each = each, .data = data };

	return visit(&walk, vm);
}
