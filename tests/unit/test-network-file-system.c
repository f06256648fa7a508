/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An inventory on a file system of several machines is refused: here statfs() is ours, and says what a test wants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "db/store/db.h"

static const char *remote; /* what is on a network: this path alone */
static unsigned int type = NFS_SUPER_MAGIC;

/* Stands in for the C library's. */
int statfs(const char *path, struct statfs *ret)
{
	if (syscall(SYS_statfs, path, ret) < 0)
		return -1;
	if (remote && strcmp(path, remote) == 0)
		ret->f_type = (__fsword_t)type;
	return 0;
}

struct place {
	char folder[32], path[64];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place)
		return -1;
	strcpy(place->folder, "/tmp/rocks-test-XXXXXX");
	if (!mkdtemp(place->folder))
		return -1;
	snprintf(place->path, sizeof(place->path), "%s/rocks.db", place->folder);
	*state = place;
	remote = NULL;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	struct place *place = *state;
	char path[80];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", place->path, endings[i]);
		unlink(path);
	}
	rmdir(place->folder);
	free(place);
	return 0;
}

static int open_as(const struct place *place, enum db_mode mode, char **ret_error)
{
	struct db *db;
	int r;

	assert_int_equal(db_new(&db), 0);
	r = db_open(db, place->path, true, mode);
	*ret_error = strdup(db_error(db));
	if (r < 0)
		assert_true(db_is_unreadable(db));
	db_free(db);
	return r;
}

static void refused(const struct place *place, enum db_mode mode)
{
	char *text;

	assert_int_equal(open_as(place, mode, &text), -EOPNOTSUPP);
	assert_non_null(strstr(text, place->path));
	assert_non_null(strstr(text, "it is on NFS"));
	assert_non_null(strstr(text, "keep the inventory on a local disk"));
	free(text);
}

static void accepted(const struct place *place, enum db_mode mode)
{
	char *text;

	assert_int_equal(open_as(place, mode, &text), 0);
	assert_string_equal(text, "");
	free(text);
}

static void new_file_on_nfs(void **state)
{
	const struct place *place = *state;

	remote = place->folder;
	refused(place, DB_WRITE);
	assert_int_equal(access(place->path, F_OK), -1);
	remote = NULL;
	accepted(place, DB_WRITE);
}

static void file_on_nfs(void **state)
{
	const struct place *place = *state;
	struct stat before, after;

	accepted(place, DB_WRITE);
	assert_int_equal(stat(place->path, &before), 0);
	remote = place->path;
	refused(place, DB_READ);
	refused(place, DB_WRITE);
	assert_int_equal(stat(place->path, &after), 0);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(before.st_size, after.st_size);
	remote = NULL;
	accepted(place, DB_READ);
	accepted(place, DB_WRITE);
}

/* What coreutils' stat calls remote, and what shares a disk between machines. */
static void other_networks(void **state)
{
	static const struct {
		unsigned int type;
		const char *sentence;
	} cases[] = {
		{ 0x517b, "it is on SMB," },	    { 0xff534d42, "it is on CIFS," },
		{ 0xfe534d42, "it is on SMB," },    { 0x01021997, "it is on 9p," },
		{ 0x00c36400, "it is on CephFS," }, { 0x5346414f, "it is on AFS," },
		{ 0x73757245, "it is on Coda," },   { 0x65735546, "it is on FUSE," },
		{ 0x7461636f, "it is on OCFS2," },  { 0x01161970, "it is on GFS2," },
		{ 0x0bd00bd0, "it is on Lustre," }, { 0x47504653, "it is on GPFS," },
		{ 0x19830326, "it is on BeeGFS," },
	};
	static const unsigned int local[] = { 0xef53,	  0x58465342, 0x9123683e,
					      0x01021994, 0x794c7630, 0x2fc12fc1 };
	const struct place *place = *state;
	char *text;

	accepted(place, DB_WRITE);
	remote = place->path;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		type = cases[i].type;
		assert_int_equal(open_as(place, DB_WRITE, &text), -EOPNOTSUPP);
		assert_non_null(strstr(text, cases[i].sentence));
		free(text);
	}
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		type = local[i];
		accepted(place, DB_WRITE);
	}
	type = NFS_SUPER_MAGIC;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(new_file_on_nfs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(file_on_nfs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_networks, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
