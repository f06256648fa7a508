/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading plugins: which files, and what is refused in which words. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "tests/unit/plugin-folder.h"

/* Only *.so counts, and nothing hidden. */
static void test_other_files(void **state)
{
	static const char *const names[] = { "plain", NULL };
	struct folder *folder = *state;

	write_text(folder, ".hidden.so", "no plugin");
	write_text(folder, "domain.so~", "no plugin");
	write_text(folder, "README", "no plugin");
	write_text(folder, "so", "no plugin");
	install(folder, "amend-plain");
	assert_loads(folder, PLUGINS_XML);
	assert_names(folder, names);
}

/* What is not wanted is not even opened. */
static void test_wanted(void **state)
{
	static const char *const xml[] = { "plain", NULL };
	static const char *const hypervisor[] = { "hypervisor-fake", NULL };
	struct folder *folder = *state;
	char path[128];

	install(folder, "amend-plain");
	write_text(folder, "libvirt.so", "no plugin");
	write_text(folder, "hypervisor-other.so", "no plugin");
	assert_loads(folder, PLUGINS_XML);
	assert_names(folder, xml);
	assert_refused(folder, PLUGINS_XML | PLUGINS_HYPERVISOR, "hypervisor-other.so",
		       "");
	path_in(folder, "hypervisor-other.so", path);
	assert_int_equal(unlink(path), 0);
	assert_refused(folder, PLUGINS_HYPERVISOR, "libvirt.so",
		       "cannot load the plugin");
	install_as(folder, "hypervisor-fake", "libvirt.so");
	write_text(folder, "domain.so", "no plugin");
	assert_loads(folder, PLUGINS_HYPERVISOR);
	assert_names(folder, hypervisor);
}

static void test_bad_plugins(void **state)
{
	static const char *const cases[][2] = {
		{ "abi-next",
		  "was built for ABI 2, this rocks knows ABI 1; build it for" },
		{ "size-small", "the description of the plugin " },
		{ "nameless", "has no name; give ROCKS_PLUGIN() a .name" },
		{ "no-symbol",
		  "is not a plugin: it has no symbol rocks_plugin; build it" },
		{ "unresolved", "(undefined symbol: rocks_missing_function); build it" },
		{ "document-half",
		  "lacks one of the document's operations open, write," },
		{ "document-short", "the document of the plugin " },
		{ "hypervisor-short", "the hypervisor of the plugin " },
	};
	struct folder *folder = *state;

	install(folder, "amend-plain");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		install_as(folder, cases[i][0], "bad.so");
		assert_refused(folder, PLUGINS_XML, "bad.so", cases[i][1]);
	}
}

static void test_only_one_of_a_kind(void **state)
{
	static const char *const cases[][3] = {
		{ "amend-plain", "amend-twin", "both are named plain; take one out of" },
		{ "fake-document", "document-other", "both make the document; take one" },
		{ "hypervisor-fake", "size-large",
		  "both talk to a hypervisor; take one" },
	};
	struct folder *folder = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		install_as(folder, cases[i][0], "one.so");
		install_as(folder, cases[i][1], "two.so");
		assert_refused(folder, PLUGINS_XML, "one.so", cases[i][2]);
		assert_refused(folder, PLUGINS_XML, "two.so", cases[i][2]);
	}
}

static void test_odd_files(void **state)
{
	struct folder *folder = *state;
	char path[128];

	path_in(folder, "odd.so", path);
	write_text(folder, "odd.so", "");
	assert_refused(folder, PLUGINS_XML, "odd.so", "cannot load the plugin");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(folder, PLUGINS_XML, "odd.so",
		       "is not a regular file; take it out of");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_refused(folder, PLUGINS_XML, "odd.so",
		       "is not a regular file; take it out of");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_refused(folder, PLUGINS_XML, "odd.so", "cannot open the plugin");
	assert_refused(folder, PLUGINS_XML, "odd.so",
		       "(No such file or directory); make");
}

/* A link is judged by what it leads to. */
static void test_links(void **state)
{
	static const char *const names[] = { "plain", NULL };
	struct folder *folder = *state;
	char link[128], target[128];

	install_as(folder, "amend-plain", "plain.1");
	path_in(folder, "plain.so", link);
	path_in(folder, "plain.1", target);
	assert_int_equal(symlink("plain.1", link), 0);
	assert_loads(folder, PLUGINS_XML);
	assert_names(folder, names);
	assert_int_equal(chmod(target, 0775), 0);
	assert_refused(folder, PLUGINS_XML, "plain.so", " is run, because ");
}

static void test_others_may_write(void **state)
{
	struct folder *folder = *state;
	char path[128];

	install(folder, "amend-plain");
	path_in(folder, "amend-plain.so", path);
	assert_int_equal(chmod(path, 0757), 0);
	assert_refused(folder, PLUGINS_XML, "amend-plain.so", "(chown) and writable by");
	assert_int_equal(chmod(path, 0775), 0);
	assert_refused(folder, PLUGINS_XML, "amend-plain.so", " is run, because ");
	assert_int_equal(chmod(path, 0755), 0);
	assert_loads(folder, PLUGINS_XML);
	assert_int_equal(chmod(folder->path, 01777), 0);
	assert_refused(folder, PLUGINS_XML, "", " is run, because ");
	assert_int_equal(chmod(folder->path, 0700), 0);
	assert_loads(folder, PLUGINS_XML);
	if (geteuid() != 0)
		return;
	assert_int_equal(chown(path, 65533, 0), 0);
	assert_refused(folder, PLUGINS_XML, "amend-plain.so", " is run, because ");
}

static void test_no_folder(void **state)
{
	struct folder *folder = *state;
	char path[128];

	write_text(folder, "file", "");
	path_in(folder, "file", path);
	setenv("ROCKS_PLUGINS", path, 1);
	assert_refused(folder, PLUGINS_XML, "file", "cannot read the folder of plugins ");
	path_in(folder, "missing", path);
	setenv("ROCKS_PLUGINS", path, 1);
	assert_refused(folder, PLUGINS_XML, "missing",
		       "(No such file or directory); install them there or name their "
		       "folder in ROCKS_PLUGINS");
}

/* What `PROGRAM names` prints, without the environment's word on the folder. */
static void run_names(const char *path, char output[256])
{
	int ends[2], status = -1;
	ssize_t length;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		unsetenv("ROCKS_PLUGINS");
		dup2(ends[1], STDOUT_FILENO);
		execl(path, path, "names", NULL);
		_exit(127);
	}
	close(ends[1]);
	length = read(ends[0], output, 255);
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(length > 0);
	output[length] = '\0';
}

/* Without the environment's word: beside the program, else where it is installed. */
static void test_default_folder(void **state)
{
	struct folder *folder = *state;
	char path[128], expected[256], names[256];

	path_in(folder, "bin", path);
	assert_int_equal(mkdir(path, 0755), 0);
	path_in(folder, "bin/rocks", path);
	copy_file("/proc/self/exe", path);
	for (size_t i = 0; i < 3; i++) {
		static const char *const folders[] = { "lib", "lib/rocks",
						       "lib/rocks/plugins" };
		char made[128];

		path_in(folder, folders[i], made);
		assert_int_equal(mkdir(made, 0755), 0);
	}
	install_as(folder, "amend-plain", "lib/rocks/plugins/plain.so");
	run_names(path, names);
	snprintf(expected, sizeof(expected), "%s/bin/../lib/rocks/plugins plain\n",
		 folder->path);
	assert_string_equal(names, expected);
	path_in(folder, "bin/plugins", expected);
	assert_int_equal(mkdir(expected, 0755), 0);
	install_as(folder, "amend-late", "bin/plugins/a.so");
	run_names(path, names);
	snprintf(expected, sizeof(expected), "%s/bin/plugins a-late\n", folder->path);
	assert_string_equal(names, expected);
}

static size_t count_open_files(void)
{
	_cleanup_closedir_ DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	return count;
}

/* Nothing stays open, neither after a load nor after a refusal. */
static void test_closes_files(void **state)
{
	struct folder *folder = *state;
	size_t before = count_open_files();

	install(folder, "amend-plain");
	install(folder, "fake-document");
	assert_loads(folder, PLUGINS_XML);
	plugins_free(folder->plugins);
	folder->plugins = NULL;
	assert_int_equal(count_open_files(), before);
	install(folder, "no-symbol");
	assert_refused(folder, PLUGINS_XML, "no-symbol.so", "is not a plugin");
	assert_int_equal(count_open_files(), before);
}

/* Prints the folder and the plugins in it, for test_default_folder(). */
static int print_names(void)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_plugins_ struct plugins *plugins = NULL;

	if (plugins_load(&plugins, PLUGINS_XML, &complaint) < 0) {
		fprintf(stderr, "%s\n", strbuf_text(&complaint));
		return 1;
	}
	printf("%s", plugins_folder(plugins));
	for (size_t i = 0; i < plugins_count(plugins); i++)
		printf(" %s", plugins_name(plugins, i));
	printf("\n");
	return 0;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_other_files),	     TEST(test_wanted),
		TEST(test_bad_plugins),	     TEST(test_only_one_of_a_kind),
		TEST(test_odd_files),	     TEST(test_links),
		TEST(test_others_may_write), TEST(test_no_folder),
		TEST(test_default_folder),   TEST(test_closes_files),
	};

	if (argc == 2 && strcmp(argv[1], "names") == 0)
		return print_names();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("loader", tests, NULL, NULL);
}
