/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plugins that write a report of the whole cluster: which are loaded, how they are called. */
#include "tests/unit/plugin-folder.h"

static const struct rocks_cluster_model model = {
	.size = sizeof(model), .name = "T4", .count = 3, .free = 1, .used = 1, .out = 1
};

static const struct rocks_cluster_card cards[] = {
	{ .size = sizeof(cards[0]), .name = "gpupci1", .state = ROCKS_CARD_FREE },
	{ .size = sizeof(cards[0]),
	  .name = "gpupci2",
	  .state = ROCKS_CARD_USED,
	  .vm = "rocks-33" },
	{ .size = sizeof(cards[0]), .name = "gpupci3", .state = ROCKS_CARD_OUT },
};

static int walk_models(const struct rocks_cluster *cluster,
		       int (*each)(void *data, const struct rocks_cluster_model *row),
		       void *data)
{
	(void)cluster;
	return each(data, &model);
}

static int walk_cards(const struct rocks_cluster *cluster,
		      int (*each)(void *data, const struct rocks_cluster_card *card),
		      void *data)
{
	int r = 0;

	(void)cluster;
	for (size_t i = 0; i < ARRAY_SIZE(cards) && r == 0; i++)
		r = each(data, &cards[i]);
	return r;
}

static const struct rocks_cluster cluster = {
	.size = sizeof(cluster),
	.card_count = ARRAY_SIZE(cards),
	.free_count = 1,
	.models = walk_models,
	.cards = walk_cards,
};

static int put(void *data, const char *bytes, size_t length)
{
	struct strbuf *text = data;

	strbuf_add(text, bytes, length);
	return text->error;
}

static int put_nothing(void *data, const char *bytes, size_t length)
{
	(void)data;
	(void)bytes;
	(void)length;
	return -ENOSPC;
}

/* Each file is loaded by the commands that need it, and by no other. */
static void test_wanted(void **state)
{
	static const char *const xml[] = { "plain", NULL };
	static const char *const reports[] = { "report-fake", NULL };
	struct folder *folder = *state;

	install(folder, "amend-plain");
	install(folder, "report-fake");
	write_text(folder, "libvirt.so", "no plugin");
	assert_loads(folder, PLUGINS_XML);
	assert_names(folder, xml);
	assert_loads(folder, PLUGINS_REPORT);
	assert_names(folder, reports);
}

static void test_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "report-half", " lacks its name or write; give it both" },
		{ "report-short", "the report of the plugin " },
	};
	struct folder *folder = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		install_as(folder, cases[i][0], "report-bad.so");
		assert_refused(folder, PLUGINS_REPORT, "report-bad.so", cases[i][1]);
	}
}

static void test_one_page(void **state)
{
	struct folder *folder = *state;

	install_as(folder, "report-fake", "report-one.so");
	install_as(folder, "report-fake", "report-two.so");
	assert_refused(folder, PLUGINS_REPORT, "report-two.so",
		       "both are named report-fake; take one out of");
}

static void test_written(void **state)
{
	struct folder *folder = *state;
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY, complaint = STRBUF_EMPTY;

	install(folder, "report-fake");
	assert_loads(folder, PLUGINS_REPORT);
	assert_int_equal(
		plugins_report(folder->plugins, "page", &cluster, put, &text, &complaint),
		0);
	assert_string_equal(strbuf_text(&complaint), "");
	assert_string_equal(strbuf_text(&text), "T4 free 1\ngpupci1 - 0\n"
						"gpupci2 rocks-33 1\ngpupci3 - 2\n");
}

static void test_fails(void **state)
{
	static const struct rocks_cluster empty = { .size = sizeof(empty) };
	struct folder *folder = *state;
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY, complaint = STRBUF_EMPTY;

	install(folder, "report-fake");
	assert_loads(folder, PLUGINS_REPORT);
	assert_int_equal(plugins_report(folder->plugins, "page", &cluster, put_nothing,
					NULL, &complaint),
			 -ENOSPC);
	strbuf_reset(&complaint);
	assert_int_equal(
		plugins_report(folder->plugins, "page", &empty, put, &text, &complaint),
		-ENOENT);
	assert_string_equal(strbuf_text(&complaint), "page: there is no card; add one");
}

/* A plugin from before there were reports is loaded, and writes none. */
static void test_older(void **state)
{
	struct folder *folder = *state;
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY, complaint = STRBUF_EMPTY;

	install_as(folder, "first-header", "report-old.so");
	assert_loads(folder, PLUGINS_REPORT);
	assert_int_equal(
		plugins_report(folder->plugins, "page", &cluster, put, &text, &complaint),
		-ENOENT);
	assert_non_null(strstr(strbuf_text(&complaint), "page: no plugin in "));
	assert_non_null(
		strstr(strbuf_text(&complaint), "; install report-page.so there"));
	install(folder, "report-fake");
	assert_loads(folder, PLUGINS_REPORT);
	assert_int_equal(
		plugins_report(folder->plugins, "page", &cluster, put, &text, &complaint),
		0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_wanted),  TEST(test_refused), TEST(test_one_page),
		TEST(test_written), TEST(test_fails),	TEST(test_older),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
