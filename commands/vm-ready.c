/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VM needs on its container before it can start: cards let go, disks made. */
#include <inttypes.h>
#include <string.h>

#include "commands/collect.h"
#include "commands/gpu.h"
#include "commands/remote.h"
#include "commands/vm-ready.h"
#include "db/scan.h"

#define GB UINT64_C(1000000000)

static int find_container(const struct invocation *invocation, const struct rocks_vm *vm,
			  struct host_set *hosts)
{
	return answer(invocation,
		      db_hosts_resolve_one(invocation->db, vm->container, hosts));
}

static const struct scan_function *find_function(const struct scan *scan, int64_t address)
{
	for (size_t i = 0; i < scan->function_count; i++)
		if (scan->functions[i].address == address)
			return &scan->functions[i];
	return NULL;
}

static int check_function(const struct rocks_vm *vm, const struct rocks_card *card,
			  const struct rocks_function *function, const struct scan *scan)
{
	const struct pci_address place = { function->domain, function->bus,
					   function->slot, function->function };
	const struct scan_function *found = find_function(scan, pci_address_pack(place));
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
		return error("%s: its card %s is quarantined on %s: a change of its "
			     "drivers is not at an end; there, `gpupci -s %s` tells more",
			     vm->name, card->name, vm->container,
			     scan->cards[found->card].name);
	if (gpu_is_let_go(found->driver))
		return ROCKS_DONE;
	return error("%s: %s of its card %s is %s%s on %s, not bound to vfio-pci; there, "
		     "`gpupci --detach %s` takes the card from the host",
		     vm->name, text, card->name,
		     *found->driver ? "with the driver " : "without a driver",
		     found->driver, vm->container, scan->cards[found->card].name);
}

static int check_cards(const struct rocks_vm *vm, const struct scan *scan)
{
	int r = ROCKS_DONE;

	for (uint32_t i = 0; i < vm->card_count && r == ROCKS_DONE; i++) {
		const struct rocks_card *card = vm->card(vm, i);

		for (uint32_t j = 0; j < card->function_count && r == ROCKS_DONE; j++)
			r = check_function(vm, card, card->function(card, j), scan);
	}
	return r;
}

static int ask_cards(const struct invocation *invocation, const struct rocks_vm *vm,
		     const struct host_set *container)
{
	_cleanup_answers_ struct answers answers = { 0 };
	_cleanup_scan_ struct scan scan = { 0 };
	int r = ROCKS_DONE;

	if (vm->card_count)
		r = collect_scans(invocation, container, &answers);
	if (r != ROCKS_DONE || !vm->card_count)
		return r;
	if (!answers.list[0].text)
		return error("%s: %s cannot tell whether its cards are let go: %s",
			     vm->name, vm->container, answers.list[0].why);
	if (db_scan_parse(invocation->db, answers.list[0].text, vm->container, &scan) < 0)
		return error("%s: %s: %s", vm->name, vm->container,
			     db_error(invocation->db));
	return check_cards(vm, &scan);
}

/*
 * The image is made beside its place and linked there, which fails where something is:
 * nothing that exists is ever written to.
 */
static void add_disk(struct strbuf *command, const struct rocks_disk *disk)
{
	bool file = strcmp(disk->type, "file") == 0;
	_cleanup_strbuf_ struct strbuf made = STRBUF_EMPTY;

	if ((!file && strcmp(disk->type, "qcow2") != 0) || !disk->size_gb)
		return;
	strbuf_add_format(&made, "%s.being-made", disk->path);
	strbuf_add_string(command, "d=");
	remote_quote(command, disk->path);
	strbuf_add_string(command, "; n=");
	remote_quote(command, strbuf_text(&made));
	strbuf_add_format(command,
			  "; [ -e \"$d\" ] || [ -L \"$d\" ] || { mkdir -p -- \"$(dirname "
			  "\"$d\")\" && "
			  "rm -f -- \"$n\" && qemu-img create -q -f %s -- \"$n\" %" PRIu64
			  " && ln -T -- \"$n\" \"$d\" && rm -f -- \"$n\" && printf "
			  "'%%s\\n' \"$d\"; } "
			  "|| exit 1; ",
			  file ? "raw" : "qcow2", disk->size_gb * GB);
}

static int make_disks(const struct invocation *invocation, const struct rocks_vm *vm,
		      const struct host_set *container)
{
	_cleanup_strbuf_ struct strbuf command = STRBUF_EMPTY;
	_cleanup_answers_ struct answers answers = { 0 };
	int r;

	for (uint32_t i = 0; i < vm->disk_count; i++)
		add_disk(&command, vm->disk(vm, i));
	if (command.error)
		return memory_error();
	if (!command.length)
		return ROCKS_DONE;
	r = collect(invocation, container, strbuf_text(&command), "making its disks",
		    &answers);
	if (r != ROCKS_DONE)
		return r;
	if (!answers.list[0].text)
		return error("%s: %s: %s", vm->name, vm->container, answers.list[0].why);
	for (char *line = answers.list[0].text, *end; (end = strchr(line, '\n'));
	     line = end + 1)
		printf("%s: made %.*s on %s\n", vm->name, (int)(end - line), line,
		       vm->container);
	return ROCKS_DONE;
}

int vm_make_ready(const struct invocation *invocation, const struct rocks_vm *vm)
{
	_cleanup_host_set_ struct host_set container = { 0 };
	int r = find_container(invocation, vm, &container);

	if (r == ROCKS_DONE)
		r = ask_cards(invocation, vm, &container);
	return r == ROCKS_DONE ? make_disks(invocation, vm, &container) : r;
}
