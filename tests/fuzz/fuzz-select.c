/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on the guard of `select …`: it answers or says why not, and changes nothing. */
#include <stdint.h>
#include <string.h>

#include "db/select.h"
#include "db/store/internal.h"
#include "tests/fuzz/empty-inventory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(void *data, struct db *db, const char *value)
{
	size_t *length = data;

	(void)db;
	*length += strlen(value);
	return 0;
}

/* A host with a value that is larger than a select may make. */
static struct db *one_host(void)
{
	static const char ADD[] =
		"INSERT INTO host (name, appliance, rack, rank) VALUES ('c', 1, 0, 0);"
		"INSERT INTO attr (host, name, value) VALUES (1, 'a', 'b'), "
		"(1, 'large', printf('%.150000c', 'x'));";
	struct db *db = empty_inventory();

	if (sqlite3_exec(db->sqlite, ADD, NULL, NULL, NULL) != SQLITE_OK)
		__builtin_trap();
	return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct db *db;
	_cleanup_free_ char *sql = malloc(size + 8);
	size_t length = 0;
	int before, r;

	if (!db)
		db = one_host();
	if (!sql)
		return 0;
	memcpy(sql, "select ", 7);
	memcpy(sql + 7, data, size);
	sql[size + 7] = '\0';
	before = sqlite3_total_changes(db->sqlite);
	r = db_select_hosts(db, sql, take, &length);
	if (r < 0 && !*db_error(db))
		__builtin_trap();
	if (sqlite3_total_changes(db->sqlite) != before ||
	    !sqlite3_get_autocommit(db->sqlite))
		__builtin_trap();
	return 0;
}
