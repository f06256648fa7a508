/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Brings all functions of a card to one side of a plan. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"
#include "src/gpupci/bind/transaction.h"
#include "src/gpupci/scan/sysfs.h"

bool transaction_interrupted(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t waiting;

	if (sigpending(&waiting) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigismember(&waiting, signals[i]) == 1)
			return true;
	return false;
}

int transaction_find(const struct kernel *kernel, const struct plan_function *function,
		     struct strbuf *fault)
{
	char address[PCI_ADDRESS_SIZE];
	uint32_t vendor = 0, device = 0;
	int error;

	error = sysfs_read_hex(kernel->root, function->address, "vendor", 0xffff,
			       &vendor);
	if (error == 0)
		error = sysfs_read_hex(kernel->root, function->address, "device", 0xffff,
				       &device);
	pci_address_sysfs(function->address, address);
	if (error == 0 && vendor == function->vendor && device == function->device)
		return 0;
	if (error == 0) {
		strbuf_add_format(fault,
				  "%s is now another device (%04x:%04x, not "
				  "%04x:%04x); look with gpupci -s all",
				  address, vendor, device, function->vendor,
				  function->device);
		return -ENODEV;
	}
	if (error == -ENOMEM)
		return error;
	strbuf_add_format(fault, "%s %s: %s; look with gpupci -s all", address,
			  error == -ENOENT ? "is gone" : "cannot be read",
			  strerror(-error));
	return error == -ENOENT ? -ENODEV : error;
}

static int look_at(struct kernel *kernel, const struct plan_function *function,
		   struct binding *now, struct strbuf *fault)
{
	char address[PCI_ADDRESS_SIZE];
	int error = transaction_find(kernel, function, fault);

	if (error < 0)
		return error;
	pci_address_sysfs(function->address, address);
	/*
	 * Read what needs the lock first: until the kernel is idle, its driver may still
	 * change.
	 */
	error = kernel_override(kernel, function->address, now->override);
	if (kernel->deadline.passed)
		strbuf_add_format(fault,
				  "the kernel is still busy with %s: it does not say "
				  "its driver_override within %u s; try again once "
				  "the user of the device has ended",
				  address, kernel->deadline.milliseconds / 1000);
	else if (error < 0 && error != -ENOMEM)
		strbuf_add_format(fault, "cannot read driver_override of %s: %s; %s",
				  address, strerror(-error),
				  error == -EACCES ? "run it as root"
						   : "look with gpupci -s all");
	if (error < 0)
		return error;
	error = kernel_driver(kernel, function->address, now->driver);
	if (error < 0 && error != -ENOMEM)
		strbuf_add_format(fault, "cannot read the driver of %s: %s; run it again",
				  address, strerror(-error));
	return error;
}

int transaction_look(struct kernel *kernel, const struct plan *plan, struct binding now[],
		     struct strbuf *fault)
{
	int error = 0;

	for (size_t i = 0; i < plan->count && error == 0; i++)
		error = look_at(kernel, &plan->functions[i], &now[i], fault);
	return error;
}

static bool is_there(const struct binding *now, const struct binding *wanted,
		     bool or_none)
{
	bool nobody = or_none && strcmp(wanted->driver, DRIVER_ANY) == 0 &&
		      !now->driver[0] && strcmp(now->override, wanted->override) == 0;

	return nobody || binding_is_there(now, wanted);
}

bool transaction_is_there(const struct plan *plan, enum plan_side side,
			  const struct binding now[], bool or_none)
{
	for (size_t i = 0; i < plan->count; i++)
		if (!is_there(&now[i], &plan->functions[i].sides[side], or_none))
			return false;
	return true;
}

static int read_alias(const struct kernel *kernel, const struct plan_function *function,
		      char **ret_alias)
{
	int error;

	*ret_alias = NULL;
	error = sysfs_read_text(kernel->root, function->address, "modalias", ret_alias);
	return error == -ENOMEM ? error : 0;
}

static int make_steps(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		      const struct binding now[], struct steps *ret_steps)
{
	char **aliases = calloc(plan->count + 1, sizeof(*aliases));
	int error = aliases ? 0 : -ENOMEM;

	for (size_t i = 0; i < plan->count && error == 0; i++)
		if (strcmp(plan->functions[i].sides[side].driver, DRIVER_ANY) == 0)
			error = read_alias(kernel, &plan->functions[i], &aliases[i]);
	if (error == 0)
		error = plan_steps(ret_steps, plan, side, now,
				   (const char *const *)aliases, kernel);
	for (size_t i = 0; aliases && i < plan->count; i++)
		free(aliases[i]);
	free(aliases);
	return error;
}

int transaction_steps(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		      struct steps *ret_steps, struct strbuf *fault)
{
	_cleanup_free_ struct binding *now = calloc(plan->count + 1, sizeof(*now));
	int error = now ? 0 : -ENOMEM;

	if (error == 0)
		error = transaction_look(kernel, plan, now, fault);
	if (error == 0)
		error = make_steps(kernel, plan, side, now, ret_steps);
	return error;
}

static int fail_step(const struct kernel *kernel, const struct step *step, int error,
		     struct strbuf *fault)
{
	if (kernel->deadline.passed)
		strbuf_add_format(fault,
				  "the kernel did not return from writing %s to %s "
				  "within %u s: something unseen uses the device",
				  step->text, step->path,
				  kernel->deadline.milliseconds / 1000);
	else if (error != -ENOMEM)
		strbuf_add_format(fault, "cannot write %s to %s%s: %s; dmesg may say why",
				  strcmp(step->text, "\n") == 0 ? "nothing" : step->text,
				  kernel->root->folder, step->path, strerror(-error));
	return error;
}

/*
 * A module that cannot be loaded is reported only if its driver is then missing: modprobe
 * does not know built-in modules, and an alias may match nothing.
 */
static int load(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		const struct step *step, struct strbuf *fault)
{
	const char *driver = plan->functions[step->function].sides[side].driver;
	int status = 0, error = kernel_load(kernel, step->text, &status);

	if (kernel->deadline.passed) {
		strbuf_add_format(fault, "modprobe %s did not finish within %u s",
				  step->text, kernel->deadline.milliseconds / 1000);
		return error;
	}
	if (strcmp(driver, DRIVER_ANY) == 0 || kernel_has_driver(kernel, driver))
		return 0;
	if (error == -EROFS)
		strbuf_add_format(fault,
				  "there is no driver %s, and gpupci loads none below "
				  "another root; load it there",
				  driver);
	else if (error < 0)
		strbuf_add_format(fault, "cannot run modprobe for %s: %s; install kmod",
				  step->text, strerror(-error));
	else
		strbuf_add_format(fault,
				  "there is no driver %s: modprobe %s ended with %d; "
				  "load it by hand to see why",
				  driver, step->text, status);
	return error < 0 ? error : -ENOENT;
}

/*
 * Whether a failed write has reached its goal anyway: a module that was just loaded takes
 * the devices whose driver_override names it on its own, and a device may have left its
 * driver between look and write.
 */
static bool is_done(const struct kernel *kernel, const struct plan *plan,
		    enum plan_side side, const struct step *step)
{
	const struct plan_function *function = &plan->functions[step->function];
	char driver[DRIVER_SIZE];

	if (kernel->deadline.passed ||
	    kernel_driver(kernel, function->address, driver) < 0)
		return false;
	if (strstr(step->path, "/unbind"))
		return !driver[0];
	return strstr(step->path, "/bind") &&
	       strcmp(driver, function->sides[side].driver) == 0;
}

static int run_step(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		    const struct step *step, struct strbuf *fault)
{
	int error;

	if (step->kind == STEP_LOAD)
		return load(kernel, plan, side, step, fault);
	error = kernel->write(kernel, step->path, step->text);
	/* No driver took it: some kernels return that as an error (pci.c). */
	if ((error == -EINVAL || error == -ENODEV) && !kernel->deadline.passed &&
	    strcmp(step->path, "/sys/bus/pci/drivers_probe") == 0)
		error = 0;
	if (error < 0 && is_done(kernel, plan, side, step))
		error = 0;
	return error < 0 ? fail_step(kernel, step, error, fault) : 0;
}

static int verify(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		  struct strbuf *fault)
{
	_cleanup_free_ struct binding *now = calloc(plan->count + 1, sizeof(*now));
	int error = now ? 0 : -ENOMEM;

	if (error == 0)
		error = transaction_look(kernel, plan, now, fault);
	if (error < 0 || transaction_is_there(plan, side, now, true))
		return error;
	for (size_t i = 0; i < plan->count; i++) {
		const char *driver = plan->functions[i].sides[side].driver;
		char address[PCI_ADDRESS_SIZE];

		if (is_there(&now[i], &plan->functions[i].sides[side], true))
			continue;
		strbuf_add_format(fault,
				  "%s is bound to %s, not to %s, though the kernel "
				  "accepted every write; dmesg may say why",
				  pci_address_sysfs(plan->functions[i].address, address),
				  now[i].driver[0] ? now[i].driver : "no driver",
				  strcmp(driver, DRIVER_ANY) == 0 ? "a driver of the host"
								  : driver);
		break;
	}
	return -EIO;
}

int transaction_run(struct kernel *kernel, const struct plan *plan, enum plan_side side,
		    struct strbuf *fault)
{
	_cleanup_steps_ struct steps steps = STEPS_EMPTY;
	int error;

	error = transaction_steps(kernel, plan, side, &steps, fault);
	for (size_t i = 0; i < steps.count && error == 0; i++) {
		/* A signal does not stop the way back. */
		if (side == PLAN_AFTER && transaction_interrupted()) {
			strbuf_add_string(fault, "interrupted by a signal; run it again");
			return -EINTR;
		}
		error = run_step(kernel, plan, side, &steps.steps[i], fault);
	}
	return error < 0 ? error : verify(kernel, plan, side, fault);
}
