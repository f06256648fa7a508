/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person says of a move. */
#include <string.h>

#include "db/vm.h"
#include "src/cli/usage.h"
#include "src/move/arguments.h"

#define PATIENCE 300 /* seconds that a shutdown may take, unless timeout= says so */
#define PATIENCE_MOST 86400

const struct argument move_arguments[] = {
	{ "host", "a VM", ARGUMENT_REQUIRED },
	{ "physhost", "the container it goes to", 0 },
	{ NULL, NULL, 0 },
};

const struct argument move_parameters[] = {
	{ "shared", "yes: its files are on storage that both containers have", 0 },
	{ "action", "how it is stopped: poweroff (unless given) or shutdown", 0 },
	{ "timeout", "seconds that a shutdown may take; 300 unless given", 0 },
	{ "dryrun", "yes: looks whether it can be done, tells how, and does nothing", 0 },
	{ "resume", "yes: goes on with a move that broke off", 0 },
	{ "undo", "yes: takes a move back that broke off", 0 },
	{ NULL, NULL, 0 },
};

int take_moving_vm(const struct invocation *invocation, struct host_set *ret_vm)
{
	int r = take_host(invocation, "host", ret_vm), is_vm;

	if (r != ROCKS_DONE)
		return r;
	is_vm = db_vm_exists(invocation->db, ret_vm->hosts[0].id);
	if (is_vm == 0)
		return error("%s is no VM; see `rocks list host vm`",
			     ret_vm->hosts[0].name);
	return answer(invocation, is_vm);
}

int take_move_wish(const struct invocation *invocation, struct move_wish *wish)
{
	const char *action = argument(invocation, "action");
	const int64_t *given;
	int r = integer_argument(invocation, "timeout", 1, PATIENCE_MOST, &wish->patience,
				 &given);

	if (r == ROCKS_DONE)
		r = boolean_argument(invocation, "shared", &wish->shared);
	if (r == ROCKS_DONE)
		r = boolean_argument(invocation, "dryrun", &wish->dryrun);
	if (r == ROCKS_DONE && action && strcmp(action, "poweroff") != 0 &&
	    strcmp(action, "shutdown") != 0)
		r = usage_error(invocation->command,
				"action= is poweroff or shutdown, not «%s»", action);
	wish->action = action ? action : "poweroff";
	if (!given)
		wish->patience = PATIENCE;
	return r;
}

int take_move_end(const struct invocation *invocation, bool *ret_resume, bool *ret_undo)
{
	static const char *const others[] = { "shared", "action", "timeout", "dryrun" };
	int r = boolean_argument(invocation, "resume", ret_resume);

	if (r == ROCKS_DONE)
		r = boolean_argument(invocation, "undo", ret_undo);
	if (r != ROCKS_DONE)
		return r;
	if ((argument(invocation, "physhost") ? 1 : 0) + *ret_resume + *ret_undo != 1)
		return usage_error(invocation->command,
				   "one is to be given: a container, resume=yes or "
				   "undo=yes");
	for (size_t i = 0; (*ret_resume || *ret_undo) && i < ARRAY_SIZE(others); i++)
		if (argument(invocation, others[i]))
			return usage_error(invocation->command,
					   "%s= is said when a move begins", others[i]);
	return r;
}
