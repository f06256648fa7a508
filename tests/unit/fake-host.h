/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A made-up host whose cards change hands, each run of gpupci in its own process. */
#ifndef TESTS_UNIT_FAKE_HOST_H
#define TESTS_UNIT_FAKE_HOST_H

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "src/gpupci/actions/actions.h"
#include "src/gpupci/change/attach.h"
#include "src/gpupci/change/change.h"
#include "src/gpupci/change/detach.h"
#include "src/gpupci/change/recover.h"
#include "src/gpupci/change/restore.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/keep/detached-file.h"
#include "tests/unit/fake-kernel.h"

#define VIDEO "0000:02:00.0"
#define SOUND "0000:02:00.1"
#define KILLED 9

enum verb { RECOVER, DETACH, DETACH_RUNTIME, ATTACH, RESTORE, FORGET, EARLY, RENAME };

static char said[8192];	     /* on stdout and stderr by the last run */
static const char *old_name; /* what RENAME gives another name */

static inline int act(struct host *host, enum verb verb, const char *card)
{
	const struct options options = { .root = fake_root,
					 .timeout = 3,
					 .target = card,
					 .old_name = old_name,
					 .runtime = verb == DETACH_RUNTIME };
	struct change change;
	int code;

	if (verb == FORGET)
		return action_forget(host, &options);
	if (verb == RENAME)
		return action_rename(host, &options);
	if (verb == EARLY)
		return action_early(host, &options);
	code = change_open(&change, host, &options);
	fake_kernel(&change.kernel);
	if (code == EXIT_DONE) {
		change_recover(&change);
		if (verb == RESTORE)
			code = change_restore(&change);
		else if (verb != RECOVER)
			code = change_each(&change, verb == ATTACH ? change_attach
								   : change_detach);
	}
	change_close(&change);
	return code;
}

/* A run of the program of its own; its exit code, or KILLED. */
static inline int run(enum verb verb, const char *card)
{
	FILE *output = tmpfile();
	int status;
	pid_t child;

	assert_non_null(output);
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct host host = HOST_EMPTY(fake_root);

		dup2(fileno(output), 1);
		dup2(fileno(output), 2);
		status = verb != EARLY && host_read(&host, 0) < 0
				 ? 99
				 : act(&host, verb, card);
		host_release(&host);
		fflush(stdout);
		_exit(status);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	rewind(output);
	said[fread(said, 1, sizeof(said) - 1, output)] = '\0';
	fclose(output);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* gpupci --rename */
static inline void rename_card(const char *new, const char *old)
{
	old_name = old;
	if (run(RENAME, new) != EXIT_DONE)
		fail_msg("%s", said);
	old_name = NULL;
}

static inline bool exists(const char *path)
{
	return access(fake_path("%s", path), F_OK) == 0;
}

static inline void assert_said(const char *words)
{
	if (!strstr(said, words))
		fail_msg("not said: \"%s\" but: \"%s\"", words, said);
}

static inline void assert_with_host(void)
{
	assert_string_equal(fake_driver(VIDEO), "nouveau");
	assert_string_equal(fake_driver(SOUND), "snd_hda_intel");
	assert_string_equal(fake_override(VIDEO), "");
	assert_string_equal(fake_override(SOUND), "");
}

static inline void assert_detached(void)
{
	assert_string_equal(fake_driver(VIDEO), "vfio-pci");
	assert_string_equal(fake_driver(SOUND), "vfio-pci");
	assert_string_equal(fake_override(VIDEO), "vfio-pci");
	assert_string_equal(fake_override(SOUND), "vfio-pci");
}

static inline void assert_at_rest(void)
{
	assert_false(exists(JOURNAL_PATH));
}

static inline bool is_kept(void)
{
	const struct root root = { .folder = fake_root };
	struct detached detached = DETACHED_EMPTY;
	bool found = false;

	assert_int_equal(detached_read(&detached, &root, DETACHED_PATH), 0);
	for (size_t i = 0; i < detached.count; i++)
		found = found || strcmp(detached.cards[i].name, "gpupci1") == 0;
	detached_release(&detached);
	return found;
}

static inline int make_host(void **state)
{
	(void)state;
	fake_host();
	return 0;
}

static inline int remove_one(const char *path, const struct stat *status, int type,
			     struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

static inline int remove_host(void **state)
{
	(void)state;
	return nftw(fake_root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_host, remove_host)

#endif
