/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about cards share. */
#include <string.h>

#include "db/store/limits.h"
#include "src/cli/dump-line.h"
#include "src/inventory/gpu.h"

const struct argument gpu_parameters[] = {
	{ "functions",
	  "its PCI functions: N[@ADDRESS][/CLASS[/VENDOR:DEVICE[/BARBYTES]]] with commas "
	  "between",
	  0 },
	{ "serial", "serial number", 0 },
	{ "path", "PCIe path, as gpupci tells it", 0 },
	{ "id", "vendor:device:subvendor:subdevice", 0 },
	{ "numa", "NUMA node", 0 },
	{ "state", "present, missing, quarantined or quarantined,missing", 0 },
	{ "kind", "pci, vf, mdev or fabric; pci unless given", 0 },
	{ "parent", "name of the card of that host that it is a part of", 0 },
	{ "group", "its IOMMU group when a scan last saw it", 0 },
	{ "seen", "when that was: 2026-11-20T12:00:00Z", 0 },
	{ "uuid", "its UUID; made once unless given", 0 },
	{ NULL, NULL, 0 },
};

int take_gpu_facts(const struct invocation *invocation, int64_t numbers[2],
		   struct gpu_facts *ret_facts)
{
	struct gpu_facts facts = {
		.functions = argument(invocation, "functions"),
		.serial = argument(invocation, "serial"),
		.path = argument(invocation, "path"),
		.ids = argument(invocation, "id"),
		.state = argument(invocation, "state"),
		.kind = argument(invocation, "kind"),
		.parent = argument(invocation, "parent"),
		.uuid = argument(invocation, "uuid"),
		.last_seen = argument(invocation, "seen"),
	};
	int r = integer_argument(invocation, "numa", 0, DB_NUMA_MOST, &numbers[0],
				 &facts.numa);

	if (r == ROCKS_DONE)
		r = integer_argument(invocation, "group", 0, DB_IOMMU_GROUP_MOST,
				     &numbers[1], &facts.group);

	if (r == ROCKS_DONE)
		*ret_facts = facts;
	return r;
}

const char *gpu_address_text(const int64_t *address, char text[PCI_ADDRESS_SIZE])
{
	struct pci_address unpacked;

	if (!address || pci_address_unpack(*address, &unpacked) < 0)
		return NULL;
	return pci_address_node(unpacked, text);
}

int dump_gpu_facts(struct db *db, const struct gpu *row, struct strbuf *line)
{
	_cleanup_strbuf_ struct strbuf functions = STRBUF_EMPTY;
	int r = db_gpu_functions_text(db, row->card, &functions);

	if (r < 0)
		return r;
	if (functions.length)
		dump_parameter(line, "functions", strbuf_text(&functions));
	if (row->serial)
		dump_parameter(line, "serial", row->serial);
	if (row->path)
		dump_parameter(line, "path", row->path);
	if (row->ids)
		dump_parameter(line, "id", row->ids);
	if (row->numa)
		dump_integer(line, "numa", *row->numa);
	if (strcmp(row->kind, "pci") != 0)
		dump_parameter(line, "kind", row->kind);
	if (!row->address)
		dump_parameter(line, "state",
			       strcmp(row->state, "quarantined") == 0
				       ? "quarantined,missing"
				       : "missing");
	else if (strcmp(row->state, "present") != 0)
		dump_parameter(line, "state", row->state);
	if (row->last_seen)
		dump_parameter(line, "seen", row->last_seen);
	return 0;
}

void dump_gpu_ties(const struct gpu *row, struct strbuf *line)
{
	if (row->parent)
		dump_parameter(line, "parent", row->parent);
	if (row->group)
		dump_integer(line, "group", *row->group);
}

int change_gpu(const struct invocation *invocation,
	       int (*change)(struct db *db, const struct host_ref *host, const char *name,
			     const char *value, const struct gpu_facts *facts))
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct gpu_facts facts;
	int64_t numbers[2];
	int r = take_gpu_facts(invocation, numbers, &facts);

	if (r == ROCKS_DONE)
		r = take_host(invocation, "host", &hosts);
	if (r != ROCKS_DONE)
		return r;
	return answer(invocation,
		      change(invocation->db, &hosts.hosts[0], argument(invocation, "gpu"),
			     argument(invocation, "value"), &facts));
}
