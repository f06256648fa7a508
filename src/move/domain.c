/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The domain of a VM that moves, on either container. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "lib/clock.h"
#include "src/move/mover.h"

#define SYNC_SECONDS 600
/* Milliseconds between two checks of a guest that shuts down: at first, and at most. */
#define SHORTEST_NAP 125
#define LONGEST_NAP 2000

/* Separates the parts of the answer; no XML, name or path contains it. */
#define PART '\037'

struct order {
	const char *action, *xml;
	int32_t autostart;
	int (*give)(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		    const struct order *order, struct rocks_failure *failure);
};

void mover_domain_release(struct mover_domain *domain)
{
	free(domain->kept.nvram);
	free(domain->kept.tpm);
	free(domain->obstacle);
	free(domain->xml);
	*domain = (struct mover_domain){ 0 };
}

bool mover_domain_is_off(const struct mover_domain *domain)
{
	return !domain->defined || domain->state == ROCKS_DOMAIN_SHUTOFF;
}

static int write_definition(void *data, const struct rocks_definition *definition)
{
	FILE *text = data;
	const char *tpm = ROCKS_HAS(struct rocks_definition, definition, tpm)
				  ? definition->tpm
				  : NULL;

	fprintf(text, "%u %u%c%s%c%s%c%s%c%s", (unsigned int)definition->state,
		(unsigned int)definition->autostart, PART,
		definition->nvram ? definition->nvram : "", PART, tpm ? tpm : "", PART,
		definition->obstacle ? definition->obstacle : "", PART, definition->xml);
	return 0;
}

static int lacks(struct rocks_failure *failure)
{
	failure->explain(failure, "the plugin for its hypervisor cannot move VMs");
	return -ENOTSUP;
}

static int ask(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
	       const void *data, FILE *text, struct rocks_failure *failure)
{
	(void)data;
	if (!hypervisor->definition)
		return lacks(failure);
	return hypervisor->definition(vm, write_definition, text, failure);
}

static char *part(char **text)
{
	char separators[] = { PART, '\0' };
	char *word = strsep(text, separators);

	return word && *word ? strdup(word) : NULL;
}

static int read_definition(char *text, struct mover_domain *ret_domain)
{
	struct mover_domain domain = { .defined = true };
	unsigned int state = 0, autostart = 0;

	if (sscanf(text, "%u %u", &state, &autostart) != 2)
		return memory_error();
	text = strchr(text, PART) + 1;
	domain.state = state;
	domain.autostart = autostart;
	domain.kept.nvram = part(&text);
	domain.kept.tpm = part(&text);
	domain.obstacle = part(&text);
	domain.xml = part(&text);
	if (!domain.xml) {
		mover_domain_release(&domain);
		return memory_error();
	}
	*ret_domain = domain;
	return ROCKS_DONE;
}

int mover_domain(const struct mover *mover, const char *container,
		 struct mover_domain *ret_domain)
{
	_cleanup_free_ char *text = NULL;
	int result, r = hypervisor_ask(mover->context, mover->hypervisor, mover->vm,
				       container, ask, NULL, &result, &text);

	*ret_domain = (struct mover_domain){ 0 };
	return r == ROCKS_DONE && result == 0 ? read_definition(text, ret_domain) : r;
}

static int write_format(void *data, const char *format)
{
	fputs(format, data);
	return 0;
}

static int ask_format(const struct rocks_hypervisor *hypervisor,
		      const struct rocks_vm *vm, const void *data, FILE *text,
		      struct rocks_failure *failure)
{
	return hypervisor->nvram_format(vm, data, write_format, text, failure);
}

int mover_variables_format(const struct mover *mover, char **ret_format)
{
	int result, r;

	*ret_format = NULL;
	if (!mover->hypervisor->nvram_format)
		return ROCKS_DONE;
	r = hypervisor_ask(mover->context, mover->hypervisor, mover->vm,
			   mover->move.target, ask_format, mover->next, &result,
			   ret_format);
	if (r == ROCKS_DONE && result != 0) {
		free(*ret_format);
		*ret_format = NULL;
	}
	return r;
}

static int give(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		const void *data, FILE *text, struct rocks_failure *failure)
{
	const struct order *order = data;

	(void)text;
	return order->give(hypervisor, vm, order, failure);
}

static int give_order(const struct mover *mover, const char *container,
		      const struct order *order)
{
	int result;

	return hypervisor_ask(mover->context, mover->hypervisor, mover->vm, container,
			      give, order, &result, NULL);
}

static int stop(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		const struct order *order, struct rocks_failure *failure)
{
	return hypervisor->stop ? hypervisor->stop(vm, order->action, failure)
				: lacks(failure);
}

static int undefine(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		    const struct order *order, struct rocks_failure *failure)
{
	(void)order;
	return hypervisor->undefine ? hypervisor->undefine(vm, failure) : lacks(failure);
}

static int define(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		  const struct order *order, struct rocks_failure *failure)
{
	return hypervisor->define
		       ? hypervisor->define(vm, order->xml, order->autostart, failure)
		       : lacks(failure);
}

static int start(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		 const struct order *order, struct rocks_failure *failure)
{
	return hypervisor->start ? hypervisor->start(vm, order->xml, failure)
				 : lacks(failure);
}

/* A guest that is asked to shut down takes its time, or ignores it. */
static int wait_until_off(const struct mover *mover, const char *container)
{
	int64_t end = clock_milliseconds() + 1000 * mover->move.patience;
	int nap = SHORTEST_NAP, r = ROCKS_DONE;

	while (r == ROCKS_DONE) {
		_cleanup_mover_domain_ struct mover_domain domain = { 0 };

		r = mover_domain(mover, container, &domain);
		if (r == ROCKS_DONE && mover_domain_is_off(&domain))
			return r;
		if (r == ROCKS_DONE && clock_milliseconds() >= end)
			return error("%s: it was asked to shut down and has not in "
				     "%" PRId64 " s; `rocks stop host vm %s` pulls the "
				     "plug",
				     mover->vm->name, mover->move.patience,
				     mover->vm->name);
		nanosleep(&(const struct timespec){ nap / 1000, nap % 1000 * 1000000L },
			  NULL);
		nap = nap < LONGEST_NAP ? 2 * nap : nap;
	}
	return r;
}

int mover_stop(const struct mover *mover, const char *container)
{
	const struct order order = { .action = mover->move.action, .give = stop };
	_cleanup_mover_domain_ struct mover_domain domain = { 0 };
	int r = mover_domain(mover, container, &domain);

	if (r == ROCKS_DONE && !mover_domain_is_off(&domain))
		r = give_order(mover, container, &order);
	else
		return r;
	return r == ROCKS_DONE ? wait_until_off(mover, container) : r;
}

int mover_forget(const struct mover *mover, const char *container)
{
	const struct order order = { .give = undefine };
	const struct mover_script script = { .hosts = { container },
					     .text = "sync",
					     .what = "writing its disks",
					     .seconds = SYNC_SECONDS };
	int r = give_order(mover, container, &order);

	return r == ROCKS_DONE ? mover_run(mover, &script, NULL) : r;
}

int mover_define(const struct mover *mover, const char *container, const char *xml,
		 int32_t autostart)
{
	const struct order order = { .xml = xml, .autostart = autostart, .give = define };

	return give_order(mover, container, &order);
}

int mover_start(const struct mover *mover, const char *container, const char *xml)
{
	const struct order order = { .xml = xml, .give = start };

	return give_order(mover, container, &order);
}
