/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the report commands print: names and values of owners. */
#include <errno.h>
#include <string.h>

#include "src/cli/pairs.h"

struct pair {
	char *owner, *name;
	char *value; /* or NULL */
};

struct pairs {
	struct pair *rows;
	size_t count, room;
	bool owners_differ;
};

int pairs_new(struct pairs **ret_pairs)
{
	*ret_pairs = calloc(1, sizeof(**ret_pairs));
	return *ret_pairs ? 0 : -ENOMEM;
}

void pairs_free(struct pairs *pairs)
{
	if (!pairs)
		return;
	for (size_t i = 0; i < pairs->count; i++) {
		free(pairs->rows[i].owner);
		free(pairs->rows[i].name);
		free(pairs->rows[i].value);
	}
	free(pairs->rows);
	free(pairs);
}

int pairs_add(struct pairs *pairs, const char *owner, const char *name, const char *value)
{
	struct pair *pair;

	if (pairs->count == pairs->room) {
		size_t room = pairs->room ? 2 * pairs->room : 16;
		struct pair *rows = reallocarray(pairs->rows, room, sizeof(*rows));

		if (!rows)
			return -ENOMEM;
		pairs->rows = rows;
		pairs->room = room;
	}
	pair = &pairs->rows[pairs->count++];
	pair->owner = strdup(owner);
	pair->name = strdup(name);
	pair->value = value ? strdup(value) : NULL;
	if (!pair->owner || !pair->name || (value && !pair->value))
		return -ENOMEM;
	if (strcmp(pairs->rows[0].owner, owner) != 0)
		pairs->owners_differ = true;
	return 0;
}

/* Prints a string as Python's repr() does. */
static void print_python(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\'' || c == '\\')
			printf("\\%c", c);
		else if (c == '\n')
			fputs("\\n", stdout);
		else if (c < 0x20 || c == 0x7f)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	putchar('\'');
}

static bool starts_owner(const struct pairs *pairs, size_t row)
{
	return row == 0 ||
	       strcmp(pairs->rows[row].owner, pairs->rows[row - 1].owner) != 0;
}

static bool ends_owner(const struct pairs *pairs, size_t row)
{
	return row + 1 == pairs->count || starts_owner(pairs, row + 1);
}

static void print_pydict(const struct pairs *pairs)
{
	if (!pairs->count)
		puts("{}");
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *pair = &pairs->rows[i];

		if (starts_owner(pairs, i) && pairs->owners_differ)
			printf("%s: ", pair->owner);
		fputs(starts_owner(pairs, i) ? "{" : ", ", stdout);
		print_python(pair->name);
		fputs(": ", stdout);
		if (pair->value)
			print_python(pair->value);
		else
			fputs("None", stdout);
		if (ends_owner(pairs, i))
			fputs("}\n", stdout);
	}
}

static void print_lines(const struct pairs *pairs, const char *wanted)
{
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *pair = &pairs->rows[i];

		if (pairs->owners_differ)
			printf("%s: ", pair->owner);
		if (!wanted)
			printf("%s:", pair->name);
		printf("%s\n", pair->value ? pair->value : "");
	}
}

static int print_json(const struct pairs *pairs, const struct pairs_style *style)
{
	const char *const columns[] = { style->owner_key, style->list_key,
					style->value_key };
	struct table_style table_style = { .json = true, .key = style->list_key };
	_cleanup_table_ struct table *table = NULL;

	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < pairs->count; i++) {
		table_add_text(table, pairs->rows[i].owner);
		table_add_text(table, pairs->rows[i].name);
		table_add_text(table, pairs->rows[i].value);
	}
	return table_write(table, &table_style, stdout);
}

int pairs_print(const struct pairs *pairs, const struct pairs_style *style)
{
	if (style->json)
		return print_json(pairs, style);
	if (style->pydict)
		print_pydict(pairs);
	else
		print_lines(pairs, style->wanted);
	return 0;
}
