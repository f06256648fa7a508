/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes a card from the host, so that a VM can have it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/change/detach.h"
#include "src/gpupci/change/obstacle.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/hold/framebuffer.h"

#define DEFAULT_DRIVER "vfio-pci"

static bool has_virtual(const struct card *card)
{
	for (size_t i = 0; i < card->count; i++)
		if (card->members[i].function->virtual_count)
			return true;
	return false;
}

/* What --force-boot-display takes from the host, and what else is in the way of a VM. */
static int warn_of_display(const struct change *change, const struct card *card)
{
	struct root *root = &change->host->scan.root;
	_cleanup_strbuf_ struct strbuf commands = STRBUF_EMPTY;
	struct framebuffer framebuffer;
	char address[PCI_ADDRESS_SIZE];
	int found = framebuffer_find(root, card, &framebuffer);

	if (found == 1 && framebuffer_add_commands(root, &commands) < 0)
		found = -ENOMEM;
	if (found < 0)
		return message_failed(found, NULL);
	fprintf(stderr,
		"gpupci: %s is the display of this host, which stays dark until gpupci "
		"--attach %s or the next boot\n",
		card->name, card->name);
	if (found)
		fprintf(stderr,
			"gpupci: the firmware's framebuffer (%s) is in the memory of %s: "
			"before a VM can use that, the kernel has to give it up%s\n%s",
			framebuffer.name,
			pci_address_sysfs(framebuffer.function, address),
			commands.length ? ":" : "", strbuf_text(&commands));
	return EXIT_DONE;
}

static bool is_display(const struct card *card)
{
	for (size_t i = 0; i < card->count; i++)
		if (card->members[i].function->details.boot_display)
			return true;
	return false;
}

/*
 * Lifts the protection of a boot display if --force-boot-display asks for it; nothing else
 * is forced.
 */
static void force(const struct change *change, struct card *card)
{
	if (change->options->force_boot_display && is_display(card) && !has_virtual(card))
		card->protection = NULL;
}

/* "its vendor's driver (nvidia) gives it to VMs" */
static int keep_vendors(const struct change *change, const struct card *card)
{
	const char *driver = card->members[0].function->details.driver;
	const char *why = "its vendor's driver gives it to VMs";
	const char *target = change->options->target;

	if (target && strcmp(target, "all") == 0) {
		printf("%s: skipped: %s (%s)\n", card->name, why, driver);
		return EXIT_DONE;
	}
	fprintf(stderr,
		"gpupci: %s stays with %s: %s, and bound to vfio-pci it is no vGPU any "
		"more; "
		"nothing was changed\n",
		card->name, driver, why);
	return EXIT_REFUSED;
}

static int refuse(const struct card *card, const char *why)
{
	fprintf(stderr, "gpupci: %s %s; nothing was changed\n",
		card->name[0] ? card->name : card_kind_name(card->kind), why);
	return EXIT_REFUSED;
}

/* Checks what the card is, whoever holds it. */
static int check_card(const struct change *change, struct card *card)
{
	struct pci_scan *scan = &change->host->scan;
	int error;

	if (card->kind == CARD_FABRIC)
		return refuse(
			card,
			"is not a card: it joins GPUs. An include line in "
			"/etc/gpupci.conf with its address makes it one, for the VM "
			"that gets all GPUs with it");
	error = card_read_drivers(card, scan);
	/* A sleeping card wakes when its driver releases it. */
	if (error == 0)
		error = card_read_answer(card, scan, true);
	if (error < 0)
		return message_failed(error, &scan->fault);
	if (card_find_dead(card))
		return refuse(card, CARD_DEAD);
	force(change, card);
	if (card->protection && change->options->target &&
	    strcmp(change->options->target, "all") == 0) {
		printf("%s: skipped: %s\n", card->name, card->protection);
		return EXIT_DONE;
	}
	if (card->protection) {
		fprintf(stderr, "gpupci: %s is protected: %s; nothing was changed\n",
			card->name, card->protection);
		return EXIT_REFUSED;
	}
	if (card_is_vendors(card))
		return keep_vendors(change, card);
	for (size_t i = 0; i < card->count; i++) {
		const struct pci_function *function = card->members[i].function;

		if (function->group < 0)
			return refuse(card, "is in no IOMMU group, the IOMMU is off: see "
					    "gpupci --check");
	}
	return EXIT_DONE;
}

/* Fills in the other side of the plan. Returns whether there is anything to do. */
static bool set_aim(const struct change *change, const struct card *card,
		    struct plan *plan)
{
	const char *asked = change->driver ? change->driver : change->options->driver;
	bool any = false;

	for (size_t i = 0; i < plan->count; i++) {
		struct binding *before = &plan->functions[i].sides[PLAN_BEFORE];
		struct binding *after = &plan->functions[i].sides[PLAN_AFTER];
		const struct pci_details *details = &card->members[i].function->details;
		const char *driver = asked ? asked : DEFAULT_DRIVER;

		/*
		 * An already bound vendor's variant is as good, unless --driver asks for
		 * another.
		 */
		if (!asked && details->vfio &&
		    strcmp(details->driver, before->driver) == 0)
			driver = before->driver;
		snprintf(after->driver, sizeof(after->driver), "%s", driver);
		snprintf(after->override, sizeof(after->override), "%s", driver);
		any = any || strcmp(before->driver, driver) != 0;
	}
	return any;
}

/* Reads the modules of the current drivers, for the way back. */
static int note_modules(const struct change *change, struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const char *driver = plan->functions[i].sides[PLAN_BEFORE].driver;
		int error = 0;

		if (driver[0])
			error = kernel_module(&change->kernel, driver,
					      plan->functions[i].module);
		if (error < 0)
			return message_failed(error, NULL);
	}
	return EXIT_DONE;
}

static const char *duration(const struct plan *plan)
{
	return plan->runtime ? " until the next boot" : "";
}

/* Its drivers are right already; how long that lasts may be new. */
static int only_record(struct change *change, struct card *card, const struct plan *plan)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	const struct detached *list =
		plan->runtime ? &change->records.here : &change->records.kept;
	bool known = detached_find(list, card) != NULL;
	int error = 0;

	if (!known && !change->options->dry_run) {
		error = host_save_names(change->host);
		if (error < 0)
			return message_failed(error, &change->host->scan.fault);
		error = records_note(&change->records, change->host, card, plan, &fault);
	}
	if (error < 0)
		return message_failed(error, &fault);
	printf("%s: already detached%s%s\n", card->name,
	       known			  ? ""
	       : change->options->dry_run ? ", to be noted"
					  : ", now noted",
	       known	       ? ""
	       : plan->runtime ? duration(plan)
			       : " over reboots");
	return EXIT_DONE;
}

static int detach_planned(struct change *change, struct card *card, struct plan *plan)
{
	int code;

	if (!set_aim(change, card, plan))
		return only_record(change, card, plan);
	code = obstacles_to_detach(change, card);
	if (code == EXIT_DONE && is_display(card))
		code = warn_of_display(change, card);
	if (code == EXIT_DONE)
		code = note_modules(change, plan);
	if (code != EXIT_DONE)
		return code;
	if (change->options->dry_run)
		return change_print(change, plan);
	/* The record refers to the name: from now on the card keeps it. */
	if (host_save_names(change->host) < 0)
		return message_failed(-EIO, &change->host->scan.fault);
	code = change_apply(change, card, plan);
	if (code == EXIT_DONE)
		printf("%s: detached%s\n", card->name, duration(plan));
	return code;
}

int change_detach(struct change *change, struct card *card)
{
	_cleanup_plan_ struct plan plan = { .count = 0 };
	int code;

	code = change_check_quarantine(change, card);
	if (code == EXIT_DONE)
		code = check_card(change, card);
	if (code != EXIT_DONE || card->protection || card_is_vendors(card))
		return code;
	code = change_plan(change, card, PLAN_DETACH, &plan);
	return code == EXIT_DONE ? detach_planned(change, card, &plan) : code;
}
