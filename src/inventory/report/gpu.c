/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of physical hosts, as other programs read them. */
#include <errno.h>
#include <string.h>

#include "db/attr.h"
#include "db/gpu.h"
#include "db/vm.h"
#include "src/cli/usage.h"
#include "src/inventory/gpu.h"
#include "src/inventory/report/gpu.h"

#define MODEL_LENGTH 9 /* vendor:device */

/* Prints a label in the text format of Prometheus, which escapes \, " and line ends. */
static void print_label(const char *name, const char *value)
{
	printf("%s=\"", name);
	for (; value && *value; value++) {
		if (*value == '\n')
			fputs("\\n", stdout);
		else if (*value == '\\' || *value == '"')
			printf("\\%c", *value);
		else
			putchar(*value);
	}
	putchar('"');
}

static int print_metric(void *data, const struct gpu *row)
{
	char model[MODEL_LENGTH + 1];

	(void)data;
	snprintf(model, sizeof(model), "%s", row->ids ? row->ids : "");
	fputs("rocks_gpu{", stdout);
	print_label("host", row->host);
	putchar(',');
	print_label("gpu", row->card_name);
	putchar(',');
	print_label("model", model);
	putchar(',');
	print_label("state", gpu_state_word(row));
	putchar(',');
	print_label("vm", row->vm);
	puts("} 1");
	return 0;
}

static int print_prometheus(struct db *db, const struct host_set *hosts)
{
	int r = 0;

	puts("# HELP rocks_gpu A card of the inventory; one whose state is present and "
	     "whose vm is empty is free.\n"
	     "# TYPE rocks_gpu gauge");
	for (size_t i = 0; i < hosts->count && r == 0; i++) {
		int is_vm = db_vm_exists(db, hosts->hosts[i].id);

		r = is_vm;
		if (is_vm == 0)
			r = db_gpu_each(db, hosts->hosts[i].id, print_metric, NULL);
		else if (is_vm == 1)
			r = 0;
	}
	return r;
}

/* The models of a host's cards, and how many of each there are. */
struct models {
	struct {
		char name[MODEL_LENGTH + 1]; /* 10de-1db6 */
		unsigned int count;
	} list[64];
	size_t count;
	bool gives; /* some card belongs to a VM, or the host has VMs */
};

static int count_card(void *data, const struct gpu *row)
{
	struct models *models = data;
	char name[MODEL_LENGTH + 1];
	size_t i = 0;

	models->gives = models->gives || row->vm;
	if (strcmp(gpu_state_word(row), "present") != 0 || strcmp(row->kind, "pci") != 0)
		return 0;
	snprintf(name, sizeof(name), "%s", row->ids ? row->ids : "unknown");
	if (strchr(name, ':'))
		*strchr(name, ':') = '-';
	while (i < models->count && strcmp(models->list[i].name, name) != 0)
		i++;
	if (i == ARRAY_SIZE(models->list))
		return -E2BIG;
	if (i == models->count)
		snprintf(models->list[models->count++].name, sizeof(name), "%s", name);
	models->list[i].count++;
	return 0;
}

static int count_vm(void *data, const struct vm *row)
{
	(void)row;
	((struct models *)data)->gives = true;
	return 0;
}

/* Counts the cards that a host keeps for itself: none if it is there for VMs. */
static int count_kept(struct db *db, struct host_ref *host, struct models *ret_models)
{
	_cleanup_free_ char *appliance = NULL;
	struct models models = { 0 };
	struct host_set one = { host, 1 };
	int r = db_attr_get(db, host->id, "appliance", &appliance);

	if (r >= 0)
		r = db_gpu_each(db, host->id, count_card, &models);
	if (r >= 0)
		r = db_vm_each(db, &one, count_vm, &models);
	if (r < 0)
		return r;
	if (models.gives || (appliance && strcmp(appliance, "vm-container") == 0))
		models.count = 0;
	*ret_models = models;
	return 0;
}

static void print_gres(const char *host, const struct models *models)
{
	for (size_t i = 0; i < models->count; i++)
		printf("NodeName=%s Name=gpu Type=%s Count=%u\n", host,
		       models->list[i].name, models->list[i].count);
}

static void print_node(const char *host, const struct models *models)
{
	if (!models->count)
		return;
	printf("NodeName=%s Gres=", host);
	for (size_t i = 0; i < models->count; i++)
		printf("%sgpu:%s:%u", i ? "," : "", models->list[i].name,
		       models->list[i].count);
	putchar('\n');
}

static int print_slurm(struct db *db, const struct host_set *hosts)
{
	static void (*const prints[])(const char *host,
				      const struct models *models) = { print_gres,
								       print_node };
	static const char *const titles[] = { "# gres.conf",
					      "# slurm.conf\nGresTypes=gpu" };
	int r = 0;

	for (size_t part = 0; part < ARRAY_SIZE(prints) && r >= 0; part++) {
		puts(titles[part]);
		for (size_t i = 0; i < hosts->count && r >= 0; i++) {
			struct models models = { 0 };

			r = count_kept(db, &hosts->hosts[i], &models);
			prints[part](hosts->hosts[i].name, &models);
		}
	}
	return r;
}

/* Refuses parameters that only shape name:value lines. */
static int check_alone(const struct invocation *invocation, const char *format)
{
	const char *other = argument(invocation, "gpu")			    ? "gpu"
			    : boolean_argument(invocation, "pydict", false) ? "pydict"
			    : boolean_argument(invocation, "json", false)   ? "json"
									    : NULL;

	if (!other)
		return ROCKS_DONE;
	return usage_error(invocation->command,
			   "format=%s and %s= do not go together: give one of them",
			   format, other);
}

int gpu_report(const struct invocation *invocation, const struct host_set *hosts,
	       const char *format)
{
	bool prometheus = strcmp(format, "prometheus") == 0;
	int r = check_alone(invocation, format);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation, prometheus ? print_prometheus(invocation->db, hosts)
					     : print_slurm(invocation->db, hosts));
}
