/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan: the driver each function of a card had and will have, and the steps between. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/driver-name.h"
#include "lib/text.h"
#include "src/gpupci/bind/plan.h"

int plan_add(struct plan *plan, const struct plan_function *function)
{
	struct plan_function *grown =
		reallocarray(plan->functions, plan->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	plan->functions = grown;
	grown[plan->count++] = *function;
	return 0;
}

int plan_copy(struct plan *copy, const struct plan *plan)
{
	struct plan_function *functions =
		calloc(plan->count + 1, sizeof(*plan->functions));

	if (!functions)
		return -ENOMEM;
	if (plan->count)
		memcpy(functions, plan->functions, plan->count * sizeof(*functions));
	*copy = *plan;
	copy->functions = functions;
	return 0;
}

void plan_release(struct plan *plan)
{
	free(plan->functions);
	plan->functions = NULL;
	plan->count = 0;
}

const char *plan_verb_name(enum plan_verb verb)
{
	return verb == PLAN_DETACH ? "detach" : "attach";
}

enum plan_side plan_host_side(const struct plan *plan)
{
	return plan->verb == PLAN_DETACH ? PLAN_BEFORE : PLAN_AFTER;
}

bool binding_is_there(const struct binding *now, const struct binding *wanted)
{
	bool any =
		strcmp(wanted->driver, DRIVER_ANY) == 0 && driver_is_of_host(now->driver);

	return (any || strcmp(now->driver, wanted->driver) == 0) &&
	       strcmp(now->override, wanted->override) == 0;
}

/* Everything needed to write the steps of a plan. */
struct way {
	struct steps *steps;
	const struct plan *plan;
	enum plan_side side;
	const struct binding *now;
	const char *const *aliases;
	const struct kernel *kernel;
};

static int add_step(const struct way *way, size_t function, enum step_kind kind,
		    const char *path, const char *text)
{
	struct steps *steps = way->steps;
	struct step *grown = reallocarray(steps->steps, steps->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	steps->steps = grown;
	grown += steps->count++;
	*grown = (struct step){ .kind = kind, .function = function };
	snprintf(grown->path, sizeof(grown->path), "%s", path);
	snprintf(grown->text, sizeof(grown->text), "%s", text);
	return 0;
}

static const struct binding *wanted_of(const struct way *way, size_t function)
{
	return &way->plan->functions[function].sides[way->side];
}

/* Whether the function must change drivers. */
static bool moves(const struct way *way, size_t function)
{
	struct binding now = way->now[function];

	snprintf(now.override, sizeof(now.override), "%s",
		 wanted_of(way, function)->override);
	return !binding_is_there(&now, wanted_of(way, function));
}

static int add_load(const struct way *way, size_t function)
{
	const struct plan_function *planned = &way->plan->functions[function];
	const char *driver = wanted_of(way, function)->driver, *module = driver;

	if (!moves(way, function) || !driver[0] || kernel_has_driver(way->kernel, driver))
		return 0;
	if (strcmp(driver, DRIVER_ANY) == 0)
		module = way->aliases[function];
	else if (way->side == plan_host_side(way->plan) && planned->module[0])
		module = planned->module;
	for (size_t i = 0; module && i < way->steps->count; i++)
		if (strcmp(way->steps->steps[i].text, module) == 0)
			return 0;
	return module ? add_step(way, function, STEP_LOAD, "", module) : 0;
}

static int add_override(const struct way *way, size_t function, const char *driver)
{
	char path[160], address[PCI_ADDRESS_SIZE];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver_override",
		 pci_address_sysfs(way->plan->functions[function].address, address));
	/* A newline alone clears it: driver_set_override() in the kernel's base/driver.c. */
	return add_step(way, function, STEP_WRITE, path, driver[0] ? driver : "\n");
}

/* Returns the driver_override that lets only the wanted driver take the device. */
static const char *binding_override(const struct binding *wanted)
{
	return strcmp(wanted->driver, DRIVER_ANY) == 0 ? "" : wanted->driver;
}

static int add_name_driver(const struct way *way, size_t function)
{
	const char *override = binding_override(wanted_of(way, function));

	if (!moves(way, function) || !wanted_of(way, function)->driver[0] ||
	    strcmp(way->now[function].override, override) == 0)
		return 0;
	return add_override(way, function, override);
}

static int add_unbind(const struct way *way, size_t function)
{
	char path[160], address[PCI_ADDRESS_SIZE];
	const char *driver = way->now[function].driver;

	if (!moves(way, function) || !driver[0])
		return 0;
	/*
	 * Through the driver's folder: the kernel refuses if another driver has it by
	 * now.
	 */
	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/unbind", driver);
	return add_step(
		way, function, STEP_WRITE, path,
		pci_address_sysfs(way->plan->functions[function].address, address));
}

static int add_bind(const struct way *way, size_t function)
{
	char path[160] = "/sys/bus/pci/drivers_probe", address[PCI_ADDRESS_SIZE];
	const char *driver = wanted_of(way, function)->driver;

	if (!moves(way, function) || !driver[0])
		return 0;
	/* bind reports why a driver does not take a device; drivers_probe does not. */
	if (strcmp(driver, DRIVER_ANY) != 0)
		snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/bind", driver);
	return add_step(
		way, function, STEP_WRITE, path,
		pci_address_sysfs(way->plan->functions[function].address, address));
}

static int add_last_override(const struct way *way, size_t function)
{
	const struct binding *wanted = wanted_of(way, function);
	const char *was = moves(way, function) && wanted->driver[0]
				  ? binding_override(wanted)
				  : way->now[function].override;

	return strcmp(was, wanted->override) == 0
		       ? 0
		       : add_override(way, function, wanted->override);
}

int plan_steps(struct steps *steps, const struct plan *plan, enum plan_side side,
	       const struct binding now[], const char *const aliases[],
	       const struct kernel *kernel)
{
	static int (*const phases[])(const struct way *way, size_t function) = {
		add_load, add_name_driver, add_unbind, add_bind, add_last_override,
	};
	const struct way way = { .steps = steps,
				 .plan = plan,
				 .side = side,
				 .now = now,
				 .aliases = aliases,
				 .kernel = kernel };
	int error = 0;

	for (size_t phase = 0; phase < sizeof(phases) / sizeof(*phases); phase++)
		for (size_t i = 0; i < plan->count && error == 0; i++)
			error = phases[phase](&way, i);
	return error;
}

void steps_release(struct steps *steps)
{
	free(steps->steps);
	*steps = (struct steps)STEPS_EMPTY;
}

void steps_print(FILE *file, const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->steps[i];

		if (step->kind == STEP_LOAD)
			fprintf(file, "modprobe -q -- %s\n", step->text);
		else if (strcmp(step->text, "\n") == 0)
			fprintf(file, "echo > %s\n", step->path);
		else
			fprintf(file, "echo %s > %s\n", step->text, step->path);
	}
}
