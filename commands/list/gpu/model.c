/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list gpu model: names of cards, and the ids that they stand for. */
#include "src/inventory/models.h"

static const char *const columns[] = { "MODEL", "IDS", "FROM" };
static const char *const sources[] = {
	[MODEL_INVENTORY] = "inventory", [MODEL_SITE] = "site", [MODEL_USUAL] = "rocks"
};

static int run(struct invocation *invocation)
{
	const struct context context = context_of(invocation);
	_cleanup_models_ struct models models = { 0 };
	_cleanup_table_ struct table *table = NULL;
	int r = models_load(&context, &models);

	if (r == ROCKS_DONE && table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		r = memory_error();
	if (r == ROCKS_DONE)
		r = models_check_words(invocation, &models);
	if (r != ROCKS_DONE)
		return r;
	models_sort_by_name(&models);
	for (size_t i = 0; i < models.count; i++) {
		const struct model *model = &models.list[i];

		if (!models_is_wanted(invocation, model->name, model->ids))
			continue;
		table_add_text(table, model->name);
		table_add_text(table, model->ids);
		table_add_text(table, sources[model->source]);
	}
	return print_table(invocation, table, true, "list");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("model", "models; all by default", ARGUMENT_MANY, MODEL),
	ARGUMENTS_END,
};

const struct command cmd_list_gpu_model = {
	.words = "list gpu model",
	.summary = "list the names of cards, and their ids",
	.help = "FROM says where a name is from: the inventory, the site's file "
		"/etc/rocks/gpu-models, or the file that comes with rocks. For the same "
		"ids the first of these counts.",
	.arguments = arguments,
	.examples = "list gpu model\nlist gpu model T4",
	.related = "add gpu model\nremove gpu model\nlist gpu",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
