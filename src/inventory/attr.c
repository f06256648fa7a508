/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of attributes, the same at each level. */
#include <string.h>

#include "src/cli/dump-line.h"
#include "src/cli/pairs.h"
#include "src/inventory/attr-owner.h"
#include "src/inventory/attr.h"

#define MANY (ARGUMENT_REQUIRED | ARGUMENT_MANY)
#define VALUE                                                                            \
	ARGUMENT_TEXT("value", "its value: any text", ARGUMENT_REQUIRED | ARGUMENT_FILE, \
		      NOTHING)

#define NAME ARGUMENT_TEXT("attr", "name of the attribute", ARGUMENT_REQUIRED, ATTR)
#define SYSTEMS(help, flags) ARGUMENT_TEXT("os", help, flags, OS)

const struct argument attr_change_arguments[ATTR_LEVELS][4] = {
	[ATTR_GLOBAL] = { NAME, VALUE },
	[ATTR_OS] = { SYSTEMS("operating systems, such as linux", MANY), NAME, VALUE },
	[ATTR_APPLIANCE] = { ARGUMENT_TEXT("appliance",
					   "appliances, by name or membership", MANY,
					   APPLIANCE),
			     NAME, VALUE },
	[ATTR_HOST] = { ARGUMENT_TEXT("host", "hosts; % for all", MANY, HOST), NAME,
			VALUE },
};

const struct argument attr_remove_arguments[ATTR_LEVELS][3] = {
	[ATTR_GLOBAL] = { NAME },
	[ATTR_OS] = { SYSTEMS("operating systems, such as linux", MANY), NAME },
	[ATTR_APPLIANCE] = { ARGUMENT_TEXT("appliance",
					   "appliances, by name or membership", MANY,
					   APPLIANCE),
			     NAME },
	[ATTR_HOST] = { ARGUMENT_TEXT("host", "hosts; % for all", MANY, HOST), NAME },
};

const struct argument attr_owner_arguments[ATTR_LEVELS][2] = {
	[ATTR_GLOBAL] = { ARGUMENTS_END },
	[ATTR_OS] = { SYSTEMS("operating systems; by default all with attributes",
			      ARGUMENT_MANY) },
	[ATTR_APPLIANCE] = { ARGUMENT_TEXT("appliance", "appliances; all by default",
					   ARGUMENT_MANY, APPLIANCE) },
	[ATTR_HOST] = { ARGUMENT_TEXT("host", "hosts; all by default", ARGUMENT_MANY,
				      HOST) },
};

const struct argument attr_list_parameters[] = {
	ARGUMENT_TEXT("attr", "only this attribute", 0, ATTR),
	ARGUMENTS_END,
};

const struct argument attr_report_parameters[] = {
	ARGUMENT_TEXT("attr", "only the value of this attribute", 0, ATTR),
	ARGUMENT_BOOLEAN("pydict", "yes: a Python dictionary"),
	ARGUMENT_BOOLEAN("json", "yes: a JSON list"),
	ARGUMENTS_END,
};

static const char *const owner_words[ATTR_LEVELS] = { "attr", "os", "appliance", "host" };

static int add(struct invocation *invocation, const struct owner_name *owner, void *data)
{
	(void)data;
	return answer(invocation, db_attr_add(invocation->db, owner->owner,
					      argument(invocation, "attr"),
					      argument(invocation, "value")));
}

int attr_add(struct invocation *invocation, enum attr_level level)
{
	return attr_each_owner(invocation, level, add, NULL);
}

static int set(struct invocation *invocation, const struct owner_name *owner, void *data)
{
	(void)data;
	return answer(invocation, db_attr_set(invocation->db, owner->owner,
					      argument(invocation, "attr"),
					      argument(invocation, "value")));
}

int attr_set(struct invocation *invocation, enum attr_level level)
{
	return attr_each_owner(invocation, level, set, NULL);
}

static int remove_one(struct invocation *invocation, const struct owner_name *owner,
		      void *data)
{
	(void)data;
	return answer(invocation, db_attr_remove(invocation->db, owner->owner,
						 argument(invocation, "attr")));
}

int attr_remove(struct invocation *invocation, enum attr_level level)
{
	return attr_each_owner(invocation, level, remove_one, NULL);
}

/* Walks what a listing shows: what is in effect for a host, else what the owner has. */
static int walk(struct invocation *invocation, const struct owner_name *owner,
		int (*each)(void *data, const struct attr *row), void *data)
{
	const char *wanted = argument(invocation, "attr");
	int r = owner->owner.level == ATTR_HOST
			? db_attr_each_effective(invocation->db, owner->owner.id, wanted,
						 each, data)
			: db_attr_each(invocation->db, owner->owner, wanted, each, data);

	return answer(invocation, r);
}

struct listing {
	struct table *table;
	const struct owner_name *owner;
};

static int add_row(void *data, const struct attr *row)
{
	struct listing *listing = data;
	enum attr_level level = listing->owner->owner.level;

	if (level != ATTR_GLOBAL)
		table_add_text(listing->table, listing->owner->name);
	table_add_text(listing->table, row->name);
	table_add_text(listing->table, row->value);
	if (level == ATTR_HOST)
		table_add_text(listing->table, row->source);
	return 0;
}

static int list(struct invocation *invocation, const struct owner_name *owner, void *data)
{
	struct listing listing = { .table = data, .owner = owner };

	return walk(invocation, owner, add_row, &listing);
}

int attr_list(struct invocation *invocation, enum attr_level level)
{
	static const char *const columns[ATTR_LEVELS][4] = {
		[ATTR_GLOBAL] = { "ATTR", "VALUE" },
		[ATTR_OS] = { "OS", "ATTR", "VALUE" },
		[ATTR_APPLIANCE] = { "APPLIANCE", "ATTR", "VALUE" },
		[ATTR_HOST] = { "HOST", "ATTR", "VALUE", "SOURCE" },
	};
	static const size_t counts[ATTR_LEVELS] = { 2, 3, 3, 4 };
	_cleanup_table_ struct table *table = NULL;
	int r;

	if (table_new(&table, columns[level], counts[level]) < 0)
		return memory_error();
	r = attr_each_owner(invocation, level, list, table);
	if (r != ROCKS_DONE)
		return r;
	return print_table(invocation, table, true,
			   level == ATTR_GLOBAL ? "list" : "attr");
}

struct report {
	struct pairs *pairs;
	const char *owner;
	bool found;
};

static int add_pair(void *data, const struct attr *row)
{
	struct report *report = data;

	report->found = true;
	return pairs_add(report->pairs, report->owner, row->name, row->value);
}

static int report(struct invocation *invocation, const struct owner_name *owner,
		  void *data)
{
	struct report report = { .pairs = data,
				 .owner = *owner->name ? owner->name : "global" };
	const char *wanted = argument(invocation, "attr");
	int r = walk(invocation, owner, add_pair, &report);

	if (r == ROCKS_DONE && wanted && !report.found)
		return error("%s%sthere is no attribute «%s»; see `rocks list %s%sattr`",
			     owner->name, *owner->name ? ": " : "", wanted,
			     *owner->name ? owner_words[owner->owner.level] : "",
			     *owner->name ? " " : "");
	return r;
}

int attr_report(struct invocation *invocation, enum attr_level level)
{
	struct pairs_style style = { .wanted = argument(invocation, "attr"),
				     .pydict = boolean_argument(invocation, "pydict",
								false),
				     .json = boolean_argument(invocation, "json", false),
				     .owner_key = level ? owner_words[level] : "level",
				     .list_key = "attr",
				     .value_key = "value" };
	_cleanup_pairs_ struct pairs *pairs = NULL;
	int r = pairs_new(&pairs) < 0 ? memory_error()
				      : attr_each_owner(invocation, level, report, pairs);

	if (r != ROCKS_DONE)
		return r;
	return pairs_print(pairs, &style) < 0 ? memory_error() : ROCKS_DONE;
}

struct dump {
	const struct owner_name *owner;
	struct strbuf line;
	bool managed; /* the owner has the attribute managed */
};

static int dump_line(struct dump *dump, const char *words, const char *attr,
		     const char *value)
{
	enum attr_level level = dump->owner->owner.level;

	dump_start(&dump->line, words);
	if (level != ATTR_GLOBAL)
		dump_positional(&dump->line, owner_words[level], dump->owner->name);
	dump_positional(&dump->line, "attr", attr);
	if (value)
		dump_positional(&dump->line, "value", value);
	return dump_end(&dump->line);
}

/* The value of the attribute managed that every inventory begins with, or NULL. */
static const char *built_in_managed(const struct owner_name *owner)
{
	return owner->built_in ? owner->built_in->managed : NULL;
}

static int dump_row(void *data, const struct attr *row)
{
	static const char *const words[ATTR_LEVELS] = { "add attr", "add os attr",
							"add appliance attr",
							"add host attr" };
	struct dump *dump = data;
	const char *built_in = built_in_managed(dump->owner);

	if (!built_in || strcmp(row->name, "managed") != 0)
		return dump_line(dump, words[dump->owner->owner.level], row->name,
				 row->value);
	dump->managed = true;
	return strcmp(row->value, built_in) == 0
		       ? 0
		       : dump_line(dump, "set appliance attr", row->name, row->value);
}

static int dump(struct invocation *invocation, const struct owner_name *owner, void *data)
{
	struct dump dump = { .owner = owner, .line = STRBUF_EMPTY };
	int r = db_attr_each(invocation->db, owner->owner, NULL, dump_row, &dump);

	(void)data;
	if (r == 0 && built_in_managed(owner) && !dump.managed)
		r = dump_line(&dump, "remove appliance attr", "managed", NULL);
	strbuf_release(&dump.line);
	return answer(invocation, r);
}

int attr_dump(struct invocation *invocation, enum attr_level level)
{
	return attr_each_owner(invocation, level, dump, NULL);
}
