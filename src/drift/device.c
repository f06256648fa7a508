/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices passed by address: who passes, claims, has and uses them. */
#include <errno.h>
#include <string.h>

#include "db/attr.h"
#include "db/claim.h"
#include "lib/text.h"
#include "src/drift/device.h"
#include "src/drift/repairs.h"
#include "src/vm/device-status.h"
#include "src/vm/facts.h"
#include "src/vm/plugins.h"

char *drift_document(const char *answer)
{
	const char *mark = strstr(answer, "\n" ANSWER_MARK "\n");

	return mark ? strndup(answer, (size_t)(mark + 1 - answer)) : strdup(answer);
}

void drift_devices_release(struct drift_devices *devices)
{
	for (size_t i = 0; i < devices->passed_count; i++) {
		free(devices->passed[i].vm);
		free(devices->passed[i].attribute);
	}
	for (size_t i = 0; i < devices->claim_count; i++) {
		free(devices->claims[i].vm);
		free(devices->claims[i].uuid);
	}
	free(devices->passed);
	free(devices->claims);
	*devices = (struct drift_devices){ 0 };
}

struct loading {
	struct drift_devices *devices;
	const struct plugins *plugins;
	int64_t host;	/* the container */
	const char *vm; /* being visited */
	bool failed;	/* out of memory */
};

static int add_claim(void *data, const struct claim *row)
{
	const struct loading *loading = data;
	struct drift_devices *devices = loading->devices;
	struct drift_claim *list =
		reallocarray(devices->claims, devices->claim_count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	devices->claims = list;
	list += devices->claim_count++;
	*list = (struct drift_claim){ .host = loading->host,
				      .vm_id = row->vm_id,
				      .address = row->address,
				      .vm = strdup(row->vm),
				      .uuid = strdup(row->uuid),
				      .moves = row->moves };
	pci_address_sysfs_packed(row->address, list->text);
	return list->vm && list->uuid ? 0 : -ENOMEM;
}

static int add_passed(void *data, const struct rocks_host_device *row)
{
	const struct loading *loading = data;
	struct drift_devices *devices = loading->devices;
	struct pci_address address;
	struct drift_passed *list;

	if (!row->address || pci_address_parse(row->address, &address) < 0)
		return 0;
	list = reallocarray(devices->passed, devices->passed_count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	devices->passed = list;
	list += devices->passed_count++;
	*list = (struct drift_passed){ .host = loading->host,
				       .address = pci_address_pack(address),
				       .vm = strdup(loading->vm),
				       .attribute = strdup(row->attribute) };
	pci_address_sysfs(address, list->text);
	return list->vm && list->attribute ? 0 : -ENOMEM;
}

static int visit(const struct context *context, const struct rocks_vm *vm,
		 const char *trouble, void *data)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	struct loading *loading = data;

	(void)context;
	(void)trouble;
	loading->vm = vm->name;
	loading->failed |= plugins_host_devices(loading->plugins, vm, add_passed, loading,
						&complaint) == -ENOMEM;
	return ROCKS_DONE;
}

/* Other problems of a VM are reported when its XML is asked for. */
static int load_passed(const struct context *context, struct host_set *vms,
		       struct loading *loading)
{
	_cleanup_strbuf_ struct strbuf trouble = STRBUF_EMPTY;
	struct context quiet = *context;

	quiet.trouble = &trouble;
	for (size_t i = 0; i < vms->count; i++)
		one_vm_facts(&quiet, &vms->hosts[i], visit, loading);
	return loading->failed ? memory_error() : ROCKS_DONE;
}

static int load(const struct context *context, const struct host_set *hosts,
		struct loading *loading)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	struct db *db = context->db;
	int r = ROCKS_DONE;

	for (size_t i = 0; i < hosts->count && r == ROCKS_DONE; i++) {
		_cleanup_host_set_ struct host_set vms = { 0 };

		loading->host = hosts->hosts[i].id;
		r = context_answer(context,
				   db_claims_each(db, loading->host, add_claim, loading));
		if (r == ROCKS_DONE)
			r = context_answer(context,
					   db_attr_find_vms(db, loading->host,
							    "kvm_device_[0-9]*", &vms));
		if (r == ROCKS_DONE && vms.count && !plugins &&
		    plugins_load(&plugins, PLUGINS_XML, &complaint) < 0)
			r = error("%s", strbuf_text(&complaint));
		loading->plugins = plugins;
		if (r == ROCKS_DONE)
			r = load_passed(context, &vms, loading);
	}
	return r;
}

int drift_devices_load(const struct context *context, const struct host_set *hosts,
		       struct drift_devices *ret_devices)
{
	struct drift_devices devices = { 0 };
	struct loading loading = { .devices = &devices };
	int r = load(context, hosts, &loading);

	if (r != ROCKS_DONE) {
		drift_devices_release(&devices);
		return r;
	}
	*ret_devices = devices;
	return r;
}

/* One command for all hosts: a host without the devices may fail to report on them. */
void drift_devices_command(const struct drift_devices *devices, struct strbuf *command)
{
	_cleanup_strbuf_ struct strbuf addresses = STRBUF_EMPTY;

	for (size_t i = 0; i < devices->passed_count; i++) {
		bool is_listed = false;

		for (size_t j = 0; j < i && !is_listed; j++)
			is_listed =
				devices->passed[j].address == devices->passed[i].address;
		if (!is_listed)
			strbuf_add_format(&addresses, " %s", devices->passed[i].text);
	}
	strbuf_add_string(command, "gpupci --list --json");
	if (addresses.length) {
		strbuf_add_string(command, " || exit; printf '\\n\\036\\n'; ( ");
		device_status_add_command(command, strbuf_text(&addresses) + 1);
		strbuf_add_string(command, " ) || true");
	}
	if (addresses.error)
		command->error = addresses.error;
}

/* An empty value at the host's level overrides the attribute at any level. */
static int add_passed_row(struct drift *drift, const struct drift_passed *passed,
			  struct strbuf what)
{
	struct drift_row row = { .vm = passed->vm, .what = what };

	drift_add_seen(drift, &row, "attributes at");
	strbuf_add_format(&row.repair, "rocks set host attr %s %s ''", passed->vm,
			  passed->attribute);
	return drift_add_row(drift, &row);
}

/* Finds the first other VM of the host whose attributes pass it too. */
static int check_twice(struct drift *drift, size_t index)
{
	const struct drift_devices *devices = drift->devices;
	const struct drift_passed *passed = &devices->passed[index];
	struct strbuf what = STRBUF_EMPTY;

	for (size_t i = 0; i < index; i++) {
		const struct drift_passed *other = &devices->passed[i];

		if (other->host != passed->host || other->address != passed->address ||
		    strcmp(other->vm, passed->vm) == 0)
			continue;
		strbuf_add_format(&what, "its %s passes %s, as %s of %s does",
				  passed->attribute, passed->text, other->attribute,
				  other->vm);
		return add_passed_row(drift, passed, what);
	}
	return 0;
}

/* 1 after printing that its use is not known. */
static int check_use(struct drift *drift, const struct drift_passed *passed,
		     const struct device_status *status)
{
	const struct device *device = devices_find(&status->devices, passed->address);
	struct strbuf what = STRBUF_EMPTY;

	if (device && !device->is_missing && device->use == DEVICE_FREE)
		return 0;
	if (device && device->is_missing)
		strbuf_add_format(&what, "its %s passes %s, where the host has no device",
				  passed->attribute, passed->text);
	else if (device && device->use == DEVICE_USED)
		strbuf_add_format(&what,
				  "its %s passes %s, which the host uses itself%s%s",
				  passed->attribute, passed->text,
				  *device->uses ? ": " : "", device->uses);
	if (what.length)
		return add_passed_row(drift, passed, what);
	context_error(
		drift->context, "%s: whether it uses %s, which %s passes to %s, %s",
		drift->host->name, passed->text, passed->attribute, passed->vm,
		status->is_old
			? "its gpupci is too old to say; update the package gpupci "
			  "there"
		: status->is_user
			? "only root sees there; let ssh log in there as root, or run "
			  "this as root on that machine"
			: "is unknown; `gpupci --status` there, with that address, says "
			  "why");
	return 1;
}

static int check_passed(struct drift *drift, const char *text)
{
	_cleanup_device_status_ struct device_status status = { 0 };
	const struct drift_devices *devices = drift->devices;
	bool is_read = false;
	int blind = 0, r = 0;

	for (size_t i = 0; i < devices->passed_count && r >= 0; i++) {
		if (devices->passed[i].host != drift->host->id)
			continue;
		r = check_twice(drift, i);
		if (r == 0 && !is_read) {
			is_read = true;
			r = device_status_read(drift->context->db, text ? text : "",
					       drift->host->name, &status);
			if (r == -EINVAL) {
				context_error(drift->context, "%s: %s", drift->host->name,
					      db_error(drift->context->db));
				return 1;
			}
		}
		if (r == 0)
			r = check_use(drift, &devices->passed[i], &status);
		blind |= r == 1;
	}
	return r < 0 ? r : blind;
}

/* A claim that no definition here confirms. */
static int check_claim(struct drift *drift, const struct drift_claim *claim)
{
	struct drift_row row = { .vm = claim->vm };
	int r;

	for (size_t i = 0; i < drift->domains->count; i++) {
		const struct domain_row *domain = &drift->domains->rows[i];

		if (domain->host == drift->index &&
		    strcmp(domain->uuid, claim->uuid) == 0 &&
		    domain_row_gives(domain, claim->text))
			return 0;
	}
	strbuf_add_format(&row.what,
			  "it claims %s, which no definition of it here passes",
			  claim->text);
	drift_add_seen(drift, &row, "libvirt's definitions at");
	strbuf_add_format(&row.repair, "rocks check host gpu %s repair=yes",
			  drift->host->name);
	r = drift_repairs_add_claim(drift->repairs, &(const struct drift_claim_repair){
							    .host = drift->number,
							    .vm_id = claim->vm_id,
							    .address = claim->address,
							    .vm = claim->vm,
							    .uuid = claim->uuid,
							    .ends = true });
	return r < 0 ? r : drift_add_row(drift, &row);
}

static const struct drift_claim *find_claim(const struct drift *drift, const char *text)
{
	for (size_t i = 0; i < drift->devices->claim_count; i++)
		if (drift->devices->claims[i].host == drift->host->id &&
		    strcmp(drift->devices->claims[i].text, text) == 0)
			return &drift->devices->claims[i];
	return NULL;
}

/*
 * The command that takes a device from a domain; for an unrecorded domain only a person
 * knows it.
 */
static void add_domain_repair(const struct drift *drift, const struct domain_row *domain,
			      const struct drift_vm *vm, struct drift_row *row)
{
	if (!vm)
		strbuf_add_format(&row->repair, "rocks run host %s 'virsh dumpxml %s'",
				  drift->host->name, domain->uuid);
	else if (domain->state == ROCKS_DOMAIN_SHUTOFF)
		strbuf_add_format(&row->repair, "rocks check host gpu %s repair=yes",
				  drift->host->name);
	else
		strbuf_add_format(&row->repair, "rocks stop host vm %s", vm->name);
}

/* A device that a domain has and another VM claims. */
static int check_domain(struct drift *drift, const struct domain_row *domain,
			const struct drift_claim *claim)
{
	const struct drift_vm *vm = NULL;
	struct drift_row row = { 0 };

	if (strcmp(domain->uuid, claim->uuid) == 0 ||
	    !domain_row_gives(domain, claim->text))
		return 0;
	for (size_t i = 0; i < drift->vms->count && !vm; i++)
		if (strcmp(drift->vms->list[i].uuid, domain->uuid) == 0)
			vm = &drift->vms->list[i];
	row.vm = vm ? vm->name : domain->name;
	strbuf_add_format(
		&row.what, "libvirt %s it %s, which %s claims",
		text_lists_word(domain->functions, claim->text, strlen(claim->text)) &&
				domain->state != ROCKS_DOMAIN_SHUTOFF
			? "gives"
			: "would give",
		claim->text, claim->vm);
	drift_add_seen(drift, &row, "libvirt's definitions at");
	add_domain_repair(drift, domain, vm, &row);
	return drift_add_row(drift, &row);
}

int drift_check_devices(struct drift *drift, const char *text)
{
	const struct drift_devices *devices = drift->devices;
	int blind = check_passed(drift, text), r = blind < 0 ? blind : 0;

	for (size_t i = 0; i < devices->claim_count && r == 0; i++) {
		const struct drift_claim *claim = &devices->claims[i];

		if (claim->host != drift->host->id)
			continue;
		/* A move is about to change what is defined where. */
		if (!claim->moves)
			r = check_claim(drift, claim);
		for (size_t j = 0; j < drift->domains->count && r == 0; j++)
			if (drift->domains->rows[j].host == drift->index)
				r = check_domain(drift, &drift->domains->rows[j], claim);
	}
	return r < 0 ? r : blind;
}

int drift_check_unclaimed(struct drift *drift, const struct drift_vm *vm,
			  const char *given, const char *cards, const char *due)
{
	int r = 0;

	while (*(given += strspn(given, " ")) && r == 0) {
		size_t length = strcspn(given, " ");
		struct drift_row row = { .vm = vm->name };
		char text[PCI_ADDRESS_SIZE];
		struct pci_address address;

		snprintf(text, sizeof(text), "%.*s", (int)length, given);
		given += length;
		if (text_lists_word(cards, text, length) ||
		    !text_lists_word(due, text, length) || find_claim(drift, text) ||
		    pci_address_parse(text, &address) < 0)
			continue;
		strbuf_add_format(&row.what,
				  "libvirt gives it %s, which it does not claim", text);
		drift_add_seen(drift, &row, "libvirt's definitions at");
		strbuf_add_format(&row.repair, "rocks check host gpu %s repair=yes",
				  drift->host->name);
		r = drift_repairs_add_claim(drift->repairs,
					    &(const struct drift_claim_repair){
						    .host = drift->number,
						    .vm_id = vm->id,
						    .address = pci_address_pack(address),
						    .vm = vm->name,
						    .uuid = vm->uuid });
		r = r < 0 ? r : drift_add_row(drift, &row);
	}
	return r;
}
