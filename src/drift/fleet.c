/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks for drift on many hosts, and again after repairs. */
#include <string.h>
#include <time.h>

#include "lib/interrupt.h"
#include "src/drift/device.h"
#include "src/drift/drift.h"
#include "src/drift/fleet.h"
#include "src/drift/repair.h"
#include "src/fleet/collect.h"
#include "src/vm/hypervisor.h"

/* A repair may lead to the next one: a moved card is recorded, then defined. */
#define MOST_ROUNDS 3

/* A round: hosts that were asked together. */
struct round {
	struct host_set hosts, answered; /* those whose libvirts were asked, too */
	struct answers answers;
	struct domain_rows domains;
	char at[32];
};

/* A host's last round, and its index in that and among those that answered. */
struct view {
	const struct round *round;
	size_t host, answered;
};

struct fleet {
	const struct context *context;
	const struct host_set *hosts;
	struct view *views; /* one for each host */
	struct drift_vms vms;
	struct drift_devices devices; /* from before the last round */
	struct round rounds[1 + MOST_ROUNDS];
	size_t round_count;
};

static int ask_hypervisors(const struct context *context, const struct host_set *hosts,
			   struct domain_rows *ret_rows)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	const struct rocks_hypervisor *hypervisor;
	int r = load_hypervisor(context, 0, &plugins, &hypervisor);

	return r == ROCKS_DONE ? hypervisor_domains(context, hypervisor, hosts, ret_rows)
			       : r;
}

static void note_time(char text[32])
{
	time_t now = time(NULL);
	struct tm parts;

	if (!gmtime_r(&now, &parts) || !strftime(text, 32, "%Y-%m-%dT%H:%MZ", &parts))
		*text = '\0';
}

/* Skips the libvirt of a host that did not answer: that would only take longer. */
static int ask_round(struct fleet *fleet, struct round *round)
{
	_cleanup_strbuf_ struct strbuf command = STRBUF_EMPTY;
	int r;

	note_time(round->at);
	drift_devices_release(&fleet->devices);
	r = drift_devices_load(fleet->context, fleet->hosts, &fleet->devices);
	drift_devices_command(&fleet->devices, &command);
	if (r == ROCKS_DONE && command.error)
		r = memory_error();
	if (r == ROCKS_DONE)
		r = collect_facts(fleet->context, &round->hosts, strbuf_text(&command),
				  "gpupci", &round->answers);
	for (size_t i = 0; i < round->answers.count && r == ROCKS_DONE; i++)
		if (round->answers.list[i].text &&
		    host_set_add(&round->answered, &round->hosts.hosts[i]) < 0)
			r = memory_error();
	if (r == ROCKS_DONE && interrupt_was_seen())
		return error("stopped: nothing was compared");
	return r == ROCKS_DONE ? ask_hypervisors(fleet->context, &round->answered,
						 &round->domains)
			       : r;
}

/* Asks the wanted hosts (NULL: all) and uses these answers from now on. */
static int ask(struct fleet *fleet, const bool *wanted)
{
	struct round *round = &fleet->rounds[fleet->round_count++];
	size_t host = 0, answered = 0;
	int r = ROCKS_DONE;

	for (size_t i = 0; i < fleet->hosts->count && r == ROCKS_DONE; i++)
		if ((!wanted || wanted[i]) &&
		    host_set_add(&round->hosts, &fleet->hosts->hosts[i]) < 0)
			r = memory_error();
	if (r == ROCKS_DONE)
		r = ask_round(fleet, round);
	for (size_t i = 0; i < fleet->hosts->count && r == ROCKS_DONE; i++) {
		if (wanted && !wanted[i])
			continue;
		fleet->views[i] = (struct view){ round, host, answered };
		answered += round->answers.list[host++].text != NULL;
	}
	return r;
}

/* Looks at one host, whether or not everything could be asked there. */
static int look_at(struct drift *drift, const struct view *view)
{
	const struct answer_of_host *answer = &view->round->answers.list[view->host];
	const char *why =
		answer->text ? view->round->domains.why[view->answered] : answer->why;

	if (why) {
		context_error(drift->context, "%s: %s", drift->host->name, why);
		return ROCKS_BLIND;
	}
	drift->answer = answer->text;
	drift->domains = &view->round->domains;
	drift->index = view->answered;
	drift->at = view->round->at;
	return drift_look(drift) == ROCKS_DONE ? ROCKS_DONE : ROCKS_BLIND;
}

static int look(const struct fleet *fleet, const struct context *context,
		struct table *table, struct drift_repairs *repairs,
		const struct drift_repairs *tried)
{
	struct drift drift = { .context = context,
			       .vms = &fleet->vms,
			       .devices = &fleet->devices,
			       .table = table,
			       .repairs = repairs,
			       .tried = tried };
	int worst = ROCKS_DONE;

	for (size_t i = 0; i < fleet->hosts->count; i++) {
		drift.host = &fleet->hosts->hosts[i];
		drift.number = i;
		if (look_at(&drift, &fleet->views[i]) != ROCKS_DONE)
			worst = ROCKS_BLIND;
	}
	return worst == ROCKS_DONE && drift.found ? ROCKS_FAILED : worst;
}

static bool was_tried(const struct drift_repairs *tried,
		      const struct drift_define *define)
{
	for (size_t i = 0; i < tried->count; i++)
		if (tried->defines[i].vm_id == define->vm_id)
			return true;
	return false;
}

static bool claim_was_tried(const struct drift_repairs *tried,
			    const struct drift_claim_repair *claim)
{
	for (size_t i = 0; i < tried->claim_count; i++)
		if (tried->claims[i].host == claim->host &&
		    tried->claims[i].vm_id == claim->vm_id &&
		    tried->claims[i].address == claim->address &&
		    tried->claims[i].ends == claim->ends)
			return true;
	return false;
}

static int put_claims_right(const struct fleet *fleet,
			    const struct drift_repairs *repairs,
			    struct drift_repairs *tried, bool *changed)
{
	int r = 0;

	for (size_t i = 0; i < repairs->claim_count && r == 0 && !interrupt_was_seen();
	     i++) {
		const struct drift_claim_repair *claim = &repairs->claims[i];

		if (claim_was_tried(tried, claim))
			continue;
		r = drift_repairs_add_claim(tried, claim);
		if (r == 0 &&
		    drift_repair_claim(fleet->context, &fleet->hosts->hosts[claim->host],
				       claim) == ROCKS_DONE)
			changed[claim->host] = true;
	}
	return r < 0 ? memory_error() : ROCKS_DONE;
}

/*
 * Only after a host's cards are recorded is it known which VMs to define: those of a host
 * that has changed come in the next round. 0 or -ENOMEM.
 */
static int define_all(const struct fleet *fleet, const struct drift_repairs *repairs,
		      struct drift_repairs *tried, bool *changed)
{
	size_t first = tried->count;
	int r = 0;

	for (size_t i = 0; i < repairs->count && r == 0 && !interrupt_was_seen(); i++) {
		const struct drift_define *define = &repairs->defines[i];
		const struct drift_vm vm = { .id = define->vm_id, .name = define->vm };
		struct drift_define *one;

		if (changed[define->host] || was_tried(tried, define))
			continue;
		r = drift_repairs_add(tried, define->host, &vm);
		if (r < 0)
			break;
		one = &tried->defines[tried->count - 1];
		one->done =
			drift_define(fleet->context, define, &one->defined) == ROCKS_DONE;
	}
	for (size_t i = first; i < tried->count; i++)
		if (tried->defines[i].done)
			changed[tried->defines[i].host] = true;
	return r;
}

static int put_right(const struct fleet *fleet, const struct drift_repairs *repairs,
		     struct drift_repairs *tried, bool *changed)
{
	int r;

	for (size_t i = 0; i < fleet->hosts->count && !interrupt_was_seen(); i++) {
		const struct view *view = &fleet->views[i];

		if (!repairs->sync[i] || tried->sync[i])
			continue;
		tried->sync[i] = true;
		changed[i] = drift_sync(fleet->context, fleet->hosts->hosts[i].name,
					view->round->answers.list[view->host].text) ==
			     ROCKS_DONE;
	}
	r = define_all(fleet, repairs, tried, changed);
	return r < 0 ? memory_error() : put_claims_right(fleet, repairs, tried, changed);
}

/* Looks and repairs: ROCKS_DONE, and whether anything was repaired. */
static int repair_once(struct fleet *fleet, struct drift_repairs *tried, bool *ret_done)
{
	_cleanup_table_ struct table *table = NULL;
	_cleanup_drift_repairs_ struct drift_repairs repairs = { 0 };
	_cleanup_strbuf_ struct strbuf trouble = STRBUF_EMPTY;
	struct context quiet = *fleet->context;
	_cleanup_free_ bool *changed = calloc(fleet->hosts->count + 1, sizeof(*changed));
	int r = drift_table(&table);

	if (r == ROCKS_DONE &&
	    (!changed || drift_repairs_open(&repairs, fleet->hosts->count) < 0))
		r = memory_error();
	if (r != ROCKS_DONE)
		return r;
	/* What is found here is reported by the last look. */
	quiet.trouble = &trouble;
	look(fleet, &quiet, table, &repairs, NULL);
	r = put_right(fleet, &repairs, tried, changed);
	for (size_t i = 0; i < fleet->hosts->count; i++)
		*ret_done |= changed[i];
	return r == ROCKS_DONE && *ret_done ? ask(fleet, changed) : r;
}

static int repair(struct fleet *fleet, struct drift_repairs *tried)
{
	bool done = true;
	int r = ROCKS_DONE;

	if (drift_repairs_open(tried, fleet->hosts->count) < 0)
		return memory_error();
	while (r == ROCKS_DONE && done && fleet->round_count <= MOST_ROUNDS) {
		done = false;
		r = repair_once(fleet, tried, &done);
	}
	return r;
}

static void release(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->round_count; i++) {
		struct round *round = &fleet->rounds[i];

		host_set_release(&round->hosts);
		host_set_release(&round->answered);
		answers_release(&round->answers);
		domain_rows_release(&round->domains);
	}
	drift_devices_release(&fleet->devices);
	drift_vms_release(&fleet->vms);
	free(fleet->views);
}

int drift_fleet(const struct context *context, const struct host_set *hosts,
		bool repairing, struct table *table)
{
	_cleanup_(release) struct fleet fleet = { .context = context, .hosts = hosts };
	_cleanup_drift_repairs_ struct drift_repairs tried = { 0 };
	int r;

	fleet.views = calloc(hosts->count + 1, sizeof(*fleet.views));
	r = fleet.views ? ask(&fleet, NULL) : memory_error();
	if (r == ROCKS_DONE)
		r = drift_vms_load(context, &fleet.vms);
	if (r == ROCKS_DONE && repairing)
		r = repair(&fleet, &tried);
	return r == ROCKS_DONE ? look(&fleet, context, table, NULL, &tried) : ROCKS_BLIND;
}
