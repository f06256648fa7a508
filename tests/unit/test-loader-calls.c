/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calling plugins: in which order, and what comes of one that fails. */
#include "src/vm/plugin.h"
#include "tests/unit/made-up-vm.h"
#include "tests/unit/plugin-folder.h"

static const struct rocks_vm vm = {
	.size = sizeof(vm),
	.name = "rocks-33",
	.container = "vm-container-0-15",
};

/* What the folder's plugins make of a VM; freed by the caller, NULL when they failed. */
static char *make_text_of(struct folder *folder, const struct rocks_vm *of)
{
	char *text = NULL;
	int r;

	strbuf_reset(&folder->complaint);
	r = plugins_domain_xml(folder->plugins, of, &text, &folder->complaint);
	assert_true(r <= 0);
	assert_int_equal(r < 0, text == NULL);
	/* All that was handed out came back. */
	assert_string_equal(getenv("FAKE_DOCUMENTS") ? getenv("FAKE_DOCUMENTS") : "0",
			    "0");
	return text;
}

static char *make_text(struct folder *folder)
{
	return make_text_of(folder, &vm);
}

static void test_order(void **state)
{
	static const char *const names[] = { "z-early",	  "fake-document", "plain",
					     "plain-too", "a-late",	   NULL };
	struct folder *folder = *state;
	_cleanup_free_ char *text = NULL;

	install(folder, "amend-plain-too");
	install(folder, "amend-plain");
	install(folder, "amend-late");
	install(folder, "amend-early");
	install(folder, "fake-document");
	assert_loads(folder, PLUGINS_XML | PLUGINS_HYPERVISOR);
	assert_names(folder, names);
	assert_string_equal(plugins_folder(folder->plugins), folder->path);
	assert_null(plugins_hypervisor(folder->plugins));
	text = make_text(folder);
	assert_string_equal(
		text, "rocks-33 amend-early amend-plain amend-plain-too amend-late");
}

/* One fails: no text, the document closed, the sentence as it should be. */
static void test_amend_fails(void **state)
{
	struct folder *folder = *state;
	char expected[256];

	install(folder, "fake-document");
	install(folder, "amend-fails");
	install(folder, "amend-plain");
	assert_loads(folder, PLUGINS_XML);
	assert_null(make_text(folder));
	assert_string_equal(strbuf_text(&folder->complaint),
			    "rocks-33: the site's rack is full; ask for another");
	setenv("FAKE_AMEND", "silently", 1);
	assert_null(make_text(folder));
	snprintf(
		expected, sizeof(expected),
		"rocks-33: the plugin amend-fails gave up without a reason (Input/output "
		"error); mend %s/amend-fails.so or take it out of the folder",
		folder->path);
	assert_string_equal(strbuf_text(&folder->complaint), expected);
	setenv("FAKE_AMEND", "positively", 1);
	assert_null(make_text(folder));
	assert_non_null(strstr(strbuf_text(&folder->complaint), "gave up"));
	unsetenv("FAKE_AMEND");
}

/* What was explained by one that went on all the same is not said. */
static void test_amend_goes_on(void **state)
{
	struct folder *folder = *state;
	_cleanup_free_ char *text = NULL;

	install(folder, "fake-document");
	install(folder, "amend-fails");
	assert_loads(folder, PLUGINS_XML);
	setenv("FAKE_AMEND", "not", 1);
	text = make_text(folder);
	unsetenv("FAKE_AMEND");
	assert_string_equal(text, "rocks-33 half");
	assert_string_equal(strbuf_text(&folder->complaint), "");
}

static void test_document_fails(void **state)
{
	static const char *const cases[][2] = {
		{ "open", "rocks-33: no door; build one" },
		{ "write", "rocks-33: no paper; buy some" },
		{ "nothing",
		  "rocks-33: the plugin fake-document gave up without a reason" },
	};
	struct folder *folder = *state;

	install(folder, "fake-document");
	install(folder, "amend-plain");
	assert_loads(folder, PLUGINS_XML);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		setenv("FAKE_DOCUMENT", cases[i][0], 1);
		assert_null(make_text(folder));
		assert_non_null(strstr(strbuf_text(&folder->complaint), cases[i][1]));
	}
	unsetenv("FAKE_DOCUMENT");
}

static void test_nobody_makes_the_document(void **state)
{
	struct folder *folder = *state;
	char expected[256];

	install(folder, "amend-plain");
	assert_loads(folder, PLUGINS_XML);
	assert_null(make_text(folder));
	snprintf(expected, sizeof(expected),
		 "rocks-33: no plugin in %s makes the document; install domain.so there",
		 folder->path);
	assert_string_equal(strbuf_text(&folder->complaint), expected);
}

static void test_hypervisor(void **state)
{
	_cleanup_plugins_failure_ struct plugins_failure failure;
	const struct rocks_hypervisor *hypervisor;
	struct folder *folder = *state;

	install(folder, "hypervisor-fake");
	assert_loads(folder, PLUGINS_HYPERVISOR);
	hypervisor = plugins_hypervisor(folder->plugins);
	assert_non_null(hypervisor);
	plugins_failure_init(&failure);
	assert_int_equal(hypervisor->stop(&vm, "poweroff", &failure.base), 0);
	assert_string_equal(strbuf_text(&failure.sentence), "");
	assert_int_equal(hypervisor->stop(&vm, "reset", &failure.base), -EBUSY);
	assert_string_equal(strbuf_text(&failure.sentence), "vm-container-0-15");
}

/* A plugin from the future keeps what we know of it. */
static void test_size_large(void **state)
{
	const struct rocks_hypervisor *hypervisor;
	struct folder *folder = *state;
	_cleanup_free_ char *text = NULL;

	install(folder, "fake-document");
	install(folder, "size-large");
	assert_loads(folder, PLUGINS_XML);
	hypervisor = plugins_hypervisor(folder->plugins);
	assert_non_null(hypervisor);
	assert_null(hypervisor->stop);
	text = make_text(folder);
	assert_string_equal(text, "rocks-33 later");
}

/* One from the past finds what it knows where it was. */
static void test_first_header(void **state)
{
	struct folder *folder = *state;
	_cleanup_free_ char *text = NULL;
	struct facts facts;

	make_facts(&facts);
	add_gpupci(&facts);
	set(&facts, "owner", "physics");
	install(folder, "fake-document");
	install(folder, "first-header");
	assert_loads(folder, PLUGINS_XML);
	text = make_text_of(folder, &facts.vm);
	assert_string_equal(text, "rocks-33 33 5f1c2d7e-9a44-4c0b-8f65-0d2b7c6a1e33 "
				  "vm-container-0-15 2048 2; physics; "
				  "/state/partition1/kvm/disks/rocks-33.vda 36; "
				  "52:54:00:00:00:21 -1; gpupci 2 2; gpupci1");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_order),
		TEST(test_amend_fails),
		TEST(test_amend_goes_on),
		TEST(test_document_fails),
		TEST(test_nobody_makes_the_document),
		TEST(test_hypervisor),
		TEST(test_size_large),
		TEST(test_first_header),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("loader calls", tests, NULL, NULL);
}
