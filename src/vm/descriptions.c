/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the VMs of containers are made of, as their hypervisors describe them. */
#include <errno.h>
#include <string.h>

#include "db/mac.h"
#include "db/seen.h"
#include "db/store/limits.h"
#include "lib/json.h"
#include "lib/pci-address.h"
#include "lib/text.h"
#include "src/vm/descriptions.h"
#include "src/vm/listing.h"

#define WORD_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789"

/* A document that a child writes. */
struct writer {
	struct json json;
	struct rocks_failure *failure;
	size_t count; /* VMs */
};

/* The inventory's word for the type of a disk, or NULL. */
static const char *type_of(const struct rocks_described_disk *disk)
{
	const char *format = disk->format ? disk->format : "raw";

	if (strcmp(disk->kind, "disk") != 0)
		return NULL;
	if (strcmp(disk->type, "block") == 0)
		return strcmp(format, "raw") == 0 ? "phy" : NULL;
	if (strcmp(disk->type, "file") != 0)
		return NULL;
	if (strcmp(format, "raw") == 0)
		return "file";
	return strcmp(format, "qcow2") == 0 ? "qcow2"
	       : strcmp(format, "qed") == 0 ? "qed"
					    : NULL;
}

/* Whether the inventory can hold the path; a blank would end it in disk=. */
static bool is_path(const char *path)
{
	return path && *path == '/' && strlen(path) <= DB_PATH_LENGTH &&
	       !strchr(path, ' ') && text_is_clean(path);
}

static bool is_word(const char *word, const char *letters)
{
	return word && *word && strlen(word) <= DB_NAME_LENGTH &&
	       strspn(word, letters) == strlen(word);
}

static bool is_recorded(const struct rocks_described_disk *disk)
{
	return type_of(disk) && is_path(disk->path) &&
	       is_word(disk->device, WORD_LETTERS) &&
	       is_word(disk->bus, WORD_LETTERS "-");
}

static bool is_medium(const struct rocks_described_disk *disk)
{
	return strcmp(disk->kind, "cdrom") == 0 && is_path(disk->path);
}

static void write_member(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	json_string(json, value);
}

static void write_disks(struct json *json, const struct rocks_description *vm)
{
	json_key(json, "disks");
	json_begin_list(json);
	for (uint32_t i = 0; i < vm->disk_count; i++) {
		const struct rocks_described_disk *disk = vm->disks[i];

		if (!is_recorded(disk))
			continue;
		json_begin_object(json);
		write_member(json, "type", type_of(disk));
		write_member(json, "path", disk->path);
		write_member(json, "device", disk->device);
		write_member(json, "bus", disk->bus);
		json_end_object(json);
	}
	json_end_list(json);
}

/* The first medium is the VM's; names everything else that is not recorded, for the user. */
static void write_media(struct json *json, const struct rocks_description *vm)
{
	const char *cdrom = NULL;

	json_key(json, "left");
	json_begin_list(json);
	for (uint32_t i = 0; i < vm->disk_count; i++) {
		const struct rocks_described_disk *disk = vm->disks[i];

		if (!cdrom && is_medium(disk))
			cdrom = disk->path;
		else if (!is_recorded(disk) &&
			 (disk->path || strcmp(disk->kind, "disk") == 0 ||
			  strcmp(disk->kind, "lun") == 0))
			json_string(json, disk->device ? disk->device : disk->kind);
	}
	json_end_list(json);
	write_member(json, "cdrom", cdrom);
}

static bool is_mac(const char *text, char mac[DB_MAC_SIZE])
{
	return text && db_mac_normalise(text, mac) && !strchr("13579bdf", mac[1]);
}

static void write_interfaces(struct json *json, const struct rocks_description *vm)
{
	char mac[DB_MAC_SIZE];

	json_key(json, "interfaces");
	json_begin_list(json);
	for (uint32_t i = 0; i < vm->interface_count; i++) {
		const struct rocks_described_interface *interface = vm->interfaces[i];

		if (!is_mac(interface->mac, mac))
			continue;
		json_begin_object(json);
		write_member(json, "mac", mac);
		write_member(json, "source", interface->source);
		if (interface->vlan > 0 && interface->vlan <= DB_VLAN_MOST) {
			json_key(json, "vlan");
			json_integer(json, interface->vlan);
		}
		json_key(json, "nokvm");
		json_integer(json, interface->kind == ROCKS_INTERFACE_HOSTDEV);
		json_end_object(json);
	}
	json_end_list(json);
}

/* Packed; no plugin of ours writes anything that is not an address. */
static void write_functions(struct json *json, const char *key,
			    const char *const *functions, uint32_t count)
{
	struct pci_address address;

	json_key(json, key);
	json_begin_list(json);
	for (uint32_t i = 0; i < count; i++)
		if (pci_address_parse(functions[i], &address) == 0)
			json_integer(json, pci_address_pack(address));
	json_end_list(json);
}

static bool runs(const struct rocks_description *vm)
{
	return vm->state != ROCKS_DOMAIN_SHUTOFF && vm->state != ROCKS_DOMAIN_CRASHED &&
	       vm->state != ROCKS_DOMAIN_NOSTATE;
}

/* "" stands for one that is too long. */
static void write_xml(struct json *json, const struct rocks_description *vm)
{
	const char *xml = ROCKS_HAS(struct rocks_description, vm, xml) ? vm->xml : NULL;

	write_member(json, "xml",
		     xml && strlen(xml) > (size_t)DB_SEEN_XML_MIB_MOST << 20 ? "" : xml);
}

static int write_vm(void *data, const struct rocks_description *vm)
{
	struct writer *writer = data;
	struct json *json = &writer->json;

	if (++writer->count > DB_SEEN_VMS_MOST) {
		writer->failure->explain(writer->failure,
					 "its hypervisor has more than " DB_LIMIT_TEXT(
						 DB_SEEN_VMS_MOST) " VMs; nothing of it "
								   "was recorded");
		return -EOVERFLOW;
	}
	json_begin_object(json);
	write_member(json, "name", vm->name);
	write_member(json, "uuid", vm->uuid);
	json_key(json, "runs");
	json_integer(json, runs(vm));
	json_key(json, "persistent");
	json_integer(json, vm->persistent != 0);
	json_key(json, "memory");
	json_integer(json, vm->memory_mib > DB_MEMORY_MOST ? 0 : (int64_t)vm->memory_mib);
	json_key(json, "cpus");
	json_integer(json, vm->cpus > DB_CPUS_MOST ? 0 : vm->cpus);
	write_disks(json, vm);
	write_media(json, vm);
	write_interfaces(json, vm);
	write_functions(json, "now", vm->functions, vm->function_count);
	write_functions(json, "next", vm->next, vm->next_count);
	write_xml(json, vm);
	json_end_object(json);
	return 0;
}

static int ask(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
	       FILE *text, struct rocks_failure *failure)
{
	struct writer writer = { .json = JSON_TO(text), .failure = failure };
	int r;

	json_begin_list(&writer.json);
	r = hypervisor->descriptions(vm, write_vm, &writer, failure);
	json_end_list(&writer.json);
	return r;
}

static int take_answer(void *data, size_t host, const char *text, const char *why)
{
	struct descriptions *descriptions = data;

	if (text && strlen(text) > (size_t)DB_SEEN_MIB_MOST << 20) {
		why = "its hypervisor describes its VMs with more than " DB_LIMIT_TEXT(
			DB_SEEN_MIB_MOST) " MiB; nothing of it was recorded";
		text = NULL;
	}
	if (text)
		descriptions->documents[host] = strdup(text);
	else
		descriptions->why[host] = strdup(why);
	return descriptions->documents[host] || descriptions->why[host] ? 0 : -ENOMEM;
}

void descriptions_release(struct descriptions *descriptions)
{
	for (size_t i = 0; i < descriptions->count; i++) {
		free(descriptions->documents[i]);
		free(descriptions->why[i]);
	}
	free(descriptions->documents);
	free(descriptions->why);
	*descriptions = (struct descriptions){ 0 };
}

int hypervisor_describe(const struct context *context,
			const struct rocks_hypervisor *hypervisor,
			const struct host_set *containers,
			struct descriptions *ret_descriptions)
{
	struct descriptions *all = ret_descriptions;
	const struct listing listing = { .hypervisor = hypervisor,
					 .hosts = containers,
					 .ask = ask,
					 .answered = take_answer,
					 .data = all };

	if (!hypervisor->descriptions)
		return error("the plugin for the hypervisors cannot describe VMs: it was "
			     "built for an older rocks; build it again with this one's "
			     "rocks-plugin.h");
	all->documents = calloc(containers->count + 1, sizeof(*all->documents));
	all->why = calloc(containers->count + 1, sizeof(*all->why));
	if (!all->documents || !all->why)
		return memory_error();
	all->count = containers->count;
	return hypervisors_list(context, &listing);
}
