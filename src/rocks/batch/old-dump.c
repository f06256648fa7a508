/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the dump of an old frontend contains besides our commands. */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>

#include "db/appliance.h"
#include "db/attr.h"
#include "db/host.h"
#include "src/rocks/batch/old-dump.h"
#include "src/rocks/dispatch/find.h"

/* Lines that begin like this say nothing that this inventory keeps. */
static const char *const passed[] = {
	"add appliance firewall",
	"add appliance route",
	"add bootaction",
	"add distribution",
	"add firewall",
	"add host firewall",
	"add host key",
	"add host partition",
	"add host route",
	"add host sec_attr",
	"add os firewall",
	"add os route",
	"add roll",
	"add route",
	"add sec_attr",
	"close appliance firewall",
	"close firewall",
	"close host firewall",
	"close os firewall",
	"disable roll",
	"enable roll",
	"open appliance firewall",
	"open firewall",
	"open host firewall",
	"open os firewall",
	"run reconfigure",
	"set appliance sec_attr",
	"set host boot",
	/* What dump prints of a frontend's interfaces in its first two networks. */
	"set host interface channel localhost None",
	"set host interface options localhost None",
	"set host roll",
	"set host sec_attr",
	"set network servedns",
	"set sec_attr",
	"sync config",
};

/* Parameters that our commands of these words do not have. */
static const struct {
	const char *words, *key;
} dropped[] = {
	{ "add appliance", "distribution" }, { "add appliance", "graph" },
	{ "add appliance", "node" },	     { "add appliance", "os" },
	{ "add appliance", "public" },	     { "add appliance", "short-name" },
};

_Static_assert(ARRAY_SIZE(passed) <= OLD_DUMP_MOST, "a count for each");
_Static_assert(ARRAY_SIZE(dropped) <= OLD_DUMP_MOST, "a count for each");

bool old_dump_passes(struct old_dump *old, char *const *argv, size_t count, size_t words)
{
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++) {
		if (match_words(passed[i], argv, count) &&
		    count_words(passed[i]) > words) {
			old->lines[i]++;
			return true;
		}
	}
	return false;
}

static bool has_parameter(const struct argument *list, const char *name)
{
	for (; list && list->name; list++)
		if (strcmp(list->name, name) == 0)
			return true;
	return false;
}

static bool drops(struct old_dump *old, const struct command *command, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(dropped); i++) {
		size_t length = strlen(dropped[i].key);

		if (strcmp(dropped[i].words, command->words) == 0 &&
		    strncmp(word, dropped[i].key, length) == 0 && word[length] == '=' &&
		    !has_parameter(command->arguments, dropped[i].key) &&
		    !has_parameter(command->parameters, dropped[i].key)) {
			old->parameters[i]++;
			return true;
		}
	}
	return false;
}

void old_dump_drop(struct old_dump *old, const struct command *command, char **words,
		   size_t *count)
{
	size_t left = 0;

	for (size_t i = 0; i < *count; i++)
		if (!drops(old, command, words[i]))
			words[left++] = words[i];
	*count = left;
}

bool old_dump_has_appliance(struct old_dump *old, const struct invocation *invocation)
{
	const char *name, *membership;
	int64_t of_name, of_membership;

	if (strcmp(invocation->command->words, "add appliance") != 0)
		return false;
	name = argument(invocation, "appliance");
	membership = argument(invocation, "membership");
	if (!membership || db_appliance_find(invocation->db, name, &of_name) < 0 ||
	    db_appliance_find(invocation->db, membership, &of_membership) < 0 ||
	    of_name != of_membership)
		return false;
	old->appliances++;
	return true;
}

/* The built-in appliance that a word names, or NULL. */
static const struct appliance *built_in_of(struct db *db, const char *word)
{
	int64_t id, other;

	if (db_appliance_find(db, word, &id) < 0)
		return NULL;
	for (size_t i = 0; i < DB_APPLIANCES_BUILT_IN; i++)
		if (db_appliance_find(db, db_appliances_built_in[i].name, &other) == 0 &&
		    other == id)
			return &db_appliances_built_in[i];
	return NULL;
}

static int note_value(void *data, const struct attr *row)
{
	char **value = data;

	*value = strdup(row->value);
	return *value ? 0 : -ENOMEM;
}

bool old_dump_sets_managed(const struct invocation *invocation)
{
	struct attr_owner owner = { .level = ATTR_APPLIANCE };
	const struct appliance *built_in;
	_cleanup_free_ char *value = NULL;

	if (strcmp(invocation->command->words, "add appliance attr") != 0 ||
	    invocation->many_count != 1 ||
	    strcmp(argument(invocation, "attr"), "managed") != 0)
		return false;
	built_in = built_in_of(invocation->db, invocation->many[0]);
	return built_in && built_in->managed &&
	       db_appliance_find(invocation->db, built_in->name, &owner.id) == 0 &&
	       db_attr_each(invocation->db, owner, "managed", note_value, &value) == 0 &&
	       value && strcmp(value, built_in->managed) == 0;
}

/* gpupci, or gpupci and digits. */
static bool is_card_name(const char *name)
{
	return strncmp(name, "gpupci", 6) == 0 &&
	       strspn(name + 6, "0123456789") == strlen(name + 6);
}

bool old_dump_is_card(const struct invocation *invocation, char *ret_words[3])
{
	const char *words = invocation->command->words;

	if ((strcmp(words, "add host attr") != 0 &&
	     strcmp(words, "set host attr") != 0) ||
	    invocation->many_count != 1 || !is_card_name(argument(invocation, "attr")))
		return false;
	ret_words[0] = invocation->many[0];
	ret_words[1] = (char *)argument(invocation, "attr");
	ret_words[2] = (char *)argument(invocation, "value");
	return true;
}

/* Whether a command is about the host localhost. */
static bool names_frontend(const struct invocation *invocation)
{
	const struct argument *first = invocation->command->arguments;

	if (!first || !first->name || strcmp(first->name, "host") != 0)
		return false;
	if (!(first->flags & ARGUMENT_MANY))
		return invocation->values[0] &&
		       strcmp(invocation->values[0], "localhost") == 0;
	for (size_t i = 0; i < invocation->many_count; i++)
		if (strcmp(invocation->many[i], "localhost") == 0)
			return true;
	return false;
}

/* The name of this machine without its domain; the caller frees it. */
static char *machine_name(void)
{
	struct utsname names;

	if (uname(&names) < 0)
		return NULL;
	return strndup(names.nodename, strcspn(names.nodename, "."));
}

/* 1 when the inventory has no frontend and not this machine, 0 when it has, -errno. */
static int lacks_frontend(struct db *db)
{
	char *words[] = { (char *)"localhost", (char *)"frontend" };
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = db_hosts_resolve(db, words, 1, &hosts);

	if (r != -ENOENT)
		return r;
	r = db_hosts_resolve(db, words + 1, 1, &hosts);
	return r < 0 ? r : hosts.count == 0;
}

/*
 * Whether the line adds the frontend of a virtual cluster: old dumps write "add host" as one
 * word and leave out the frontend that they are of.
 */
static bool adds_other_frontend(const struct invocation *invocation, bool quoted)
{
	const char *membership;

	if (!quoted || strcmp(invocation->command->words, "add host") != 0)
		return false;
	membership = argument(invocation, "membership");
	return membership && strcasecmp(membership, "frontend") == 0;
}

int old_dump_add_frontend(struct invocation *invocation, bool quoted, char **ret_name)
{
	static const int64_t zero = 0;
	static const struct host_change change = { .membership = "frontend",
						   .rack = &zero,
						   .rank = &zero };
	_cleanup_free_ char *name = NULL;
	int64_t id;
	bool other = adds_other_frontend(invocation, quoted);
	int r = other || names_frontend(invocation) ? lacks_frontend(invocation->db) : 0;

	if (r != 1)
		return r;
	name = machine_name();
	if (!name)
		return -ENOMEM;
	/* A line that adds the frontend describes it itself. */
	if (!other && strcmp(invocation->command->words, "add host") == 0) {
		invocation->values[0] = *ret_name = take_pointer(name);
		return 0;
	}
	r = db_host_add(invocation->db, name, &change, &id);
	if (r < 0)
		return r;
	*ret_name = take_pointer(name);
	return 1;
}

static void add_count(struct strbuf *text, size_t *total, size_t count, const char *words,
		      const char *key)
{
	if (!count)
		return;
	strbuf_add_format(text, "%s%s%s%s%s (%zu)", text->length ? ", " : "", words,
			  *key ? " " : "", key, *key ? "=" : "", count);
	*total += count;
}

static void tell(const char *name, const struct strbuf *text, size_t total,
		 const char *what)
{
	if (total)
		say("%s: passed over: %zu %s%s: %s", name, total, what,
		    total == 1 ? "" : "s", strbuf_text(text));
}

void old_dump_print(const struct old_dump *old, const char *name)
{
	_cleanup_strbuf_ struct strbuf lines = STRBUF_EMPTY, parameters = STRBUF_EMPTY;
	size_t total = 0, parameter_total = 0;

	add_count(&lines, &total, old->appliances, "add appliance, there already", "");
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		add_count(&lines, &total, old->lines[i], passed[i], "");
	for (size_t i = 0; i < ARRAY_SIZE(dropped); i++)
		add_count(&parameters, &parameter_total, old->parameters[i],
			  dropped[i].words, dropped[i].key);
	tell(name, &lines, total, "line");
	tell(name, &parameters, parameter_total, "parameter");
}
