/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host does with a card: its drivers, and who has the card or its group open. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "db/elsewhere.h"
#include "db/history.h"
#include "src/drift/card.h"
#include "src/drift/row.h"
#include "src/inventory/gpu.h"

/* A card of a VM, and the drivers of its functions on the host. */
struct held {
	struct drift *drift;
	const struct gpu *gpu;
	bool reported;
};

static int check_driver(void *data, const struct gpu_function *function)
{
	struct held *held = data;
	const struct scan_function *found =
		scan_find_function(&held->drift->scan, function->address);
	struct drift_row row = { .gpu = held->gpu->card_name, .vm = held->gpu->vm };
	char text[PCI_ADDRESS_SIZE];
	int r;

	if (held->reported || !found || found->vfio)
		return 0;
	held->reported = true;
	strbuf_add_format(&row.what, "%s of it is %s%s, not bound to vfio-pci",
			  gpu_address_text(&function->address, text),
			  *found->driver ? "with the driver " : "without a driver",
			  found->driver);
	strbuf_add_format(&row.repair, "rocks run host %s 'gpupci --detach %s'",
			  held->drift->host->name,
			  held->drift->scan.cards[found->card].name);
	r = db_history_last_of_vm(held->drift->context->db, row.vm, &row.since);
	drift_add_seen(held->drift, &row, "scan of");
	return r < 0 ? r : drift_add_row(held->drift, &row);
}

static const struct drift_vm *find_vm(const struct drift *drift, const char *name)
{
	for (size_t i = 0; i < drift->vms->count; i++)
		if (strcmp(drift->vms->list[i].name, name) == 0)
			return &drift->vms->list[i];
	return NULL;
}

/* As the host's libvirt says. */
static bool runs_here(const struct drift *drift, const struct drift_vm *vm)
{
	for (size_t i = 0; i < drift->domains->count; i++) {
		const struct domain_row *domain = &drift->domains->rows[i];

		if (domain->host == drift->index && strcmp(domain->uuid, vm->uuid) == 0)
			return domain->state != ROCKS_DOMAIN_SHUTOFF;
	}
	return false;
}

/* The IOMMU group of a card on the host, -1 if it has none or the card is not there. */
static int64_t group_of(const struct drift *drift, const struct gpu *gpu)
{
	const struct scan_function *found =
		gpu->address ? scan_find_function(&drift->scan, *gpu->address) : NULL;

	return found ? drift->scan.cards[found->card].group : -1;
}

/* VMs with a card in a group: a given one, or any other. */
struct sharing {
	const struct drift *drift;
	int64_t group;
	const char *vm;
	bool has;    /* it has a card of the group */
	char *other; /* another that has one, too; the caller frees it */
};

static int add_sharing(void *data, const struct gpu *gpu)
{
	struct sharing *sharing = data;

	if (!gpu->vm || group_of(sharing->drift, gpu) != sharing->group)
		return 0;
	if (strcmp(gpu->vm, sharing->vm) == 0)
		sharing->has = true;
	else if (!sharing->other && !(sharing->other = strdup(gpu->vm)))
		return -ENOMEM;
	return 0;
}

static int find_sharing(const struct drift *drift, int64_t group, const char *vm,
			struct sharing *ret_sharing)
{
	*ret_sharing = (struct sharing){ .drift = drift, .group = group, .vm = vm };
	return db_gpu_each(drift->context->db, drift->host->id, add_sharing, ret_sharing);
}

/* A process that has a card open, and its guest if it is a QEMU. */
struct holder {
	const struct card_holder *process;
	char guest[256];
	const struct drift_vm *vm; /* from find_guest(): that VM, or NULL */
	bool runs;		   /* it runs here, according to libvirt */
};

/*
 * The guest's name on a QEMU's command line from libvirt: -name guest=NAME,… Long lines
 * are cut; a name without an end is not known.
 */
static void read_guest(const char *command, char guest[256])
{
	static const char word[] = " guest=";
	const char *name = strstr(command, word);
	size_t length;

	*guest = '\0';
	if (!name)
		return;
	name += strlen(word);
	length = strcspn(name, ",");
	if (!name[length])
		length = strcspn(name, " ");
	if (name[length])
		snprintf(guest, 256, "%.*s", (int)length, name);
}

static void find_guest(const struct drift *drift, struct holder *holder)
{
	read_guest(holder->process->command, holder->guest);
	holder->vm = find_vm(drift, holder->guest);
	holder->runs = holder->vm && runs_here(drift, holder->vm);
}

/* A running VM may have its cards open, and the groups of its cards. */
static int is_due(const struct drift *drift, const struct gpu *gpu, int64_t group,
		  const struct holder *holder)
{
	static const char devices[] = "/dev/vfio/devices/";
	struct sharing sharing;
	int r;

	if (!holder->runs)
		return 0;
	if (strncmp(holder->process->node, devices, strlen(devices)) == 0)
		return gpu->vm && strcmp(gpu->vm, holder->vm->name) == 0;
	r = find_sharing(drift, group, holder->vm->name, &sharing);
	free(sharing.other);
	return r < 0 ? r : sharing.has;
}

/*
 * Anybody may have chosen a guest's name: only a recorded one goes into a command to
 * type.
 */
static void add_holder_repair(const struct drift *drift, struct drift_row *row,
			      const struct holder *holder, const char *card)
{
	if (holder->runs)
		strbuf_add_format(&row->repair, "rocks stop host vm %s",
				  holder->vm->name);
	else if (*holder->guest)
		strbuf_add_format(&row->repair, "rocks run host %s 'virsh list --all'",
				  drift->host->name);
	else
		strbuf_add_format(&row->repair, "rocks run host %s 'gpupci --status %s'",
				  drift->host->name, card);
}

static int add_holder_row(struct drift *drift, const struct gpu *gpu,
			  const struct scan_card *found, const struct holder *holder)
{
	struct drift_row row = { .gpu = gpu->card_name, .vm = gpu->vm };

	strbuf_add_format(&row.what, "%s has it open (pid %" PRId64 ")%s",
			  *holder->guest ? holder->guest : "a process that is not a VM",
			  holder->process->process,
			  holder->vm && !holder->runs
				  ? ", and libvirt does not have it running here"
				  : "");
	strbuf_add_format(&row.since, "%s at %s", holder->process->node, drift->at);
	add_holder_repair(drift, &row, holder, found->name);
	return drift_add_row(drift, &row);
}

/*
 * Finds the first process, other than the card's VM, that has a card or its group open.
 */
static int check_holder(struct drift *drift, const struct gpu *gpu,
			const struct scan_card *found)
{
	for (size_t i = 0; i < drift->holders.count; i++) {
		struct holder holder = { .process = &drift->holders.list[i] };
		const struct scan_function *function =
			scan_find_function(&drift->scan, holder.process->address);
		int r;

		if (!function || &drift->scan.cards[function->card] != found)
			continue;
		find_guest(drift, &holder);
		r = is_due(drift, gpu, found->group, &holder);
		if (r <= 0)
			return r < 0 ? r : add_holder_row(drift, gpu, found, &holder);
	}
	return 0;
}

/* The card's name on the VM. */
struct given_name {
	int64_t card;
	struct strbuf *text;
};

static int add_given_name(void *data, const struct gpu *gpu)
{
	const struct given_name *name = data;

	if (gpu->card == name->card)
		strbuf_add_format(name->text, "%s", gpu->name);
	return name->text->error;
}

/* Two VMs with cards that the hardware cannot keep apart, as recorded or as scanned. */
static int check_sharing(struct drift *drift, const struct gpu *gpu, int64_t group)
{
	struct db *db = drift->context->db;
	const struct drift_vm *vm = find_vm(drift, gpu->vm);
	_cleanup_strbuf_ struct strbuf name = STRBUF_EMPTY;
	struct given_name given = { gpu->card, &name };
	struct drift_row row = { .gpu = gpu->card_name, .vm = gpu->vm };
	_cleanup_free_ char *other = NULL;
	struct sharing sharing = { 0 };
	int r = db_gpu_conflict(db, gpu->card, &other);

	if (r == 0 && group >= 0) {
		r = find_sharing(drift, group, gpu->vm, &sharing);
		other = sharing.other;
	}
	if (r >= 0 && vm)
		r = db_gpu_each(db, vm->id, add_given_name, &given);
	if (r < 0 || !other)
		return r < 0 ? r : 0;
	strbuf_add_format(&row.what,
			  "it cannot be kept apart from a card that %s has (one IOMMU "
			  "group, or a card and its virtual function)",
			  other);
	strbuf_add_format(&row.repair,
			  "rocks stop host vm %s; rocks remove host gpu %s %s", gpu->vm,
			  gpu->vm, strbuf_text(&name));
	r = db_history_last_of_vm(db, row.vm, &row.since);
	drift_add_seen(drift, &row, "scan of");
	return r < 0 ? r : drift_add_row(drift, &row);
}

/* It may be a card that another host has lost. */
static int add_doubt(struct drift *drift, const struct gpu *gpu)
{
	struct drift_row row = { .gpu = gpu->card_name };
	struct db *db = drift->context->db;
	int r = db_elsewhere_doubt(db, gpu->card, &row.what, &row.repair);

	if (r > 0)
		r = db_history_last(db, drift->host->name, gpu->card_name, &row.since);
	return r < 0 ? r : drift_add_row(drift, &row);
}

int drift_check_card(void *data, const struct gpu *gpu)
{
	struct drift *drift = data;
	struct held held = { .drift = drift, .gpu = gpu };
	const struct scan_function *found =
		gpu->address ? scan_find_function(&drift->scan, *gpu->address) : NULL;
	int64_t group = group_of(drift, gpu);
	int r = gpu->is_unconfirmed ? add_doubt(drift, gpu) : 0;

	if (r == 0 && gpu->vm && found)
		r = db_gpu_function_each(drift->context->db, gpu->card, check_driver,
					 &held);
	if (r == 0 && gpu->vm)
		r = check_sharing(drift, gpu, group);
	return r == 0 && group >= 0
		       ? check_holder(drift, gpu, &drift->scan.cards[found->card])
		       : r;
}
