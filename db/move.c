/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of each VM that moves from one container to another. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/move.h"
#include "db/store/internal.h"

#define COLUMNS                                                                         \
	"SELECT move.vm, move.source, move.target, vm.name, source.name, target.name, " \
	"step, back, token, slice, shared, ran, autostart, action, patience, xml, "     \
	"began, move.who FROM move JOIN host vm ON vm.id = move.vm "                    \
	"JOIN host source ON source.id = move.source "                                  \
	"JOIN host target ON target.id = move.target "

static const char GET[] = COLUMNS "WHERE move.vm = ?";
static const char LIST[] = COLUMNS "ORDER BY vm.name";
static const char OF_HOST[] =
	"SELECT vm FROM move WHERE vm = ?1 OR source = ?1 OR target = ?1 LIMIT 1";
static const char FILES[] =
	"SELECT path, bytes, copied FROM move_file WHERE vm = ? ORDER BY position";
static const char OF_CARD[] = "SELECT assignment.vm FROM assignment "
			      "JOIN move ON move.vm = assignment.vm WHERE card = ?";
static const char ADD[] =
	"INSERT INTO move (vm, source, target, step, token, slice, shared, ran, "
	"autostart, action, patience, xml, who) SELECT ?1, container, ?2, 'stop', "
	"lower(hex(randomblob(8))), slice, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM vm "
	"WHERE host = ?1";
static const char ADD_FILE[] = "INSERT INTO move_file (vm, position, path, bytes, "
			       "copied) VALUES (?, ?, ?, ?, ?)";
static const char SET_STEP[] = "UPDATE move SET step = ?2, back = ?3 WHERE vm = ?1";
static const char SET_XML[] = "UPDATE move SET xml = ?2, autostart = ?3 WHERE vm = ?1";
static const char REMOVE[] = "DELETE FROM move WHERE vm = ?";
static const char GIVE_BACK[] =
	"DELETE FROM assignment WHERE vm = ? AND role = 'reserved'";
/* The VM keeps its claims on the container that it is on, and loses the others. */
static const char DROP_CLAIMS[] =
	"DELETE FROM claim WHERE vm = ?1 AND host IN (SELECT source FROM move "
	"WHERE vm = ?1 UNION SELECT target FROM move WHERE vm = ?1) "
	"AND host <> (SELECT container FROM vm WHERE host = ?1)";
/* The source has undefined it; an undo defines it there as it was, not as rocks does. */
static const char DROP_DEFINITION[] =
	"DELETE FROM definition WHERE vm = ?1 "
	"AND container <> (SELECT container FROM vm WHERE host = ?1)";
static const char FACTS[] =
	"SELECT name || ' ' || uuid || ' ' || container || ' ' || ifnull(cdrom, '') || "
	"ifnull((SELECT group_concat(type || ':' || path || ',' || device || ',' || bus, "
	"char(10)) FROM disk WHERE vm = host.id), '') FROM host JOIN vm ON vm.host = "
	"host.id WHERE host.id = ?";

static const char *const words[] = {
	[MOVE_STOP] = "stop",	  [MOVE_UNDEFINE] = "undefine",
	[MOVE_COPY] = "copy",	  [MOVE_COMPARE] = "compare",
	[MOVE_PLACE] = "place",	  [MOVE_SWITCH] = "switch",
	[MOVE_DEFINE] = "define", [MOVE_START] = "start",
	[MOVE_FINISH] = "finish",
};

const char *move_step_word(enum move_step step)
{
	return words[step];
}

void move_release(struct move *move)
{
	for (size_t i = 0; i < move->file_count; i++)
		free(move->files[i].path);
	free(move->files);
	free(move->name);
	free(move->source);
	free(move->target);
	free(move->token);
	free(move->action);
	free(move->xml);
	free(move->began);
	free(move->who);
	*move = (struct move){ 0 };
}

static char *copy(const struct query *query, int column, bool *failed)
{
	const char *text = query_text(query, column);
	char *result = text ? strdup(text) : NULL;

	*failed |= text && !result;
	return result;
}

static enum move_step step_of(const char *word)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(words) - 1 && strcmp(words[i], word) != 0)
		i++;
	return (enum move_step)i;
}

static int read_row(struct db *db, const struct query *query, struct move *ret_move)
{
	bool failed = false;

	*ret_move = (struct move){
		.vm = query_integer(query, 0),
		.source_id = query_integer(query, 1),
		.target_id = query_integer(query, 2),
		.name = copy(query, 3, &failed),
		.source = copy(query, 4, &failed),
		.target = copy(query, 5, &failed),
		.step = step_of(query_text(query, 6)),
		.back = query_integer(query, 7),
		.token = copy(query, 8, &failed),
		.slice = query_integer(query, 9),
		.shared = query_integer(query, 10),
		.ran = query_integer(query, 11),
		.autostart = query_integer(query, 12),
		.action = copy(query, 13, &failed),
		.patience = query_integer(query, 14),
		.xml = copy(query, 15, &failed),
		.began = copy(query, 16, &failed),
		.who = copy(query, 17, &failed),
	};
	return failed ? db_fail_memory(db) : 0;
}

static int add_file(struct move *move, const struct query *query)
{
	struct move_file *files =
		reallocarray(move->files, move->file_count + 1, sizeof(*files));

	if (!files)
		return -ENOMEM;
	move->files = files;
	files += move->file_count;
	*files = (struct move_file){ .path = strdup(query_text(query, 0)),
				     .bytes = query_integer(query, 1),
				     .copied = query_integer(query, 2) };
	if (!files->path)
		return -ENOMEM;
	move->file_count++;
	return 0;
}

static int read_files(struct db *db, struct move *move)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, FILES, "i", move->vm);

	while (r == 0 && (r = query_step(&query)) == 1)
		r = add_file(move, &query) < 0 ? db_fail_memory(db) : 0;
	return r;
}

int db_move_get(struct db *db, int64_t vm, struct move *ret_move)
{
	_cleanup_query_ struct query query = { 0 };
	_cleanup_move_ struct move move = { 0 };
	int r = query_start(db, &query, GET, "i", vm);

	if (r == 0)
		r = query_step(&query);
	if (r != 1)
		return r;
	r = read_row(db, &query, &move);
	if (r == 0)
		r = read_files(db, &move);
	if (r < 0)
		return r;
	*ret_move = move;
	move = (struct move){ 0 };
	return 1;
}

int db_move_each(struct db *db, int (*each)(void *data, const struct move *row),
		 void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		_cleanup_move_ struct move move = { 0 };

		r = read_row(db, &query, &move);
		if (r == 0)
			r = each(data, &move);
	}
	return r;
}

int db_move_check(struct db *db, int64_t host)
{
	_cleanup_move_ struct move move = { 0 };
	int64_t vm;
	int r = db_fetch_integer(db, &vm, OF_HOST, "i", host);

	if (r == 1)
		r = db_move_get(db, vm, &move);
	if (r != 1)
		return r;
	return db_fail(
		db, -EBUSY,
		"%s is being moved from %s to %s and stands at «%s»; `rocks move "
		"host vm %s resume=yes` continues the move, undo=yes takes it back",
		move.name, move.source, move.target, words[move.step], move.name);
}

int db_move_check_card(struct db *db, int64_t card)
{
	int64_t vm;
	int r = db_fetch_integer(db, &vm, OF_CARD, "i", card);

	return r == 1 ? db_move_check(db, vm) : r;
}

int db_move_add(struct db *db, const struct host_ref *vm, const struct host_ref *target,
		const struct move *wish, const char *who)
{
	int r = db_run(db, ADD, "iiiiititt", vm->id, target->id, (int64_t)wish->shared,
		       (int64_t)wish->ran, (int64_t)wish->autostart, wish->action,
		       wish->patience, wish->xml, who);

	for (size_t i = 0; i < wish->file_count && r == 0; i++)
		r = db_run(db, ADD_FILE, "iitii", vm->id, (int64_t)i, wish->files[i].path,
			   wish->files[i].bytes, (int64_t)wish->files[i].copied);
	return r;
}

int db_move_set_step(struct db *db, int64_t vm, enum move_step step, bool back)
{
	return db_run(db, SET_STEP, "iti", vm, words[step], (int64_t)back);
}

int db_move_set_xml(struct db *db, int64_t vm, const char *xml, bool autostart)
{
	return db_run(db, SET_XML, "iti", vm, xml, (int64_t)autostart);
}

int db_move_end(struct db *db, int64_t vm)
{
	int r = db_run(db, DROP_CLAIMS, "i", vm);

	if (r == 0)
		r = db_run(db, DROP_DEFINITION, "i", vm);
	if (r == 0)
		r = db_run(db, REMOVE, "i", vm);
	return r < 0 ? r : db_run(db, GIVE_BACK, "i", vm);
}

int db_move_facts(struct db *db, int64_t vm, struct strbuf *facts)
{
	_cleanup_free_ char *text = NULL;
	int r = db_fetch_text(db, &text, FACTS, "i", vm);

	if (r != 1)
		return r < 0 ? r : db_fail(db, -ENOENT, "the VM no longer exists");
	strbuf_add_string(facts, text);
	return facts->error ? db_fail_memory(db) : 0;
}
