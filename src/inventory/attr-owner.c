/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose attributes a command is about. */
#include <string.h>

#include "src/inventory/attr-owner.h"

struct walk {
	struct invocation *invocation;
	int64_t wanted; /* the appliance; 0: all */
	int (*each)(struct invocation *invocation, const struct owner_name *owner,
		    void *data);
	void *data;
	int status;
};

static int visit_appliance(void *data, const struct appliance *row)
{
	struct walk *walk = data;
	struct owner_name owner = { { .level = ATTR_APPLIANCE, .id = row->id },
				    row->name,
				    db_appliance_built_in(row->name, row->membership) };

	if (walk->wanted && walk->wanted != row->id)
		return 0;
	walk->status = walk->each(walk->invocation, &owner, walk->data);
	return walk->status != ROCKS_DONE;
}

/* Finds the appliance that a word names. 1 if an earlier word names it, too, 0, -errno. */
static int find_appliance(struct invocation *invocation, size_t word, int64_t *ret_id)
{
	int64_t earlier;
	int r = db_appliance_find(invocation->db, invocation->many[word], ret_id);

	for (size_t i = 0; i < word && r == 0; i++) {
		r = db_appliance_find(invocation->db, invocation->many[i], &earlier);
		if (r == 0)
			r = earlier == *ret_id;
	}
	return r;
}

static int each_appliance(struct walk *walk)
{
	struct invocation *invocation = walk->invocation;
	size_t count = invocation->many_count;

	for (size_t i = 0; i < (count ? count : 1); i++) {
		int r = count ? find_appliance(invocation, i, &walk->wanted) : 0;

		if (r == 0)
			r = db_appliance_each(invocation->db, visit_appliance, walk);
		if (r < 0)
			return database_error(invocation);
		if (walk->status != ROCKS_DONE)
			return walk->status;
	}
	return ROCKS_DONE;
}

static int each_host(struct walk *walk)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = take_hosts(walk->invocation, &hosts);

	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
		struct owner_name owner = { { .level = ATTR_HOST,
					      .id = hosts.hosts[i].id },
					    hosts.hosts[i].name,
					    NULL };

		r = walk->each(walk->invocation, &owner, walk->data);
	}
	return r;
}

static int visit_os(void *data, const char *os)
{
	struct owner_name owner = { { .level = ATTR_OS, .os = os }, os, NULL };
	struct walk *walk = data;

	walk->status = walk->each(walk->invocation, &owner, walk->data);
	return walk->status != ROCKS_DONE;
}

static bool is_repeated(const struct invocation *invocation, size_t word)
{
	for (size_t i = 0; i < word; i++)
		if (strcmp(invocation->many[i], invocation->many[word]) == 0)
			return true;
	return false;
}

static int each_os(struct walk *walk)
{
	struct invocation *invocation = walk->invocation;
	int r = invocation->many_count ? 0
				       : db_attr_each_os(invocation->db, visit_os, walk);

	for (size_t i = 0; i < invocation->many_count && r == 0; i++) {
		r = db_attr_check_os(invocation->db, invocation->many[i]);
		if (r == 0 && !is_repeated(invocation, i))
			r = visit_os(walk, invocation->many[i]);
	}
	return r < 0 ? database_error(invocation) : walk->status;
}

int attr_each_owner(struct invocation *invocation, enum attr_level level,
		    int (*each)(struct invocation *invocation,
				const struct owner_name *owner, void *data),
		    void *data)
{
	struct walk walk = { .invocation = invocation, .each = each, .data = data };
	struct owner_name global = { { .level = ATTR_GLOBAL }, "", NULL };

	if (level == ATTR_GLOBAL)
		return each(invocation, &global, data);
	if (level == ATTR_OS)
		return each_os(&walk);
	return level == ATTR_APPLIANCE ? each_appliance(&walk) : each_host(&walk);
}
