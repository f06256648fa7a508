/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disks of VMs. */
#include <errno.h>
#include <string.h>

#include "db/names.h"
#include "db/store/internal.h"
#include "db/store/limits.h"
#include "db/vm.h"
#include "lib/text.h"

#define LIST "SELECT type, path, device, bus, size, vm FROM disk WHERE vm "
static const char LIST_OF_ONE[] = LIST "= ? ORDER BY position";
static const char LIST_OF_MANY[] = LIST DB_AMONG " ORDER BY vm, position";
/* GB, as Rocks makes disks whose size is not given. */
#define DEFAULT_SIZE 36
/* Frees the old disks' device names: no real device name has a blank. */
#define ASIDE "1 << 32"
static const char STEP_ASIDE[] = "UPDATE disk SET position = position + (" ASIDE "), "
				 "device = ' ' || device WHERE vm = ?";
static const char KEEP_SIZES[] =
	"UPDATE disk SET size = was.size FROM disk was WHERE was.vm = disk.vm "
	"AND was.device = ' ' || disk.device AND was.type = disk.type "
	"AND was.path = disk.path AND disk.vm = ? AND disk.position < " ASIDE;
static const char REMOVE_ASIDE[] = "DELETE FROM disk WHERE vm = ? AND position >= " ASIDE;
static const char ADD[] =
	"INSERT INTO disk (vm, position, type, path, device, bus, size) "
	"VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char ADD_MANY[] =
	"INSERT OR IGNORE INTO disk (vm, position, type, path, device, bus) "
	"SELECT ?1, key, json_extract(value, '$.type'), json_extract(value, '$.path'), "
	"json_extract(value, '$.device'), json_extract(value, '$.bus') "
	"FROM json_each(?2)";
static const char FIND_DEVICE[] = "SELECT 1 FROM disk WHERE vm = ? AND device = ?";
static const char SET_SIZE[] =
	"UPDATE disk SET size = ?3 WHERE vm = ?1 AND position = ?2";
static const char COUNT[] = "SELECT count(*) FROM disk WHERE vm = ?";

static int walk(struct query *query, int (*each)(void *data, const struct disk *row),
		void *data)
{
	int r = 0;

	while (r == 0 && (r = query_step(query)) == 1) {
		int64_t size;
		struct disk row = {
			.type = query_text(query, 0),
			.path = query_text(query, 1),
			.device = query_text(query, 2),
			.bus = query_text(query, 3),
			.size = query_optional(query, 4, &size),
			.vm = query_integer(query, 5),
		};

		r = each(data, &row);
	}
	return r;
}

int db_disk_each(struct db *db, int64_t vm,
		 int (*each)(void *data, const struct disk *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST_OF_ONE, "i", vm);

	return r < 0 ? r : walk(&query, each, data);
}

int db_disk_each_of(struct db *db, const char *vms,
		    int (*each)(void *data, const struct disk *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST_OF_MANY, "t", vms);

	return r < 0 ? r : walk(&query, each, data);
}

/* Adds one disk of TYPE:PATH,DEVICE,BUS, which is cut up in place. */
static int add_disk(struct db *db, int64_t vm, int64_t position, char *text)
{
	static const char *const types[] = { "file", "qcow2", "qed", "phy" };
	char *path = strchr(text, ':'), *bus = strrchr(text, ','), *device = NULL;
	static const int64_t default_size = DEFAULT_SIZE;
	bool known = false, has_own_size;
	int64_t one;
	int r;

	if (path && bus) {
		*path++ = '\0';
		*bus++ = '\0';
		device = strrchr(path, ',');
	}
	if (device)
		*device++ = '\0';
	/* The mode of a Xen disk, which the kvm roll took for virtio. */
	if (bus && strcmp(bus, "w") == 0)
		bus = (char *)"virtio";
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		known = known || strcmp(text, types[i]) == 0;
	if (!device || !*path || !known)
		return db_fail(
			db, -EINVAL,
			"a disk is TYPE:PATH,DEVICE,BUS with TYPE file, qcow2, qed or "
			"phy, "
			"such as "
			"file:/state/partition1/kvm/disks/rocks-33.vda,vda,virtio");
	has_own_size = strcmp(text, "phy") == 0;
	r = db_check_word(db, "disk's device", device);
	if (r == 0)
		r = db_check_word(db, "disk's bus", bus);
	if (r == 0)
		r = db_check_path(db, "disk's path", path);
	if (r == 0)
		r = db_fetch_integer(db, &one, FIND_DEVICE, "it", vm, device);
	if (r == 1)
		return db_fail(db, -EEXIST, "two disks of one VM are called %s", device);
	return r < 0 ? r
		     : db_run(db, ADD, "iitttto", vm, position, text, path, device, bus,
			      has_own_size ? NULL : &default_size);
}

/* A disk that is otherwise unchanged keeps its size. */
static int set_disks(struct db *db, int64_t vm, const char *disks)
{
	_cleanup_free_ char *copy = strdup(disks);
	int64_t position = 0;
	char *state = NULL;
	int r = copy ? db_run(db, STEP_ASIDE, "i", vm) : db_fail_memory(db);

	for (char *word = copy ? strtok_r(copy, " ", &state) : NULL; word && r == 0;
	     word = strtok_r(NULL, " ", &state))
		r = add_disk(db, vm, position++, word);
	if (r == 0)
		r = db_run(db, KEEP_SIZES, "i", vm);
	return r < 0 ? r : db_run(db, REMOVE_ASIDE, "i", vm);
}

/*
 * Sets the sizes of the first disks in order; the others keep theirs. 0 or - makes one
 * unknown.
 */
static int set_sizes(struct db *db, int64_t vm, const char *sizes)
{
	_cleanup_free_ char *copy = strdup(sizes);
	int64_t position = 0, count = 0;
	char *state = NULL;
	int r = copy ? db_fetch_integer(db, &count, COUNT, "i", vm) : db_fail_memory(db);

	for (char *word = copy ? strtok_r(copy, " ", &state) : NULL; word && r >= 0;
	     word = strtok_r(NULL, " ", &state)) {
		int64_t size = 0;

		if (strcmp(word, "-") != 0 &&
		    text_parse_integer(word, 0, DB_DISK_SIZE_MOST, &size) < 0)
			return db_fail(
				db, -EINVAL,
				"«%s» is not a disk size in GB: 1 to " DB_LIMIT_TEXT(
					DB_DISK_SIZE_MOST) ", - when unknown",
				word);
		if (position == count)
			return db_fail(db, -EINVAL, "there are more sizes than disks");
		r = db_run(db, SET_SIZE, "iio", vm, position++, size ? &size : NULL);
	}
	return r < 0 ? r : 0;
}

int db_disks_set(struct db *db, int64_t vm, const char *disks, const char *sizes)
{
	int r = 0;

	if (disks)
		r = set_disks(db, vm, disks);
	if (r == 0 && sizes)
		r = set_sizes(db, vm, sizes);
	return r;
}

int db_disks_add(struct db *db, int64_t vm, const char *disks)
{
	return db_run(db, ADD_MANY, "it", vm, disks);
}
