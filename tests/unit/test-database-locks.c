/* SPDX-License-Identifier: GPL-2.0-or-later */
/* db/store: which locks of the file other processes see while this one reads and writes. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/store/internal.h"

/* Of the -shm: https://www.sqlite.org/walformat.html, «WAL locks» */
#define WRITE_LOCK 120

/* More pages than SQLite lets a log have before it writes them into the file. */
#define ROWS 1200
#define VALUE_LENGTH 4000

#define MOST_LOOKS 20 /* at the locks, each a child */

static char folder[] = "/tmp/test-database-locks-XXXXXX";
static char path[64], shared[80];

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int looks, unlocked;

/* Whether this process keeps others from a lock: a child asks, whom locks do not follow. */
static bool is_locked(const char *file, short type, off_t start, off_t length)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct flock lock = { .l_type = type,
				      .l_whence = SEEK_SET,
				      .l_start = start,
				      .l_len = length };
		int fd = open(file, O_RDWR | O_CLOEXEC);

		if (fd < 0 || fcntl(fd, F_GETLK, &lock) < 0)
			_exit(2);
		_exit(lock.l_type == F_UNLCK ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status) == 1;
}

static bool is_database(int fd)
{
	struct stat opened, named;

	return fstat(fd, &opened) == 0 && stat(path, &named) == 0 &&
	       opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* What SQLite writes into the file itself, it writes in a checkpoint. */
static ssize_t watched_pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
	if (is_database(fd) && looks < MOST_LOOKS) {
		looks++;
		if (!is_locked(shared, F_WRLCK, WRITE_LOCK, 1) &&
		    !is_locked(path, F_RDLCK, DB_FILE_LOCKS, DB_FILE_LOCKS_COUNT))
			unlocked++;
	}
	return real_pwrite(fd, bytes, length, offset);
}

static void watch(bool on)
{
	static const char *const names[] = { "pwrite", "pwrite64" };
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	looks = unlocked = 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		sqlite3_syscall_ptr call = vfs->xGetSystemCall(vfs, names[i]);

		if (!call)
			continue;
		if (on)
			real_pwrite = (ssize_t(*)(int, const void *, size_t, off_t))call;
		assert_int_equal(vfs->xSetSystemCall(
					 vfs, names[i],
					 on ? (sqlite3_syscall_ptr)watched_pwrite : NULL),
				 SQLITE_OK);
	}
}

static struct db *open_inventory(enum db_mode mode)
{
	struct db *db = NULL;

	assert_int_equal(db_new(&db), 0);
	if (db_open(db, path, true, mode) < 0)
		fail_msg("%s", db_error(db));
	return db;
}

/* Writes more than a log is to hold. */
static void write_much(struct db *db)
{
	static const char insert[] =
		"INSERT OR REPLACE INTO attr (name, value) VALUES (?, ?)";
	char name[16], value[VALUE_LENGTH + 1];

	memset(value, 'x', VALUE_LENGTH);
	value[VALUE_LENGTH] = '\0';
	assert_int_equal(db_begin(db, "root"), 0);
	for (int i = 0; i < ROWS; i++) {
		snprintf(name, sizeof(name), "site%d", i);
		assert_int_equal(db_run(db, insert, "tt", name, value), 0);
	}
	assert_int_equal(db_commit(db), 0);
}

static void test_checkpoint(void **state)
{
	_cleanup_(cleanup_db) struct db *db = open_inventory(DB_WRITE);

	(void)state;
	watch(true);
	write_much(db);
	assert_in_range(looks, 1, MOST_LOOKS);
	assert_int_equal(unlocked, 0);
	assert_false(is_locked(shared, F_WRLCK, WRITE_LOCK, 1));
	watch(false);
}

/*
 * What a reader has kept from being written into the file is not written while another
 * connection writes, and is when that has ended.
 */
static void test_busy(void **state)
{
	_cleanup_(cleanup_db) struct db *db = open_inventory(DB_WRITE),
					*other = open_inventory(DB_WRITE),
					*reader = open_inventory(DB_READ);

	(void)state;
	assert_int_equal(db_begin_reading(reader), 0);
	write_much(db);
	db_free(reader);
	reader = NULL;
	assert_int_equal(db_begin(other, "root"), 0);
	watch(true);
	db_checkpoint(db);
	assert_int_equal(looks, 0);
	db_rollback(other);
	db_checkpoint(db);
	assert_in_range(looks, 1, MOST_LOOKS);
	assert_int_equal(unlocked, 0);
	watch(false);
}

/* The lock by which others know that somebody reads outlives a second connection. */
static void test_second_connection(void **state)
{
	_cleanup_(cleanup_db) struct db *db = open_inventory(DB_READ), *own = NULL;

	(void)state;
	assert_int_equal(db_begin_reading(db), 0);
	assert_true(is_locked(path, F_WRLCK, DB_FILE_LOCKS, DB_FILE_LOCKS_COUNT));
	assert_int_equal(db_open_writer(db, &own), 0);
	assert_non_null(own);
	assert_true(is_locked(path, F_WRLCK, DB_FILE_LOCKS, DB_FILE_LOCKS_COUNT));
	write_much(own);
	db_free(own);
	own = NULL;
	assert_true(is_locked(path, F_WRLCK, DB_FILE_LOCKS, DB_FILE_LOCKS_COUNT));
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/rocks.db", folder);
	snprintf(shared, sizeof(shared), "%s-shm", path);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-busy" };
	char name[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		unlink(name);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checkpoint),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_second_connection),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
