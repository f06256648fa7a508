/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table as Rocks prints it, or the same as JSON. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/json.h"
#include "lib/table.h"
#include "lib/visible.h"

#define CHUNK_SIZE ((size_t)256 * 1024)
#define WIDEST_PADDED 4096 /* columns */

enum cell_type { CELL_TEXT, CELL_INTEGER, CELL_NULL };

/* How a terminal shows the bytes of a cell. */
enum cell_form { FORM_ASCII, FORM_WIDE, FORM_HIDDEN };

/* In a chunk a cell is this struct, its bytes and a NUL, back to back. */
struct cell {
	uint32_t length;
	uint8_t type, form;
} __attribute__((packed));

struct chunk {
	struct chunk *next;
	size_t used, size;
	char bytes[];
};

struct table {
	const char **columns;
	size_t count; /* of columns */
	size_t cells; /* added so far */
	size_t *widths;
	struct chunk *first, *last;
	const char *owner; /* of the previous row, in a chunk */
	bool owners_differ;
	int error;
};

/* The position of a walk over the cells. */
struct cursor {
	const struct chunk *chunk;
	size_t offset;
};

int table_new(struct table **ret_table, const char *const *columns, size_t count)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	table->widths = calloc(count, sizeof(*table->widths));
	table->columns = calloc(count, sizeof(*table->columns));
	if (!table->widths || !table->columns) {
		table_free(table);
		return -ENOMEM;
	}
	table->count = count;
	for (size_t i = 0; i < count; i++) {
		table->columns[i] = columns[i];
		table->widths[i] = strlen(columns[i]);
	}
	*ret_table = table;
	return 0;
}

void table_free(struct table *table)
{
	if (!table)
		return;
	while (table->first) {
		struct chunk *next = table->first->next;

		free(table->first);
		table->first = next;
	}
	free(table->columns);
	free(table->widths);
	free(table);
}

static char *reserve(struct table *table, size_t wanted)
{
	struct chunk *chunk = table->last;
	char *bytes;

	if (!chunk || chunk->size - chunk->used < wanted) {
		size_t size = wanted > CHUNK_SIZE ? wanted : CHUNK_SIZE;

		chunk = malloc(sizeof(*chunk) + size);
		if (!chunk) {
			table->error = -ENOMEM;
			return NULL;
		}
		*chunk = (struct chunk){ .size = size };
		if (table->last)
			table->last->next = chunk;
		else
			table->first = chunk;
		table->last = chunk;
	}
	bytes = chunk->bytes + chunk->used;
	chunk->used += wanted;
	return bytes;
}

/* Returns the columns that a text fills on a terminal. */
static size_t look_at(const char *text, size_t length, enum cell_form *ret_form)
{
	bool changes = false;
	size_t width = visible_ascii(text, length);

	*ret_form = FORM_ASCII;
	if (width == length)
		return width;
	width = visible_width(text, length, &changes);
	*ret_form = changes ? FORM_HIDDEN : FORM_WIDE;
	return width;
}

static void note_width(struct table *table, size_t column, const char *text, size_t width)
{
	if (column == 0) {
		if (table->owner && strcmp(table->owner, text) != 0)
			table->owners_differ = true;
		table->owner = text;
		width++;
	}
	if (width > table->widths[column] && width <= WIDEST_PADDED)
		table->widths[column] = width;
}

static void add_cell(struct table *table, enum cell_type type, const char *text)
{
	size_t length = strlen(text), width;
	struct cell cell = { .length = (uint32_t)length, .type = (uint8_t)type };
	enum cell_form form;
	char *bytes;

	if (table->error)
		return;
	if (length > UINT32_MAX) {
		table->error = -E2BIG;
		return;
	}
	bytes = reserve(table, sizeof(cell) + length + 1);
	if (!bytes)
		return;
	width = look_at(text, length, &form);
	cell.form = (uint8_t)form;
	memcpy(bytes, &cell, sizeof(cell));
	memcpy(bytes + sizeof(cell), text, length + 1);
	note_width(table, table->cells % table->count, bytes + sizeof(cell), width);
	table->cells++;
}

void table_add_text(struct table *table, const char *text)
{
	add_cell(table, text ? CELL_TEXT : CELL_NULL, text ? text : "");
}

void table_add_integer(struct table *table, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	add_cell(table, CELL_INTEGER, text);
}

void table_add_null(struct table *table)
{
	add_cell(table, CELL_NULL, "");
}

void table_add_optional(struct table *table, const int64_t *value)
{
	if (value)
		table_add_integer(table, *value);
	else
		table_add_null(table);
}

static const char *next_cell(struct cursor *cursor, struct cell *cell)
{
	const char *bytes;

	while (cursor->offset == cursor->chunk->used) {
		cursor->chunk = cursor->chunk->next;
		cursor->offset = 0;
	}
	bytes = cursor->chunk->bytes + cursor->offset;
	memcpy(cell, bytes, sizeof(*cell));
	cursor->offset += sizeof(*cell) + cell->length + 1;
	return bytes + sizeof(*cell);
}

static void pad(FILE *file, char with, size_t count)
{
	while (count--)
		putc_unlocked(with, file);
}

static void write_cell(const struct table *table, size_t column, const char *text,
		       const struct cell *cell, FILE *file)
{
	size_t width = table->widths[column], used = cell->length;
	bool changes;

	if (!used) {
		pad(file, '-', width);
		return;
	}
	if (cell->form != FORM_ASCII)
		used = visible_width(text, cell->length, &changes);
	if (cell->form == FORM_HIDDEN)
		visible_write(file, text, cell->length);
	else
		fwrite_unlocked(text, 1, cell->length, file);
	if (column == 0) {
		putc_unlocked(':', file);
		used++;
	}
	if (used < width)
		pad(file, ' ', width - used);
}

static void write_header(const struct table *table, const bool *show, FILE *file)
{
	bool first = true;

	for (size_t i = 0; i < table->count; i++) {
		if (!show[i])
			continue;
		if (!first)
			putc_unlocked(' ', file);
		first = false;
		fputs(table->columns[i], file);
		pad(file, ' ', table->widths[i] - strlen(table->columns[i]));
	}
	putc_unlocked('\n', file);
}

static void write_rows(const struct table *table, const bool *show, FILE *file)
{
	struct cursor cursor = { .chunk = table->first };
	bool first = true;

	for (size_t i = 0; i < table->cells; i++) {
		size_t column = i % table->count;
		struct cell cell;
		const char *text = next_cell(&cursor, &cell);

		if (show[column]) {
			if (!first)
				putc_unlocked(' ', file);
			first = false;
			write_cell(table, column, text, &cell, file);
		}
		if (column == table->count - 1) {
			putc_unlocked('\n', file);
			first = true;
		}
	}
}

/* Keys are the headings in lower case. */
static char *lower(const char *name)
{
	char *key = strdup(name);

	for (char *c = key; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return key;
}

static void write_json_value(struct json *json, const struct cell *cell, const char *text)
{
	if (cell->type == CELL_NULL)
		json_null(json);
	else if (cell->type == CELL_INTEGER)
		json_raw(json, text);
	else
		json_bytes(json, text, cell->length);
}

/* A list of owners, each with a list of its rows; the keys are the columns. */
static void write_owners(const struct table *table, char *const *keys, const char *key,
			 struct json *json)
{
	struct cursor cursor = { .chunk = table->first };
	const char *owner = NULL;

	for (size_t i = 0; i < table->cells; i++) {
		size_t column = i % table->count;
		struct cell cell;
		const char *text = next_cell(&cursor, &cell);

		if (column == 0 && (!owner || strcmp(owner, text) != 0)) {
			if (owner) {
				json_end_list(json);
				json_end_object(json);
			}
			owner = text;
			json_begin_object(json);
			json_key(json, keys[0]);
			write_json_value(json, &cell, text);
			json_key(json, key);
			json_begin_list(json);
		}
		if (column == 0) {
			json_begin_object(json);
		} else {
			json_key(json, keys[column]);
			write_json_value(json, &cell, text);
		}
		if (column == table->count - 1)
			json_end_object(json);
	}
	if (owner) {
		json_end_list(json);
		json_end_object(json);
	}
}

static int write_json(const struct table *table, const char *name, FILE *file)
{
	_cleanup_free_ char **keys = calloc(table->count, sizeof(*keys));
	_cleanup_free_ char *key = lower(name);
	struct json json = JSON_TO(file);
	int r = keys && key ? 0 : -ENOMEM;

	for (size_t i = 0; keys && i < table->count; i++) {
		keys[i] = lower(table->columns[i]);
		if (!keys[i])
			r = -ENOMEM;
	}
	if (r == 0) {
		json_begin_list(&json);
		write_owners(table, keys, key, &json);
		json_end_list(&json);
		putc_unlocked('\n', file);
	}
	for (size_t i = 0; keys && i < table->count; i++)
		free(keys[i]);
	return r;
}

/* Marks the columns that the list a,b names. */
static int pick_columns(const struct table *table, const char *list, bool *show)
{
	if (!*list)
		return -EINVAL;
	while (*list) {
		size_t length = strcspn(list, ","), found = table->count;

		for (size_t i = 0; i < table->count; i++)
			if (strlen(table->columns[i]) == length &&
			    strncasecmp(table->columns[i], list, length) == 0)
				found = i;
		if (found == table->count)
			return -EINVAL;
		show[found] = true;
		list += length + (list[length] == ',');
	}
	return 0;
}

int table_write(const struct table *table, const struct table_style *style, FILE *file)
{
	_cleanup_free_ bool *show = calloc(table->count, sizeof(*show));

	if (table->error)
		return table->error;
	if (!show)
		return -ENOMEM;
	if (style->columns) {
		if (pick_columns(table, style->columns, show) < 0)
			return -EINVAL;
	} else {
		memset(show, 1, table->count * sizeof(*show));
		show[0] = style->owner_always || table->owners_differ;
	}
	if (style->json)
		return write_json(table, style->key, file);
	if (!table->cells)
		return 0;
	if (!style->no_header)
		write_header(table, show, file);
	write_rows(table, show, file);
	return 0;
}
