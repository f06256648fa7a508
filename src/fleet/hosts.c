/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hosts that a command runs on, and which of them is this machine. */
#include <errno.h>
#include <string.h>

#include "db/attr.h"
#include "db/vm.h"
#include "lib/text.h"
#include "src/cli/usage.h"
#include "src/fleet/hosts.h"

/* Whether commands for all hosts are for this one: 1, 0, -errno. */
static int is_managed(struct db *db, int64_t host)
{
	_cleanup_free_ char *managed = NULL;
	int r = db_attr_get(db, host, "managed", &managed);

	return r == 1 ? text_is_true(managed) : r;
}

int take_fleet(const struct invocation *invocation, bool managed,
	       struct host_set *ret_hosts)
{
	_cleanup_host_set_ struct host_set all = { 0 };
	int r = ROCKS_DONE;

	if (invocation->many_count || !managed)
		return take_hosts(invocation, ret_hosts);
	r = take_hosts(invocation, &all);
	for (size_t i = 0; i < all.count && r == ROCKS_DONE; i++) {
		int wanted = is_managed(invocation->db, all.hosts[i].id);

		if (wanted < 0)
			r = database_error(invocation);
		else if (wanted && host_set_add(ret_hosts, &all.hosts[i]) < 0)
			r = memory_error();
	}
	if (r == ROCKS_DONE && all.count && !ret_hosts->count)
		return error("no host has the attribute managed set to true; name the "
			     "hosts, or `rocks set host attr HOST managed true`");
	return r;
}

int check_command_word(const struct invocation *invocation, const char *command)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	char *words[] = { (char *)command };
	int r = invocation->many_count
			? -ENOENT
			: db_hosts_resolve(invocation->db, words, 1, &hosts);

	if (r < 0 && db_is_unreadable(invocation->db))
		return database_error(invocation);
	if (r < 0 || !hosts.count)
		return ROCKS_DONE;
	return usage_error(invocation->command, "«%s» names hosts: what are they to run?",
			   command);
}

/* Whether a word names one host, and is not a pattern, a group or a select. */
static bool is_name(const char *word, const struct host_ref *host)
{
	return strcmp(word, host->name) == 0;
}

static int add_physical(const struct invocation *invocation, const struct host_ref *host,
			struct host_set *hosts)
{
	int r = db_vm_exists(invocation->db, host->id);

	if (r < 0)
		return database_error(invocation);
	for (size_t i = 0; r && i < invocation->many_count; i++)
		if (is_name(invocation->many[i], host))
			return error("%s is a VM; name the host that houses it",
				     host->name);
	if (r == 0 && host_set_add(hosts, host) < 0)
		return memory_error();
	return ROCKS_DONE;
}

int take_vm_hosts(const struct invocation *invocation, struct host_set *ret_hosts)
{
	static char wanted[] =
		"select name from nodes where id in (select node from cards) "
		"or id in (select physnode from vm_nodes) or membership in "
		"(select id from appliances where name = 'vm-container')";
	static char *const words[] = { wanted };
	_cleanup_host_set_ struct host_set all = { 0 };
	int r;

	if (invocation->many_count)
		r = take_hosts(invocation, &all);
	else
		r = answer(invocation, db_hosts_resolve(invocation->db, words, 1, &all));
	for (size_t i = 0; i < all.count && r == ROCKS_DONE; i++)
		r = add_physical(invocation, &all.hosts[i], ret_hosts);
	return r;
}

int find_local_host(const struct context *context, char **ret_name)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = db_hosts_resolve_one(context->db, "localhost", &hosts);

	if (r == -ENOENT || r == -EINVAL)
		return ROCKS_DONE;
	if (r < 0)
		return context_database_error(context);
	*ret_name = strdup(hosts.hosts[0].name);
	return *ret_name ? ROCKS_DONE : memory_error();
}
