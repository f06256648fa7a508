/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives a card back to the host. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"
#include "src/gpupci/change/attach.h"
#include "src/gpupci/change/obstacle.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"

static void copy(char text[DRIVER_SIZE], const char *from)
{
	snprintf(text, DRIVER_SIZE, "%s", from);
}

/* Sets what the function gets back: what it had, else whatever takes it. */
static void aim(struct plan_function *function, const struct detached_function *was)
{
	const struct binding *before = &function->sides[PLAN_BEFORE];
	struct binding *after = &function->sides[PLAN_AFTER];

	if (driver_is_of_host(before->driver)) {
		/* The host has it already; at most our driver_override is left. */
		if (!driver_is_of_host(before->override))
			after->override[0] = '\0';
		return;
	}
	copy(after->driver, DRIVER_ANY);
	after->override[0] = '\0';
	if (!was)
		return;
	/* A driver that keeps devices for VMs, such as pci-stub, is not the host's. */
	if (was->driver[0] && !driver_is_of_host(was->driver))
		return;
	if (was->driver[0])
		copy(after->driver, was->driver);
	if (!was->override[0] || driver_is_of_host(was->override))
		copy(after->override, was->override);
	copy(function->module, was->module);
}

static bool differs(const struct plan_function *function)
{
	return strcmp(function->sides[PLAN_BEFORE].driver,
		      function->sides[PLAN_AFTER].driver) != 0 ||
	       strcmp(function->sides[PLAN_BEFORE].override,
		      function->sides[PLAN_AFTER].override) != 0;
}

/* Fills in the other side of the plan. Returns whether there is anything to do. */
static bool set_aim(const struct change *change, const struct card *card,
		    struct plan *plan)
{
	const struct detached_card *record = records_find(&change->records, card);
	bool any = false;

	for (size_t i = 0; i < plan->count; i++) {
		const struct detached_function *was =
			record ? detached_function(record, card->members[i].number)
			       : NULL;
		const struct pci_function *function = card->members[i].function;

		/* One of its functions may be another device by now. */
		if (was &&
		    (was->vendor != function->vendor || was->device != function->device))
			was = NULL;
		aim(&plan->functions[i], was);
		any = any || differs(&plan->functions[i]);
	}
	return any;
}

static int only_record(struct change *change, struct card *card, const struct plan *plan)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	bool known = records_find(&change->records, card) != NULL;
	int error = 0;

	if (known && !plan->runtime && !change->options->dry_run)
		error = records_note(&change->records, change->host, card, plan, &fault);
	if (error < 0)
		return message_failed(error, &fault);
	printf("%s: already with the host%s\n", card->name,
	       !known || plan->runtime	  ? ""
	       : change->options->dry_run ? ", to be noted over reboots"
					  : ", now noted over reboots");
	return EXIT_DONE;
}

static void print_drivers(const struct change *change, const struct plan *plan)
{
	printf("%s: attached%s", plan->card, plan->runtime ? " until the next boot" : "");
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_function *function = &plan->functions[i];
		bool any = strcmp(function->sides[PLAN_AFTER].driver, DRIVER_ANY) == 0;
		char driver[DRIVER_SIZE] = "", address[PCI_ADDRESS_SIZE];

		kernel_driver(&change->kernel, function->address, driver);
		printf("%s %s %s", i ? "," : ":",
		       pci_address_sysfs(function->address, address),
		       driver[0] ? driver : "no driver");
		if (any)
			printf("%s", driver[0] ? " (by its ids)" : " (none supports it)");
	}
	putchar('\n');
}

/* Its virtual functions disappear with its driver, whoever uses them. */
static int refuse_parent(const struct card *card)
{
	char address[PCI_ADDRESS_SIZE];

	for (size_t i = 0; i < card->count; i++) {
		const struct pci_function *function = card->members[i].function;

		if (!function->virtual_count)
			continue;
		fprintf(stderr,
			"gpupci: %s has virtual functions, which VMs may have and which "
			"would disappear; nothing was changed. When no VM has one: echo "
			"0 > "
			"/sys/bus/pci/devices/%s/sriov_numvfs\n",
			card->name, pci_address_sysfs(function->address, address));
		return EXIT_REFUSED;
	}
	return EXIT_DONE;
}

static int attach_planned(struct change *change, struct card *card, struct plan *plan)
{
	int code, error;

	if (!set_aim(change, card, plan))
		return only_record(change, card, plan);
	error = card_read_drivers(card, &change->host->scan);
	if (error < 0)
		return message_failed(error, &change->host->scan.fault);
	code = refuse_parent(card);
	if (code == EXIT_DONE)
		code = obstacles_to_attach(change, card);
	if (code != EXIT_DONE)
		return code;
	if (change->options->dry_run)
		return change_print(change, plan);
	code = change_apply(change, card, plan);
	if (code == EXIT_DONE)
		print_drivers(change, plan);
	return code;
}

int change_attach(struct change *change, struct card *card)
{
	_cleanup_plan_ struct plan plan = { .count = 0 };
	int code;

	if (card->kind == CARD_FABRIC) {
		fputs("gpupci: a fabric is not a card; nothing was changed\n", stderr);
		return EXIT_REFUSED;
	}
	code = change_check_quarantine(change, card);
	if (code == EXIT_DONE)
		code = change_plan(change, card, PLAN_ATTACH, &plan);
	return code == EXIT_DONE ? attach_planned(change, card, &plan) : code;
}
