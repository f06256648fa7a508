/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The VMs that hypervisors describe, from their documents. */
#include <errno.h>
#include <string.h>

#include "db/seen.h"
#include "db/store/internal.h"
#include "lib/text.h"

static const char COUNT[] = "SELECT json_array_length(?1)";
static const char LOAD[] =
	"SELECT json_extract(value, '$.name'), json_extract(value, '$.uuid'), "
	"json_extract(value, '$.disks'), json_extract(value, '$.interfaces'), "
	"json_extract(value, '$.now'), json_extract(value, '$.next'), "
	"(SELECT group_concat(value, ', ') FROM json_each(vm.value, '$.left')), "
	"json_extract(value, '$.cdrom'), json_extract(value, '$.memory'), "
	"json_extract(value, '$.cpus'), json_extract(value, '$.runs'), "
	"json_extract(value, '$.persistent'), json_extract(value, '$.xml') "
	"FROM json_each(?1) AS vm";

void seen_vms_release(struct seen_vms *vms)
{
	for (size_t i = 0; i < vms->count; i++) {
		struct seen_vm *vm = &vms->list[i];

		free(vm->name);
		free(vm->uuid);
		free(vm->disks);
		free(vm->interfaces);
		free(vm->now);
		free(vm->next);
		free(vm->left);
		free(vm->cdrom);
		free(vm->xml);
	}
	free(vms->list);
	*vms = (struct seen_vms){ 0 };
}

/* A copy of a column, in which NULL is fallback. Sets *failed if out of memory. */
static char *copy(const struct query *query, int column, const char *fallback,
		  bool *failed)
{
	const char *text = query_text(query, column);
	char *made = NULL;

	if (!text)
		text = fallback;
	if (text) {
		made = strdup(text);
		*failed |= !made;
	}
	return made;
}

static int read_vm(struct query *query, struct seen_vm *vm)
{
	bool failed = false;

	*vm = (struct seen_vm){
		.name = copy(query, 0, "", &failed),
		.uuid = copy(query, 1, "", &failed),
		.disks = copy(query, 2, "[]", &failed),
		.interfaces = copy(query, 3, "[]", &failed),
		.now = copy(query, 4, "[]", &failed),
		.next = copy(query, 5, "[]", &failed),
		.left = copy(query, 6, NULL, &failed),
		.cdrom = copy(query, 7, NULL, &failed),
		.mem = query_integer(query, 8),
		.cpus = query_integer(query, 9),
		.runs = query_integer(query, 10),
		.persistent = query_integer(query, 11),
		.xml = copy(query, 12, NULL, &failed),
	};
	return failed ? -ENOMEM : 0;
}

static int compare_names(const void *a, const void *b)
{
	return text_compare_natural(((const struct seen_vm *)a)->name,
				    ((const struct seen_vm *)b)->name);
}

int db_seen_load(struct db *db, const struct host_ref *host, const char *document,
		 struct seen_vms *ret_vms)
{
	_cleanup_query_ struct query query = { 0 };
	int64_t count = 0;
	int r = db_fetch_integer(db, &count, COUNT, "t", document);

	if (r < 0)
		return r;
	*ret_vms = (struct seen_vms){
		.list = calloc((size_t)count + 1, sizeof(*ret_vms->list)), .host = host
	};
	if (!ret_vms->list)
		return db_fail_memory(db);
	r = query_start(db, &query, LOAD, "t", document);
	while (r == 0 && ret_vms->count < (size_t)count && (r = query_step(&query)) == 1)
		if ((r = read_vm(&query, &ret_vms->list[ret_vms->count++])) < 0)
			return db_fail_memory(db);
	if (r == 0)
		qsort(ret_vms->list, ret_vms->count, sizeof(*ret_vms->list),
		      compare_names);
	return r < 0 ? r : 0;
}

struct sight {
	struct seen_vm *vm;
	const char *host;
};

static int compare_sights(const void *a, const void *b)
{
	return strcmp(((const struct sight *)a)->vm->uuid,
		      ((const struct sight *)b)->vm->uuid);
}

/* Each of two neighbours of different hosts has the other one's, too. */
static void compare_neighbours(struct sight *a, struct sight *b)
{
	if (strcmp(a->vm->uuid, b->vm->uuid) != 0 || a->host == b->host)
		return;
	a->vm->also = b->host;
	b->vm->also = a->host;
}

int db_seen_compare(struct seen_vms *hosts, size_t count)
{
	_cleanup_free_ struct sight *sights = NULL;
	size_t total = 0, next = 0;

	for (size_t i = 0; i < count; i++)
		total += hosts[i].count;
	sights = calloc(total + 1, sizeof(*sights));
	if (!sights)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < hosts[i].count; j++)
			sights[next++] =
				(struct sight){ &hosts[i].list[j], hosts[i].host->name };
	qsort(sights, total, sizeof(*sights), compare_sights);
	for (size_t i = 1; i < total; i++)
		compare_neighbours(&sights[i - 1], &sights[i]);
	return 0;
}
