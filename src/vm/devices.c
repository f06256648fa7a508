/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of its container that a VM gets by address: all except its cards. */
#include <errno.h>
#include <string.h>

#include "src/vm/device-status.h"
#include "src/vm/devices.h"

#define PASSES "%s: its %s passes %s"

struct finding {
	const struct rocks_vm *vm;
	struct vm_devices devices;
	bool names_only; /* of devices found so far */
};

void vm_devices_release(struct vm_devices *devices)
{
	for (size_t i = 0; i < devices->count; i++)
		free(devices->list[i].attribute);
	free(devices->list);
	*devices = (struct vm_devices){ 0 };
}

const char *vm_device_source(const struct vm_device *device)
{
	return device->attribute ? device->attribute : "XML";
}

struct pci_address vm_function_address(const struct rocks_function *function)
{
	return (struct pci_address){ function->domain, function->bus, function->slot,
				     function->function };
}

static bool is_of_own_card(const struct rocks_vm *vm, struct pci_address address)
{
	for (uint32_t i = 0; i < vm->card_count; i++) {
		const struct rocks_card *card = vm->card(vm, i);

		for (uint32_t j = 0; j < card->function_count; j++) {
			const struct pci_address place =
				vm_function_address(card->function(card, j));

			if (pci_address_compare(place, address) == 0)
				return true;
		}
	}
	return false;
}

static struct vm_device *find(const struct vm_devices *devices, int64_t address)
{
	for (size_t i = 0; i < devices->count; i++)
		if (devices->list[i].address == address)
			return &devices->list[i];
	return NULL;
}

static int add(void *data, const char *text)
{
	struct finding *finding = data;
	struct vm_devices *devices = &finding->devices;
	struct vm_device *list;
	struct pci_address address;

	if (pci_address_parse(text, &address) < 0)
		return -EINVAL;
	if (is_of_own_card(finding->vm, address) ||
	    find(devices, pci_address_pack(address)))
		return 0;
	list = reallocarray(devices->list, devices->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	devices->list = list;
	list += devices->count++;
	*list = (struct vm_device){ .address = pci_address_pack(address) };
	pci_address_sysfs(address, list->text);
	return 0;
}

/* If two attributes pass one device, the first is named. */
static int name(void *data, const struct rocks_host_device *row)
{
	struct finding *finding = data;
	struct pci_address address;
	struct vm_device *device;
	int r;

	if (!row->address)
		return 0;
	r = finding->names_only ? 0 : add(finding, row->address);
	if (r < 0 || pci_address_parse(row->address, &address) < 0)
		return r < 0 ? r : -EINVAL;
	device = find(&finding->devices, pci_address_pack(address));
	if (!device || device->attribute)
		return 0;
	device->attribute = strdup(row->attribute);
	device->is_placed = row->is_placed;
	return device->attribute ? 0 : -ENOMEM;
}

int vm_devices_find(const struct plugins *plugins, const struct rocks_vm *vm,
		    const char *xml, struct vm_devices *ret_devices)
{
	const struct rocks_hypervisor *hypervisor = plugins_hypervisor(plugins);
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	struct finding finding = { .vm = vm };
	int r = 0;

	if (hypervisor && hypervisor->functions) {
		r = hypervisor->functions(xml, add, &finding);
		finding.names_only = true;
	}
	if (r < 0)
		strbuf_add_format(&complaint,
				  "%s: which devices its XML passes cannot be read (%s); "
				  "see `rocks report host vm config %s`",
				  vm->name, strerror(-r), vm->name);
	/* Without a name the device still counts. */
	else if (plugins_host_devices(plugins, vm, name, &finding, &complaint) < 0)
		r = finding.names_only ? 0 : -EINVAL;
	if (r < 0) {
		vm_devices_release(&finding.devices);
		return error("%s", strbuf_text(&complaint));
	}
	*ret_devices = finding.devices;
	return ROCKS_DONE;
}

bool vm_devices_are_same(const struct vm_devices *a, const struct vm_devices *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (a->list[i].address != b->list[i].address ||
		    strcmp(vm_device_source(&a->list[i]),
			   vm_device_source(&b->list[i])) != 0)
			return false;
	return a->count == b->count;
}

void vm_devices_add_command(const struct vm_devices *devices, struct strbuf *command)
{
	_cleanup_strbuf_ struct strbuf addresses = STRBUF_EMPTY;

	for (size_t i = 0; i < devices->count; i++)
		strbuf_add_format(&addresses, "%s%s", i ? " " : "",
				  devices->list[i].text);
	device_status_add_command(command, strbuf_text(&addresses));
	if (addresses.error)
		command->error = addresses.error;
}

/*
 * Cards are given only by assignments; plugins of the site may pass one after our own
 * check.
 */
static int check_no_card(const struct rocks_vm *vm, const struct vm_device *device)
{
	struct pci_address at;
	const char *card = NULL;

	if (pci_address_unpack(device->address, &at) == 0)
		card = vm->card_at(vm, at.domain, at.bus, at.slot, at.function);
	if (!card)
		return ROCKS_DONE;
	return error(PASSES
		     " of %s, which is of its card %s; take it out of there and give "
		     "the card with `rocks add host gpu %s gpupci %s`",
		     vm->name, vm_device_source(device), device->text, vm->container,
		     card, vm->name, card);
}

static int fail_unknown(const struct rocks_vm *vm, const struct vm_device *device,
			const struct device_status *status)
{
	if (status->is_user)
		return error(
			PASSES ", and only root sees on %s whether that uses it; let "
			       "ssh log in there as root, or run this as root on that "
			       "machine",
			vm->name, vm_device_source(device), device->text, vm->container);
	return error(PASSES ", and whether %s uses that itself is unknown; "
			    "`gpupci --status %s` there says why",
		     vm->name, vm_device_source(device), device->text, vm->container,
		     device->text);
}

static int judge(const struct rocks_vm *vm, const struct vm_device *device,
		 const struct device_status *status)
{
	const struct device *found = devices_find(&status->devices, device->address);

	if (status->is_old)
		return error(
			PASSES ", and the gpupci of %s is too old to say whether that "
			       "is in use; update the package gpupci there",
			vm->name, vm_device_source(device), device->text, vm->container);
	if (!found)
		return fail_unknown(vm, device, status);
	if (found->is_missing)
		return error(PASSES
			     ", and %s has no device there; see `rocks run host %s "
			     "lspci`, and correct the address",
			     vm->name, vm_device_source(device), device->text,
			     vm->container, vm->container);
	if (found->use == DEVICE_USED)
		return error(PASSES ", which %s uses itself%s%s; free it there, or pass "
				    "another device",
			     vm->name, vm_device_source(device), device->text,
			     vm->container, *found->uses ? ": " : "", found->uses);
	if (found->use != DEVICE_FREE)
		return fail_unknown(vm, device, status);
	return check_no_card(vm, device);
}

int vm_devices_judge(const struct context *context, const struct rocks_vm *vm,
		     const struct vm_devices *devices, const char *answer)
{
	_cleanup_device_status_ struct device_status status = { 0 };
	int r = ROCKS_DONE;

	if (device_status_read(context->db, answer, vm->container, &status) < 0)
		return error("%s: %s: %s", vm->name, vm->container,
			     db_error(context->db));
	for (size_t i = 0; i < devices->count && r == ROCKS_DONE; i++)
		r = judge(vm, &devices->list[i], &status);
	return r;
}
