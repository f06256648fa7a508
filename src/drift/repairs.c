/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The repairs of drift that need nobody's consent. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/drift/repairs.h"

int drift_repairs_open(struct drift_repairs *repairs, size_t hosts)
{
	*repairs = (struct drift_repairs){ .sync = calloc(hosts + 1, sizeof(bool)) };
	return repairs->sync ? 0 : -ENOMEM;
}

int drift_repairs_add(struct drift_repairs *repairs, size_t host,
		      const struct drift_vm *vm)
{
	struct drift_define *list;
	char *name;

	if (!repairs)
		return 0;
	list = repairs->defines;
	if (repairs->count == repairs->room) {
		repairs->room = repairs->room ? 2 * repairs->room : 16;
		list = reallocarray(list, repairs->room, sizeof(*list));
	}
	if (!list)
		return -ENOMEM;
	repairs->defines = list;
	name = strdup(vm->name);
	if (!name)
		return -ENOMEM;
	list[repairs->count++] =
		(struct drift_define){ .host = host, .vm_id = vm->id, .vm = name };
	return 0;
}

int drift_repairs_add_claim(struct drift_repairs *repairs,
			    const struct drift_claim_repair *claim)
{
	struct drift_claim_repair *list;

	if (!repairs)
		return 0;
	list = reallocarray(repairs->claims, repairs->claim_count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	repairs->claims = list;
	list += repairs->claim_count++;
	*list = *claim;
	list->vm = strdup(claim->vm);
	list->uuid = strdup(claim->uuid);
	return list->vm && list->uuid ? 0 : -ENOMEM;
}

enum vm_defined drift_repairs_find(const struct drift_repairs *repairs, int64_t vm)
{
	for (size_t i = 0; repairs && i < repairs->count; i++)
		if (repairs->defines[i].vm_id == vm)
			return repairs->defines[i].defined;
	return VM_DEFINED;
}

void drift_repairs_release(struct drift_repairs *repairs)
{
	for (size_t i = 0; i < repairs->count; i++)
		free(repairs->defines[i].vm);
	for (size_t i = 0; i < repairs->claim_count; i++) {
		free(repairs->claims[i].vm);
		free(repairs->claims[i].uuid);
	}
	free(repairs->claims);
	free(repairs->defines);
	free(repairs->sync);
	*repairs = (struct drift_repairs){ 0 };
}
