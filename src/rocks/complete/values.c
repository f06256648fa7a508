/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the values of an argument are: the same name means the same with every command. */
#include <string.h>

#include "src/rocks/complete/values.h"

#define UNKNOWN                       \
	{                             \
		VALUE_UNKNOWN, "", 0, \
	}
#define FILES                      \
	{                          \
		VALUE_FILE, "", 0, \
	}
#define WORDS(words)                   \
	{                              \
		VALUE_WORDS, words, 0, \
	}
#define NAMES(kind)                          \
	{                                    \
		VALUE_INVENTORY, "", (kind), \
	}

/* The first row counts whose verb and object, where it has any, are the command's. */
static const struct row {
	const char *verb, *object; /* of the command: add, host gpu; or NULL for any */
	const char *name;
	struct value_kind kind;
} rows[] = {
	{ "add", "host", "host", UNKNOWN },
	{ "list", "host vm", "host", NAMES(COMPLETE_HOST) },
	{ "dump", "host vm", "host", NAMES(COMPLETE_HOST) },
	{ NULL, "host vm", "host", NAMES(COMPLETE_VM) },
	{ NULL, "host vm cdrom", "host", NAMES(COMPLETE_VM) },
	{ NULL, "host vm config", "host", NAMES(COMPLETE_VM) },
	{ NULL, NULL, "host", NAMES(COMPLETE_HOST) },
	{ NULL, NULL, "container", NAMES(COMPLETE_CONTAINER) },
	{ NULL, NULL, "physnode", NAMES(COMPLETE_CONTAINER) },
	{ NULL, NULL, "physhost", NAMES(COMPLETE_CONTAINER) },
	{ "add", NULL, "gpu", UNKNOWN },
	{ NULL, NULL, "gpu", NAMES(COMPLETE_CARD) },
	{ NULL, NULL, "parent", NAMES(COMPLETE_CARD) },
	{ NULL, "host gpu", "value", NAMES(COMPLETE_FREE_CARD) },
	{ "remove", "retired gpu", "serial", NAMES(COMPLETE_RETIRED) },
	{ NULL, NULL, "attr", NAMES(COMPLETE_ATTR) },
	{ "add", "appliance", "appliance", UNKNOWN },
	{ "add", "appliance", "membership", UNKNOWN },
	{ NULL, NULL, "appliance", NAMES(COMPLETE_APPLIANCE) },
	{ NULL, NULL, "membership", NAMES(COMPLETE_APPLIANCE) },
	{ "add", "network", "network", UNKNOWN },
	{ "add", "network", "subnet", UNKNOWN },
	{ NULL, NULL, "network", NAMES(COMPLETE_NETWORK) },
	{ NULL, NULL, "subnet", NAMES(COMPLETE_NETWORK) },
	{ "add", "host interface", "iface", UNKNOWN },
	{ NULL, NULL, "iface", NAMES(COMPLETE_INTERFACE) },
	{ NULL, NULL, FILE_PARAMETER, FILES },
	{ "stop", NULL, "action", WORDS("poweroff shutdown reset reboot") },
	{ "move", NULL, "action", WORDS("poweroff shutdown") },
	{ NULL, NULL, "state", WORDS("present missing quarantined") },
	{ NULL, NULL, "kind", WORDS("pci vf mdev fabric") },
	{ "report", "host inventory", "format", WORDS("ansible pdsh") },
	{ "report", "host gpu", "format", WORDS("prometheus slurm") },
	{ NULL, NULL, "virt-type", WORDS("hvm") },
};

static bool fits(const struct row *row, const struct command *command, const char *name)
{
	size_t verb = strcspn(command->words, " ");
	const char *object = command->words + verb + (command->words[verb] == ' ');

	if (strcmp(row->name, name) != 0)
		return false;
	if (row->verb &&
	    (strlen(row->verb) != verb || strncmp(row->verb, command->words, verb) != 0))
		return false;
	return !row->object || strcmp(row->object, object) == 0;
}

struct value_kind value_kind_of(const struct command *command, const char *name,
				const char *help)
{
	/* The help of a switch begins with the word that it is for. */
	static const char *const switches[] = { "yes", "no", "true" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (fits(&rows[i], command, name))
			return rows[i].kind;
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		size_t length = strlen(switches[i]);

		if (strncmp(help, switches[i], length) == 0 && help[length] == ':')
			return (struct value_kind)WORDS(switches[i]);
	}
	return (struct value_kind)UNKNOWN;
}
