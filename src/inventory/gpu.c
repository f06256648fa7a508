/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about cards share. */
#include <string.h>

#include "db/store/limits.h"
#include "src/cli/dump-line.h"
#include "src/inventory/gpu.h"

/* Of both commands. */
#define GPU_PARAMETERS                                                                   \
	ARGUMENT_TEXT(                                                                   \
		"functions",                                                             \
		"all its PCI functions, separated by commas, each "                      \
		"NUMBER[@ADDRESS][/CLASS[/VENDOR:DEVICE[/BARBYTES]]]: 0,1 are two "      \
		"with nothing else known; 0/030000/10de:1db6 is function 0 with "        \
		"its class and ids; BARBYTES is the size of its 64-bit "                 \
		"prefetchable memory windows",                                           \
		0, NOTHING),                                                             \
		ARGUMENT_TEXT("serial", "serial number, as gpupci reports it", 0,        \
			      NOTHING),                                                  \
		ARGUMENT_TEXT("path",                                                    \
			      "PCIe path, as gpupci reports it: 0000:00/01.0/00.0", 0,   \
			      NOTHING),                                                  \
		ARGUMENT_TEXT("id",                                                      \
			      "its model, VENDOR:DEVICE[:SUBVENDOR:SUBDEVICE]: "         \
			      "10de:1db6:10de:1214",                                     \
			      0, NOTHING),                                               \
		ARGUMENT_INTEGER("numa", "NUMA node", 0, 0, DB_NUMA_MOST),               \
		ARGUMENT_WORD("state", "no VM starts with a card that is not present",   \
			      0, "present missing quarantined quarantined,missing"),     \
		ARGUMENT_WORD("kind",                                                    \
			      "pci, a whole card, by default; vf is a virtual "          \
			      "function, mdev a "                                        \
			      "mediated device, fabric a switch between cards, which "   \
			      "no VM gets",                                              \
			      0, "pci vf mdev fabric"),                                  \
		ARGUMENT_TEXT("parent",                                                  \
			      "of a virtual function or mediated device: the name of "   \
			      "its card on "                                             \
			      "the same host, such as gpupci1",                          \
			      0, CARD),                                                  \
		ARGUMENT_INTEGER("group",                                                \
				 "its IOMMU group in the last scan that found it", 0, 0, \
				 DB_IOMMU_GROUP_MOST),                                   \
		ARGUMENT_WORD("vgpu",                                                    \
			      "of a virtual function that its vendor's driver keeps: "   \
			      "whether it is "                                           \
			      "a vGPU, ready for a VM; no for every other card",         \
			      0, "ready none no"),                                       \
		ARGUMENT_TEXT("seen", "time of that scan: 2026-11-20T12:00:00Z", 0,      \
			      NOTHING),                                                  \
		ARGUMENT_TEXT("uuid", "its UUID; generated once by default", 0,          \
			      NOTHING),                                                  \
		ARGUMENT_TEXT("same-as",                                                 \
			      "UUID of a card elsewhere that it may be; none: it is "    \
			      "not that card",                                           \
			      0, NOTHING)

const struct argument gpu_parameters[] = { GPU_PARAMETERS, ARGUMENTS_END };

const struct argument gpu_add_parameters[] = {
	GPU_PARAMETERS,
	ARGUMENT_WORD("near",
		      "of several cards of a model: all on one NUMA node, or below one "
		      "PCIe switch",
		      0, "no node switch"),
	ARGUMENT_TEXT("asked", "of a VM's card: the model that it was picked for", 0,
		      MODEL),
	ARGUMENTS_END,
};

struct gpu_facts take_gpu_facts(const struct invocation *invocation)
{
	const char *vgpu = argument(invocation, "vgpu");

	return (struct gpu_facts){
		.functions = argument(invocation, "functions"),
		.serial = argument(invocation, "serial"),
		.path = argument(invocation, "path"),
		.ids = argument(invocation, "id"),
		.numa = integer_argument(invocation, "numa"),
		.state = argument(invocation, "state"),
		.kind = argument(invocation, "kind"),
		.parent = argument(invocation, "parent"),
		.group = integer_argument(invocation, "group"),
		.uuid = argument(invocation, "uuid"),
		.vgpu = vgpu && strcmp(vgpu, "no") == 0 ? "" : vgpu,
		.last_seen = argument(invocation, "seen"),
		.same_as = argument(invocation, "same-as"),
	};
}

const char *gpu_state_word(const struct gpu *row)
{
	if (strcmp(row->state, "present") != 0)
		return row->state;
	if (row->is_divided)
		return "divided";
	if (row->is_unconfirmed)
		return "unconfirmed";
	return row->vgpu && strcmp(row->vgpu, "none") == 0 ? "no-vgpu" : row->state;
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
	if (row->vgpu)
		dump_parameter(line, "vgpu", row->vgpu);
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
