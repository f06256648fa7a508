/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VM needs on its container to start: cards on vfio-pci, free devices, disks. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/compare.h"
#include "db/scan.h"
#include "src/fleet/collect.h"
#include "src/fleet/remote.h"
#include "src/inventory/gpu.h"
#include "src/vm/device-status.h"
#include "src/vm/memory.h"
#include "src/vm/ready.h"

#define GB UINT64_C(1000000000)

static int find_container(const struct context *context, const struct rocks_vm *vm,
			  struct host_set *hosts)
{
	return context_answer(context,
			      db_hosts_resolve_one(context->db, vm->container, hosts));
}

/*
 * The XML of a virtual function that its vendor's driver keeps differs from that of any
 * other, and a VM with the wrong one destroys the vGPU: what is recorded must be what is
 * there. As for such a card without a vGPU, no VM can have it.
 */
static int check_vendor(const struct rocks_vm *vm, const struct rocks_card *card,
			const struct scan_card *found)
{
	if (found->vgpu && strcmp(found->vgpu, "none") == 0)
		return error(
			"%s: its card %s, %s of %s, is not a vGPU now: its vendor's "
			"driver has made none of it; `gpupci --check` there says how to "
			"make one; then run `rocks sync host gpu %s`",
			vm->name, card->name, card->host_name, vm->container,
			vm->container);
	if ((found->vgpu != NULL) == (card->is_vendors != 0))
		return ROCKS_DONE;
	return error("%s: its card %s, %s of %s, is %s; `rocks sync host gpu %s` records "
		     "that",
		     vm->name, card->name, card->host_name, vm->container,
		     found->vgpu
			     ? "a vGPU of its vendor's driver now, but is not recorded "
			       "as one"
			     : "not a vGPU of its vendor's driver now, though recorded "
			       "as one",
		     vm->container);
}

static int check_function(const struct rocks_vm *vm, const struct rocks_card *card,
			  const struct rocks_function *function, const struct scan *scan)
{
	const struct pci_address place = vm_function_address(function);
	const struct scan_function *found =
		scan_find_function(scan, pci_address_pack(place));
	char text[PCI_ADDRESS_SIZE], ids[10];

	pci_address_sysfs(place, text);
	snprintf(ids, sizeof(ids), "%04x:%04x", function->vendor, function->device);
	if (!found)
		return error("%s: %s of %s has no function at %s now; `rocks sync host "
			     "gpu %s` looks where its card %s is",
			     vm->name, card->host_name, vm->container, text,
			     vm->container, card->name);
	if (function->vendor && strcmp(found->ids, ids) != 0)
		return error("%s: at %s of %s is %s now, not %s of its card %s; `rocks "
			     "sync host gpu %s` looks where that is",
			     vm->name, text, vm->container, found->ids, ids, card->name,
			     vm->container);
	if (scan->cards[found->card].quarantined)
		return error("%s: its card %s is quarantined on %s: %s; there, `gpupci "
			     "-s %s` says more",
			     vm->name, card->name, vm->container,
			     scan_why_quarantined(&scan->cards[found->card]),
			     scan->cards[found->card].name);
	return check_vendor(vm, card, &scan->cards[found->card]);
}

/* Checks a function that the card has there, recorded or not. */
static int check_driver(const struct rocks_vm *vm, const struct rocks_card *card,
			const struct scan_function *found, const struct scan *scan)
{
	char text[PCI_ADDRESS_SIZE];

	if (found->vfio)
		return ROCKS_DONE;
	pci_address_sysfs_packed(found->address, text);
	return error("%s: %s of its card %s is %s%s on %s, not bound to vfio-pci; there, "
		     "`gpupci --detach %s` takes the card from the host",
		     vm->name, text, card->name,
		     *found->driver ? "with the driver " : "without a driver",
		     found->driver, vm->container, scan->cards[found->card].name);
}

static int check_drivers(const struct rocks_vm *vm, const struct rocks_card *card,
			 int64_t address, const struct scan *scan)
{
	const struct scan_function *one = scan_find_function(scan, address);
	int r = ROCKS_DONE;

	for (size_t i = 0; i < scan->function_count && r == ROCKS_DONE; i++)
		if (one && scan->functions[i].card == one->card)
			r = check_driver(vm, card, &scan->functions[i], scan);
	return r;
}

static int check_cards(const struct rocks_vm *vm, const struct scan *scan)
{
	int r = ROCKS_DONE;

	for (uint32_t i = 0; i < vm->card_count && r == ROCKS_DONE; i++) {
		const struct rocks_card *card = vm->card(vm, i);

		for (uint32_t j = 0; j < card->function_count && r == ROCKS_DONE; j++)
			r = check_function(vm, card, card->function(card, j), scan);
		if (r == ROCKS_DONE && card->function_count)
			r = check_drivers(vm, card,
					  pci_address_pack(vm_function_address(
						  card->function(card, 0))),
					  scan);
	}
	return r;
}

struct identity {
	const struct rocks_vm *vm;
	int status;
};

/* The card at the recorded place may be another one of the same kind. */
static int check_identity(void *data, const struct reconciled *row)
{
	struct identity *identity = data;
	const struct rocks_vm *vm = identity->vm;
	char was[PCI_ADDRESS_SIZE], now[PCI_ADDRESS_SIZE];

	if (row->address && row->was && *row->address == *row->was)
		return 0;
	/* A card that a person typed in may be a part of what the host sees as a card. */
	if (!row->address && row->is_unmarked)
		return 0;
	for (uint32_t i = 0; i < vm->card_count && identity->status == ROCKS_DONE; i++) {
		const struct rocks_card *card = vm->card(vm, i);

		if (!row->was || strcmp(card->host_name, row->name) != 0)
			continue;
		identity->status =
			error("%s: its card %s, %s of %s, is no longer at %s: another "
			      "card is there, and it is %s%s; `rocks sync host gpu %s` "
			      "records that",
			      vm->name, card->name, row->name, vm->container,
			      gpu_address_text(row->was, was),
			      row->address ? "at " : "not found",
			      row->address ? gpu_address_text(row->address, now) : "",
			      vm->container);
	}
	return 0;
}

static int check_identities(const struct context *context, const struct rocks_vm *vm,
			    const struct host_ref *container, const struct scan *scan)
{
	struct identity identity = { vm, ROCKS_DONE };

	if (db_compare(context->db, container, scan, check_identity, &identity) < 0)
		return context_database_error(context);
	return identity.status;
}

/* What a container is asked with one command, and its answer. */
struct question {
	const struct context *context;
	const struct rocks_vm *vm;
	const struct host_set *container;
	const struct vm_devices *devices;
	const struct vm_files *files; /* those asked for, too; or NULL */
	bool cards;		      /* the VM has cards, and they are asked for */
};

static int judge_cards(const struct question *question, const char *document)
{
	const struct rocks_vm *vm = question->vm;
	_cleanup_scan_ struct scan scan = { 0 };
	struct db *db = question->context->db;
	int r;

	if (db_scan_parse(db, document, vm->container, &scan) < 0)
		return error("%s: %s: %s", vm->name, vm->container, db_error(db));
	r = check_cards(vm, &scan);
	if (r == ROCKS_DONE)
		r = check_identities(question->context, vm,
				     &question->container->hosts[0], &scan);
	return r == ROCKS_DONE ? vm_memory_judge(question->context, vm,
						 &question->container->hosts[0], document)
			       : r;
}

/* Cuts the text at the next ANSWER_MARK and returns what follows it; "" if there is none. */
static char *cut_at_mark(char *text)
{
	const char *rest = answer_after_mark(text);

	if (!rest)
		return text + strlen(text);
	text += rest - text;
	text[-(ptrdiff_t)strlen(ANSWER_MARK "\n")] = '\0';
	return text;
}

/* text: the requested documents, with an ANSWER_MARK between them. */
static int judge(const struct question *question, char *text)
{
	char *devices =
		question->cards && question->devices->count ? cut_at_mark(text) : text;
	char *files = question->files ? cut_at_mark(devices) : NULL;
	int r = ROCKS_DONE;

	if (question->cards)
		r = judge_cards(question, text);
	if (r == ROCKS_DONE && question->devices->count)
		r = vm_devices_judge(question->context, question->vm, question->devices,
				     devices);
	return r == ROCKS_DONE && files
		       ? vm_files_judge(question->files, question->vm, files, NULL)
		       : r;
}

static int fail_unasked(const struct question *question, const char *why)
{
	const struct rocks_vm *vm = question->vm;

	if (question->cards)
		return error(
			"%s: %s cannot say whether its cards are bound to vfio-pci: %s",
			vm->name, vm->container, why);
	return error("%s: %s cannot say whether it uses %s, which its %s passes: %s",
		     vm->name, vm->container, question->devices->list[0].text,
		     vm_device_source(&question->devices->list[0]), why);
}

static int ask(const struct question *question)
{
	_cleanup_answers_ struct answers answers = { 0 };
	_cleanup_strbuf_ struct strbuf command = STRBUF_EMPTY;
	int r;

	if (question->cards)
		strbuf_add_string(&command, "gpupci --list --json");
	if (question->cards && question->devices->count)
		strbuf_add_string(&command, " && printf '\\036\\n' && ");
	if (question->devices->count)
		vm_devices_add_command(question->devices, &command);
	if (!command.error && !command.length)
		return ROCKS_DONE;
	if (question->files) {
		strbuf_add_string(&command, " && printf '\\036\\n' && { ");
		vm_files_add_command(question->files, question->vm, &command);
		strbuf_add_string(&command, "true; }");
	}
	if (command.error)
		return memory_error();
	r = collect_facts(question->context, question->container, strbuf_text(&command),
			  "gpupci", &answers);
	if (r != ROCKS_DONE)
		return r;
	if (!answers.list[0].text)
		return fail_unasked(question, answers.list[0].why);
	return judge(question, answers.list[0].text);
}

/*
 * Makes all images next to their places and syncs them, then links them there, which
 * fails if the place is taken: nothing that exists is ever written to, and a command that
 * fails or is ended half-way leaves nothing.
 */
static const char DISK_FUNCTIONS[] =
	"there() { [ -e \"$1\" ] || [ -L \"$1\" ]; }; "
	"make() { there \"$1\" || { mkdir -p -- \"$(dirname -- \"$1\")\" && "
	"rm -f -- \"$1.being-made\" && "
	"qemu-img create -q -f \"$2\" -- \"$1.being-made\" \"$3\" && "
	"sync -- \"$1.being-made\"; }; }; "
	"place() { there \"$1\" || { ln -T -- \"$1.being-made\" \"$1\" && "
	"sync -- \"$(dirname -- \"$1\")\" && printf '%s\\n' \"$1\"; }; }; "
	"trap forget EXIT; trap 'exit 1' HUP INT TERM; ";

struct disk_command {
	struct strbuf make, place, forget;
};

static void add_disk(struct disk_command *command, const struct rocks_disk *disk)
{
	if (!vm_makes_disk(disk))
		return;
	strbuf_add_string(&command->make, "make ");
	remote_quote(&command->make, disk->path);
	strbuf_add_format(&command->make, " %s %" PRIu64 " && ",
			  strcmp(disk->type, "file") == 0 ? "raw" : "qcow2",
			  disk->size_gb * GB);
	strbuf_add_string(&command->place, "place ");
	remote_quote(&command->place, disk->path);
	strbuf_add_string(&command->place, " && ");
	strbuf_add_char(&command->forget, ' ');
	remote_quote(&command->forget, disk->path);
	strbuf_add_string(&command->forget, ".being-made");
}

/* Appends the command that makes a VM's disks, if there are any to make. */
static int add_disk_command(const struct rocks_vm *vm, struct strbuf *ret_command)
{
	struct disk_command parts = { STRBUF_EMPTY, STRBUF_EMPTY, STRBUF_EMPTY };

	for (uint32_t i = 0; i < vm->disk_count; i++)
		add_disk(&parts, vm->disk(vm, i));
	if (parts.make.length)
		strbuf_add_format(ret_command,
				  "forget() { rm -f --%s; }; %s{ %s%strue; } || exit 1",
				  strbuf_text(&parts.forget), DISK_FUNCTIONS,
				  strbuf_text(&parts.make), strbuf_text(&parts.place));
	if (parts.make.error || parts.place.error || parts.forget.error)
		ret_command->error = -ENOMEM;
	strbuf_release(&parts.make);
	strbuf_release(&parts.place);
	strbuf_release(&parts.forget);
	return ret_command->error;
}

/* files: looked for first, and no disk is made if one is missing; or NULL. */
static int make_disks(const struct context *context, const struct rocks_vm *vm,
		      const struct host_set *container, const struct vm_files *files)
{
	_cleanup_strbuf_ struct strbuf command = STRBUF_EMPTY;
	_cleanup_answers_ struct answers answers = { 0 };
	char *made;
	int r;

	if (files && vm_files_add_command(files, vm, &command))
		strbuf_add_string(&command, "[ -z \"$m\" ] || exit 0; ");
	if (add_disk_command(vm, &command) < 0)
		return memory_error();
	if (!command.length)
		return ROCKS_DONE;
	r = collect(context, container, strbuf_text(&command), "making its disks",
		    &answers);
	if (r != ROCKS_DONE)
		return r;
	if (!answers.list[0].text)
		return error("%s: %s: %s", vm->name, vm->container, answers.list[0].why);
	made = answers.list[0].text;
	if (files)
		r = vm_files_judge(files, vm, made, &made);
	for (char *line = made, *end; (end = strchr(line, '\n')); line = end + 1)
		print_line("%s: made %.*s on %s", vm->name, (int)(end - line), line,
			   vm->container);
	return r;
}

/* The files are asked for in the first command that the container is asked anyway. */
int vm_make_ready(const struct context *context, const struct rocks_vm *vm,
		  const struct vm_devices *devices, const struct vm_files *files)
{
	_cleanup_host_set_ struct host_set container = { 0 };
	bool asks = vm->card_count > 0 || devices->count > 0;
	const struct question question = { context, vm,	   &container,
					   devices, files, vm->card_count > 0 };
	int r = find_container(context, vm, &container);

	if (r == ROCKS_DONE)
		r = ask(&question);
	return r == ROCKS_DONE ? make_disks(context, vm, &container, asks ? NULL : files)
			       : r;
}

int vm_check_ready(const struct context *context, const struct rocks_vm *vm, bool cards,
		   const struct vm_devices *devices)
{
	_cleanup_host_set_ struct host_set container = { 0 };
	const struct question question = { context, vm,	  &container,
					   devices, NULL, cards && vm->card_count > 0 };
	int r = find_container(context, vm, &container);

	return r == ROCKS_DONE ? ask(&question) : r;
}
