/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of plugins of one test, made of what is in tests/plugins. */
#ifndef TESTS_UNIT_PLUGIN_FOLDER_H
#define TESTS_UNIT_PLUGIN_FOLDER_H

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "lib/secure-path.h"
#include "src/vm/plugins.h"

/* A folder of plugins of one test. */
struct folder {
	char path[64];
	struct plugins *plugins;
	struct strbuf complaint;
};

static inline void path_in(const struct folder *folder, const char *name, char path[128])
{
	snprintf(path, 128, "%s%s%s", folder->path, *name ? "/" : "", name);
}

static inline void copy_file(const char *from, const char *to)
{
	_cleanup_fclose_ FILE *source = fopen(from, "re");
	FILE *target = fopen(to, "we");
	char bytes[4096];
	size_t length;

	assert_non_null(source);
	assert_non_null(target);
	while ((length = fread(bytes, 1, sizeof(bytes), source)) > 0)
		assert_int_equal(fwrite(bytes, 1, length, target), length);
	assert_int_equal(ferror(source), 0);
	assert_int_equal(fclose(target), 0);
	assert_int_equal(chmod(to, 0755), 0);
}

/* Puts one of tests/plugins into the folder, under a name of its own. */
static inline void install_as(const struct folder *folder, const char *plugin,
			      const char *name)
{
	_cleanup_free_ char *program = NULL, *from = NULL;
	char to[128];

	assert_int_equal(secure_path_program_folder(&program), 0);
	assert_true(asprintf(&from, "%s/plugins/%s.so", program, plugin) > 0);
	path_in(folder, name, to);
	copy_file(from, to);
}

static inline void install(const struct folder *folder, const char *plugin)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.so", plugin);
	install_as(folder, plugin, name);
}

static inline void write_text(const struct folder *folder, const char *name,
			      const char *text)
{
	char path[128];
	FILE *file;

	path_in(folder, name, path);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

static inline int load(struct folder *folder, unsigned int wanted)
{
	plugins_free(folder->plugins);
	folder->plugins = NULL;
	strbuf_reset(&folder->complaint);
	return plugins_load(&folder->plugins, wanted, &folder->complaint);
}

static inline void assert_loads(struct folder *folder, unsigned int wanted)
{
	int r = load(folder, wanted);

	assert_string_equal(strbuf_text(&folder->complaint), "");
	assert_int_equal(r, 0);
}

/* Refused, with the words that name it and those that say what to do. */
static inline void assert_refused(struct folder *folder, unsigned int wanted,
				  const char *file, const char *words)
{
	char path[128];

	assert_true(load(folder, wanted) < 0);
	assert_null(folder->plugins);
	path_in(folder, file, path);
	if (!strstr(strbuf_text(&folder->complaint), words))
		assert_string_equal(strbuf_text(&folder->complaint), words);
	if (!strstr(strbuf_text(&folder->complaint), path))
		assert_string_equal(strbuf_text(&folder->complaint), path);
	assert_non_null(strstr(strbuf_text(&folder->complaint), "; "));
	assert_null(strstr(strbuf_text(&folder->complaint), "/proc/self/fd"));
}

static inline void assert_names(const struct folder *folder, const char *const *names)
{
	size_t count = 0;

	for (; names[count]; count++) {
		assert_true(count < plugins_count(folder->plugins));
		assert_string_equal(plugins_name(folder->plugins, count), names[count]);
	}
	assert_int_equal(plugins_count(folder->plugins), count);
}

static inline int make_folder(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	if (!folder)
		return -1;
	snprintf(folder->path, sizeof(folder->path), "/tmp/plugin-folder-XXXXXX");
	*state = folder;
	return mkdtemp(folder->path) ? setenv("ROCKS_PLUGINS", folder->path, 1) : -1;
}

static inline int remove_one(const char *path, const struct stat *status, int type,
			     struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

static inline int remove_folder(void **state)
{
	struct folder *folder = *state;

	plugins_free(folder->plugins);
	strbuf_release(&folder->complaint);
	nftw(folder->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(folder);
	return 0;
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

#endif
