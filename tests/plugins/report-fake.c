/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A site's page: a line a model, a line a card. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/rocks-plugin.h"

struct output {
	int (*put)(void *data, const char *bytes, size_t length);
	void *data;
};

static int put_line(const struct output *output, const char *a, const char *b,
		    unsigned int number)
{
	char line[128];

	snprintf(line, sizeof(line), "%s %s %u\n", a, b ? b : "-", number);
	return output->put(output->data, line, strlen(line));
}

static int add_model(void *data, const struct rocks_cluster_model *model)
{
	return put_line(data, model->name, "free", model->free);
}

static int add_card(void *data, const struct rocks_cluster_card *card)
{
	return put_line(data, card->name, card->vm, card->state);
}

static int write_lines(const struct rocks_cluster *cluster,
		       int (*put)(void *data, const char *bytes, size_t length),
		       void *data, struct rocks_failure *failure)
{
	struct output output = { put, data };
	int r;

	if (!cluster->card_count) {
		failure->explain(failure, "there is no card; add one");
		return -ENOENT;
	}
	r = cluster->models(cluster, add_model, &output);
	return r ? r : cluster->cards(cluster, add_card, &output);
}

static const struct rocks_report report = {
	.size = sizeof(report),
	.name = "page",
	.write = write_lines,
};

ROCKS_PLUGIN(.name = "report-fake", .report = &report);
