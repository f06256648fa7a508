/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a move's scripts on its containers. */
#include <string.h>

#include "src/fleet/collect.h"
#include "src/move/mover.h"

static int find_hosts(const struct mover *mover, const struct mover_script *script,
		      struct host_set *hosts)
{
	int r = ROCKS_DONE;

	for (size_t i = 0; i < ARRAY_SIZE(script->hosts) && r == ROCKS_DONE; i++) {
		_cleanup_host_set_ struct host_set one = { 0 };

		if (!script->hosts[i])
			continue;
		r = context_answer(
			mover->context,
			db_hosts_resolve_one(mover->context->db, script->hosts[i], &one));
		if (r == ROCKS_DONE && host_set_add(hosts, &one.hosts[0]) < 0)
			r = memory_error();
	}
	return r;
}

int mover_run(const struct mover *mover, const struct mover_script *script,
	      struct answers *ret_answers)
{
	const struct collect_options options = { .seconds = script->seconds,
						 .is_script = true,
						 .line = script->line,
						 .data = script->data };
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_answers_ struct answers answers = { 0 };
	int r = find_hosts(mover, script, &hosts);

	if (r == ROCKS_DONE)
		r = collect_with(mover->context, &hosts, script->text, script->what,
				 &options, &answers);
	for (size_t i = 0; i < answers.count && r == ROCKS_DONE; i++)
		if (!answers.list[i].text)
			r = error("%s: %s: %s", mover->vm->name, hosts.hosts[i].name,
				  answers.list[i].why);
	if (r == ROCKS_DONE && ret_answers) {
		*ret_answers = answers;
		answers = (struct answers){ 0 };
	}
	return r;
}
