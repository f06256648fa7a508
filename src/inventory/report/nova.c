/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What OpenStack's Nova calls the functions of cards: nova/conf/pci.py describes the words. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "lib/json.h"
#include "lib/pci-address.h"
#include "src/inventory/report/nova.h"

static const char *const types[] = {
	[NOVA_PCI] = "PCI", [NOVA_PF] = "PF", [NOVA_VF] = "VF"
};

void nova_aliases_release(struct nova_aliases *aliases)
{
	free(aliases->list);
	*aliases = (struct nova_aliases){ 0 };
}

bool nova_alias_of(const struct models *models, const struct cluster_card *card,
		   const struct cluster_function *function, struct nova_alias *ret_alias)
{
	const bool is_first = function->number <= 0;
	const char *ids = function->ids ? function->ids : is_first ? card->ids : NULL;
	char text[MODEL_IDS_SIZE];

	*ret_alias = (struct nova_alias){ .number = is_first ? 0 : function->number };
	if (!ids)
		return false;
	snprintf(ret_alias->ids, sizeof(ret_alias->ids), "%s", ids);
	snprintf(ret_alias->model, sizeof(ret_alias->model), "%s",
		 models_name(models, card->ids ? card->ids : ids, text));
	if (strcmp(card->kind, "vf") == 0)
		ret_alias->type = NOVA_VF;
	else if (is_first && card->vfs_most && *card->vfs_most)
		ret_alias->type = NOVA_PF;
	return true;
}

static bool is_same(const struct nova_alias *a, const struct nova_alias *b)
{
	return strcasecmp(a->model, b->model) == 0 && strcmp(a->ids, b->ids) == 0 &&
	       a->number == b->number && a->type == b->type;
}

int nova_aliases_add(struct nova_aliases *aliases, const struct nova_alias *alias)
{
	struct nova_alias *list;

	for (size_t i = 0; i < aliases->count; i++)
		if (is_same(&aliases->list[i], alias))
			return 0;
	list = reallocarray(aliases->list, aliases->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	aliases->list = list;
	list[aliases->count++] = *alias;
	return 0;
}

bool nova_is_split(const struct nova_aliases *aliases, const char *model)
{
	for (size_t i = 0; i < aliases->count; i++)
		if (aliases->list[i].number > 0 &&
		    strcasecmp(aliases->list[i].model, model) == 0)
			return true;
	return false;
}

static bool has_types(const struct nova_aliases *aliases, const struct nova_alias *alias)
{
	for (size_t i = 0; i < aliases->count; i++) {
		const struct nova_alias *other = &aliases->list[i];

		if (strcasecmp(other->model, alias->model) == 0 &&
		    other->number == alias->number && other->type != alias->type)
			return true;
	}
	return false;
}

void nova_add_name(const struct nova_aliases *aliases, const struct nova_alias *alias,
		   struct strbuf *name)
{
	for (const char *c = alias->model; *c; c++)
		strbuf_add_char(name, *c == ':' ? '_' : *c);
	if (nova_is_split(aliases, alias->model))
		strbuf_add_format(name, "_%" PRId64, alias->number);
	if (has_types(aliases, alias))
		strbuf_add_format(name, "_%s", types[alias->type]);
}

static void add_ids(struct json *json, const struct nova_alias *alias)
{
	json_key(json, "vendor_id");
	json_bytes(json, alias->ids, 4);
	json_key(json, "product_id");
	json_string(json, alias->ids + 5);
}

int nova_print_alias(const struct nova_aliases *aliases, const struct nova_alias *alias)
{
	_cleanup_strbuf_ struct strbuf name = STRBUF_EMPTY;
	struct json json = JSON_TO(stdout);
	char type[16];

	nova_add_name(aliases, alias, &name);
	if (name.error)
		return -ENOMEM;
	snprintf(type, sizeof(type), "type-%s", types[alias->type]);
	fputs("alias = ", stdout);
	json_begin_object(&json);
	json_key(&json, "name");
	json_string(&json, strbuf_text(&name));
	add_ids(&json, alias);
	json_key(&json, "device_type");
	json_string(&json, type);
	json_key(&json, "numa_policy");
	json_string(&json, "preferred");
	json_end_object(&json);
	putchar('\n');
	return 0;
}

void nova_print_device(const struct nova_alias *alias, int64_t address)
{
	struct json json = JSON_TO(stdout);
	char text[PCI_ADDRESS_SIZE];

	fputs("device_spec = ", stdout);
	json_begin_object(&json);
	add_ids(&json, alias);
	json_key(&json, "address");
	json_string(&json, pci_address_sysfs_packed(address, text));
	json_key(&json, "managed");
	json_string(&json, "no");
	json_end_object(&json);
	putchar('\n');
}
