/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking for drift on many hosts. */
#include "commands/drift-fleet.h"

#include "commands/collect.h"
#include "commands/drift.h"
#include "commands/fleet.h"

static int ask_hypervisors(const struct invocation *invocation,
			   const struct host_set *hosts, struct domain_rows *ret_rows)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	const struct rocks_hypervisor *hypervisor;
	int r = load_hypervisor(0, &plugins, &hypervisor);

	if (r == ROCKS_DONE && !hypervisor->domains)
		r = error("the plugin for the hypervisors cannot tell what VMs do");
	return r == ROCKS_DONE
		       ? hypervisor_domains(invocation, hypervisor, hosts, ret_rows)
		       : r;
}

/* One host, of which all could be asked or not. */
static int look(struct drift *drift, const struct answer_of_host *answer)
{
	const char *why = drift->domains->why[drift->index];

	if (!answer->text || why) {
		error("%s: %s", drift->host->name, answer->text ? why : answer->why);
		return ROCKS_BLIND;
	}
	drift->answer = answer->text;
	return drift_look(drift) == ROCKS_DONE ? ROCKS_DONE : ROCKS_BLIND;
}

int drift_fleet(const struct invocation *invocation, struct table *table)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_domain_rows_ struct domain_rows domains = { 0 };
	_cleanup_drift_vms_ struct drift_vms vms = { 0 };
	_cleanup_answers_ struct answers answers = { 0 };
	struct drift drift = {
		.invocation = invocation, .domains = &domains, .vms = &vms, .table = table
	};
	int worst = ROCKS_DONE, r = take_vm_hosts(invocation, &hosts);

	if (r == ROCKS_DONE)
		r = collect(invocation, &hosts, DRIFT_COMMAND, "gpupci", &answers);
	if (r == ROCKS_DONE)
		r = ask_hypervisors(invocation, &hosts, &domains);
	if (r == ROCKS_DONE)
		r = drift_vms_load(invocation, &vms);
	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
		drift.host = &hosts.hosts[i];
		drift.index = i;
		if (look(&drift, &answers.list[i]) != ROCKS_DONE)
			worst = ROCKS_BLIND;
	}
	if (r != ROCKS_DONE)
		return ROCKS_BLIND;
	return worst == ROCKS_DONE && drift.found ? ROCKS_FAILED : worst;
}
