/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of VMs that plugins get, read from the inventory for several VMs at once. */
#include <errno.h>
#include <string.h>

#include "db/attr.h"
#include "db/definition.h"
#include "db/gpu.h"
#include "db/interface.h"
#include "db/vm.h"
#include "lib/pci-address.h"
#include "lib/texts.h"
#include "src/inventory/gpu.h"
#include "src/vm/batch.h"
#include "src/vm/network.h"

struct card_facts {
	struct rocks_card card; /* first: a card is found from it */
	struct rocks_function functions[VM_BATCH_MOST];
	int64_t id;
};

/* All facts of one VM; vm is first, so that the callbacks find the rest. */
struct vm_facts {
	struct rocks_vm vm;
	struct vm_batch *batch;
	int64_t id, container;
	int error; /* why the VM is left out */
	struct rocks_disk disks[VM_BATCH_MOST];
	struct rocks_interface interfaces[VM_BATCH_MOST];
	struct card_facts *cards[VM_BATCH_MOST];
	const struct attr *attributes; /* of the batch's table */
	struct vm_carrier *carriers;   /* the interfaces of its container */
	size_t carrier_count;
	struct strbuf trouble; /* why the VM cannot have its cards or networks */
	struct strbuf asked;   /* returned by card_at_address() */
	bool is_own;	       /* its definition is libvirt's */
	const char *functions; /* of recorded cards in that, or NULL */
};

/* A card that cannot be kept apart from a card of another VM. */
struct conflict {
	int64_t card;
	const char *vm;
};

struct vm_batch {
	struct db *db;
	struct texts texts; /* what the facts point to */
	struct attr_table *attributes;
	struct conflict *conflicts;
	size_t conflict_count;
	struct vm_facts **by_id;
	struct vm_facts *last; /* that rows were for */
	size_t count;
	struct vm_facts facts[]; /* in the order that was asked for */
};

static const char *keep(struct vm_facts *facts, const char *text)
{
	return texts_keep(&facts->batch->texts, text);
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

/* Whether a recorded card was there when the VM's definition was kept. */
static bool was_at_address(const struct vm_facts *facts, struct pci_address address)
{
	char word[32];

	snprintf(word, sizeof(word), " %lld ", (long long)pci_address_pack(address));
	return facts->functions && strstr(facts->functions, word);
}

static const char *card_at_address(const struct rocks_vm *vm, uint32_t domain,
				   uint8_t bus, uint8_t slot, uint8_t function)
{
	struct vm_facts *facts = (struct vm_facts *)vm;
	_cleanup_free_ char *name = NULL;
	struct pci_address address = { domain, bus, slot, function };
	int r = db_gpu_at(facts->batch->db, facts->container, pci_address_pack(address),
			  &name);

	if (r == 0)
		return was_at_address(facts, address) ? "a card that was there" : NULL;
	/* What cannot be read counts as unknown, never as free. */
	strbuf_reset(&facts->asked);
	strbuf_add_string(&facts->asked, r == 1 ? name : "what cannot be looked up");
	return strbuf_text(&facts->asked);
}

static int compare_attribute(const void *key, const void *element)
{
	return strcmp(key, ((const struct attr *)element)->name);
}

static const char *attribute_of(const struct rocks_vm *vm, const char *name)
{
	const struct vm_facts *facts = (const struct vm_facts *)vm;
	const struct attr *found = NULL;

	if (vm->attribute_count)
		found = bsearch(name, facts->attributes, vm->attribute_count,
				sizeof(*facts->attributes), compare_attribute);
	return found ? found->value : NULL;
}

static const char *attribute_name_at(const struct rocks_vm *vm, uint32_t index)
{
	return ((const struct vm_facts *)vm)->attributes[index].name;
}

static int compare_id(const void *key, const void *element)
{
	int64_t id = *(const int64_t *)key;
	const struct vm_facts *facts = *(struct vm_facts *const *)element;

	return (id > facts->id) - (id < facts->id);
}

static struct vm_facts *find_facts(const struct vm_batch *batch, int64_t id)
{
	struct vm_facts **found =
		bsearch(&id, batch->by_id, batch->count, sizeof(*found), compare_id);

	return found ? *found : NULL;
}

/*
 * The facts that a row belongs to; NULL if the VM is left out. Rows of one VM come
 * together.
 */
static struct vm_facts *facts_of(struct vm_batch *batch, int64_t id)
{
	if (!batch->last || batch->last->id != id)
		batch->last = find_facts(batch, id);
	return batch->last && !batch->last->error ? batch->last : NULL;
}

static int add_vm(void *data, const struct vm *row)
{
	struct vm_batch *batch = data;
	struct vm_facts *facts = find_facts(batch, row->id);
	size_t count = 0;

	if (!facts)
		return 0;
	facts->error = 0;
	facts->container = row->container_id;
	facts->is_own = strcmp(row->definition, "libvirt") == 0;
	facts->attributes = db_attr_table_of(batch->attributes, row->id, &count);
	facts->vm = (struct rocks_vm){ .size = sizeof(facts->vm),
				       .slice = (uint32_t)row->slice,
				       .name = keep(facts, row->name),
				       .uuid = keep(facts, row->uuid),
				       .container = keep(facts, row->container),
				       .virt_type = keep(facts, row->virt_type),
				       .cdrom = keep(facts, row->cdrom),
				       .memory_mib = (uint32_t)row->mem,
				       .cpus = (uint32_t)row->cpus,
				       .attribute = attribute_of,
				       .disk = disk_at,
				       .interface = interface_at,
				       .card = card_at,
				       .card_at = card_at_address,
				       .attribute_count = (uint32_t)count,
				       .attribute_name = attribute_name_at,
				       .domain = keep(facts, row->domain) };
	return batch->texts.error;
}

static int add_definition(void *data, const struct kept_definition *row)
{
	struct vm_facts *facts = facts_of(data, row->vm);

	if (!facts)
		return 0;
	facts->vm.definition = keep(facts, row->xml);
	facts->functions = keep(facts, row->functions);
	return facts->batch->texts.error;
}

/* Why there is no XML for a VM whose definition was never kept. */
static void check_definition(struct vm_facts *facts)
{
	if (facts->is_own && !facts->vm.definition && !facts->error)
		strbuf_add_format(&facts->trouble,
				  "its definition is libvirt's own, and the inventory "
				  "has no copy of it; once it is defined on %s, `rocks "
				  "sync host vm %s` keeps one",
				  facts->vm.container, facts->vm.container);
}

static int add_disk(void *data, const struct disk *row)
{
	struct vm_facts *facts = facts_of(data, row->vm);
	struct rocks_disk *disk;

	if (!facts)
		return 0;
	if (facts->vm.disk_count == VM_BATCH_MOST) {
		facts->error = -E2BIG;
		return 0;
	}
	disk = &facts->disks[facts->vm.disk_count++];
	disk->size = sizeof(*disk);
	disk->type = keep(facts, row->type);
	disk->path = keep(facts, row->path);
	disk->device = keep(facts, row->device);
	disk->bus = keep(facts, row->bus);
	disk->size_gb = row->size ? (uint32_t)*row->size : 0;
	return facts->batch->texts.error;
}

static int add_interface(void *data, const struct interface *row)
{
	struct vm_facts *facts = facts_of(data, row->host);
	struct rocks_interface *interface;

	if (!facts)
		return 0;
	if (db_interface_is_nokvm(row))
		return 0;
	if (facts->vm.interface_count == VM_BATCH_MOST) {
		facts->error = -E2BIG;
		return 0;
	}
	interface = &facts->interfaces[facts->vm.interface_count++];
	interface->size = sizeof(*interface);
	interface->device = keep(facts, row->device);
	interface->mac = keep(facts, row->mac);
	interface->network = keep(facts, row->network);
	interface->vlan = row->vlan ? (int32_t)*row->vlan : -1;
	return facts->batch->texts.error;
}

static int add_carrier(void *data, const struct interface *row)
{
	struct vm_facts *facts = facts_of(data, row->host);
	struct vm_carrier *carriers;

	if (!facts || !facts->vm.interface_count)
		return 0;
	carriers = reallocarray(facts->carriers, facts->carrier_count + 1,
				sizeof(*carriers));
	if (!carriers)
		return -ENOMEM;
	facts->carriers = carriers;
	carriers[facts->carrier_count++] =
		(struct vm_carrier){ .device = keep(facts, row->device),
				     .network = keep(facts, row->network),
				     .module = keep(facts, row->module),
				     .channel = keep(facts, row->channel),
				     .options = keep(facts, row->options),
				     .vlan = row->vlan ? *row->vlan : -1 };
	return facts->batch->texts.error;
}

/* Finds what carries each interface on the container. */
static int find_carriers(struct vm_facts *facts)
{
	int r = 0;

	for (size_t i = 0; i < facts->carrier_count; i++) {
		char tap[VM_TAP_SIZE];

		if (vm_network_tap(facts->carriers, facts->carrier_count,
				   &facts->carriers[i], tap))
			facts->carriers[i].tap = keep(facts, tap);
	}
	if (facts->batch->texts.error)
		return facts->batch->texts.error;
	/* libvirt's own definition says what carries them. */
	for (size_t i = 0; i < facts->vm.interface_count && !facts->is_own && r == 0;
	     i++) {
		struct rocks_interface *interface = &facts->interfaces[i];

		r = vm_network_carrier(&facts->vm, facts->carriers, facts->carrier_count,
				       interface, &interface->bridge, &interface->kind,
				       &facts->trouble);
		if (facts->trouble.length)
			break;
	}
	return r;
}

static int add_conflict(void *data, int64_t card, const char *vm)
{
	struct vm_batch *batch = data;
	struct conflict *conflicts = reallocarray(
		batch->conflicts, batch->conflict_count + 1, sizeof(*conflicts));

	if (!conflicts)
		return -ENOMEM;
	batch->conflicts = conflicts;
	conflicts[batch->conflict_count++] =
		(struct conflict){ card, texts_keep(&batch->texts, vm) };
	return batch->texts.error;
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

/* Two VMs never get what the hardware cannot keep apart, whatever a scan found. */
static void check_conflict(struct vm_facts *facts, const struct gpu *row)
{
	const struct vm_batch *batch = facts->batch;

	for (size_t i = 0; i < batch->conflict_count; i++)
		if (batch->conflicts[i].card == row->card && !facts->trouble.length)
			strbuf_add_format(
				&facts->trouble,
				"its %s, %s of %s, cannot be kept apart from a card that "
				"%s has (one IOMMU group, or a card and its virtual "
				"function); take one from its VM",
				row->name, row->card_name, row->host,
				batch->conflicts[i].vm);
}

static int add_card(void *data, const struct gpu *row)
{
	struct vm_facts *facts = facts_of(data, row->owner);
	struct card_facts *card;

	if (!facts)
		return 0;
	if (strcmp(row->state, "present") != 0 ||
	    strcmp(row->host, facts->vm.container) != 0)
		complain(facts, row);
	else
		check_conflict(facts, row);
	if (facts->vm.card_count == VM_BATCH_MOST) {
		facts->error = -E2BIG;
		return 0;
	}
	card = calloc(1, sizeof(*card));
	if (!card)
		return -ENOMEM;
	facts->cards[facts->vm.card_count++] = card;
	card->id = row->card;
	card->card = (struct rocks_card){ .size = sizeof(card->card),
					  .kind = keep(facts, row->kind),
					  .name = keep(facts, row->name),
					  .host_name = keep(facts, row->card_name),
					  .uuid = keep(facts, row->uuid),
					  .numa = row->numa ? (int32_t)*row->numa : -1,
					  .function = function_at,
					  .is_vendors = row->vgpu != NULL };
	return facts->batch->texts.error;
}

static struct card_facts *find_card(struct vm_facts *facts, int64_t id)
{
	for (uint32_t i = 0; i < facts->vm.card_count; i++)
		if (facts->cards[i]->id == id)
			return facts->cards[i];
	return NULL;
}

/* 0, -E2BIG or -EINVAL. */
static int read_function(struct card_facts *card, const struct gpu_function *row)
{
	unsigned int vendor = 0, device = 0;
	struct pci_address address;

	if (card->card.function_count == VM_BATCH_MOST ||
	    pci_address_unpack(row->address, &address) < 0)
		return -E2BIG;
	if (row->ids && sscanf(row->ids, "%4x:%4x", &vendor, &device) != 2)
		return -EINVAL;
	card->functions[card->card.function_count++] = (struct rocks_function){
		.size = sizeof(card->functions[0]),
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

static int add_function(void *data, const struct gpu_function *row)
{
	struct vm_facts *facts = facts_of(data, row->vm);
	struct card_facts *card = facts ? find_card(facts, row->card) : NULL;

	if (card)
		facts->error = read_function(card, row);
	return 0;
}

/* Networks first, then cards: the first trouble counts. */
static int read_rows(struct vm_batch *batch, const char *vms)
{
	struct db *db = batch->db;
	int r = db_attr_table_read(db, vms, NULL, &batch->attributes);

	if (r == 0)
		r = db_vm_each_of(db, vms, add_vm, batch);
	if (r == 0)
		r = db_kept_each_of(db, vms, add_definition, batch);
	for (size_t i = 0; i < batch->count && r == 0; i++)
		check_definition(&batch->facts[i]);
	if (r == 0)
		r = db_disk_each_of(db, vms, add_disk, batch);
	if (r == 0)
		r = db_interface_each_of(db, vms, false, add_interface, batch);
	if (r == 0)
		r = db_interface_each_of(db, vms, true, add_carrier, batch);
	for (size_t i = 0; i < batch->count && r == 0; i++)
		r = find_carriers(&batch->facts[i]);
	if (r == 0)
		r = db_gpu_conflict_each_of(db, vms, add_conflict, batch);
	if (r == 0)
		r = db_gpu_each_of(db, vms, add_card, batch);
	return r < 0 ? r : db_gpu_function_each_of(db, vms, add_function, batch);
}

static int compare_places(const void *a, const void *b)
{
	return compare_id(&(*(struct vm_facts *const *)a)->id, b);
}

int vm_batch_read(struct db *db, const struct host_ref *vms, size_t count,
		  struct vm_batch **ret_batch)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;
	_cleanup_vm_batch_ struct vm_batch *batch =
		calloc(1, sizeof(*batch) + count * sizeof(batch->facts[0]));
	int r;

	if (!batch || !(batch->by_id = calloc(count + 1, sizeof(*batch->by_id))))
		return -ENOMEM;
	batch->db = db;
	batch->count = count;
	for (size_t i = 0; i < count; i++) {
		batch->facts[i].batch = batch;
		batch->facts[i].id = vms[i].id;
		batch->facts[i].error = -ENOENT;
		batch->by_id[i] = &batch->facts[i];
	}
	qsort(batch->by_id, count, sizeof(*batch->by_id), compare_places);
	r = db_host_list(vms, count, &list);
	if (r == 0)
		r = read_rows(batch, strbuf_text(&list));
	if (r == 0)
		*ret_batch = take_pointer(batch);
	return r;
}

void vm_batch_free(struct vm_batch *batch)
{
	if (!batch)
		return;
	for (size_t i = 0; i < batch->count; i++) {
		struct vm_facts *facts = &batch->facts[i];

		for (size_t j = 0; j < facts->vm.card_count; j++)
			free(facts->cards[j]);
		free(facts->carriers);
		strbuf_release(&facts->trouble);
		strbuf_release(&facts->asked);
	}
	texts_release(&batch->texts);
	db_attr_table_free(batch->attributes);
	free(batch->conflicts);
	free(batch->by_id);
	free(batch);
}

int vm_batch_at(const struct vm_batch *batch, size_t index,
		const struct rocks_vm **ret_vm, const char **ret_trouble)
{
	const struct vm_facts *facts = &batch->facts[index];

	if (facts->error < 0)
		return facts->error;
	*ret_vm = &facts->vm;
	*ret_trouble = facts->trouble.length ? strbuf_text(&facts->trouble) : NULL;
	return 0;
}
