/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arguments of a move. */
#include "db/vm.h"
#include "src/cli/usage.h"
#include "src/move/arguments.h"

#define PATIENCE 300 /* seconds that a shutdown may take without timeout= */
#define PATIENCE_MOST 86400

const struct argument move_arguments[] = {
	ARGUMENT_TEXT("host", "a VM", ARGUMENT_REQUIRED, VM),
	ARGUMENT_TEXT("physhost",
		      "the container to move it to; not with resume= or undo=", 0,
		      CONTAINER),
	ARGUMENTS_END,
};

const struct argument move_parameters[] = {
	ARGUMENT_BOOLEAN("shared",
			 "yes: moves it only if both containers share all its disks"),
	ARGUMENT_WORD("action", "how to stop the VM; poweroff by default", 0,
		      "poweroff shutdown"),
	ARGUMENT_INTEGER("timeout", "seconds that a shutdown may take; 300 by default", 0,
			 1, PATIENCE_MOST),
	ARGUMENT_BOOLEAN(
		"dryrun",
		"yes: checks whether it can move, prints the plan, changes nothing"),
	ARGUMENT_BOOLEAN("resume", "yes: continues an interrupted move"),
	ARGUMENT_BOOLEAN("undo", "yes: undoes an interrupted move"),
	ARGUMENTS_END,
};

int take_moving_vm(const struct invocation *invocation, struct host_set *ret_vm)
{
	int r = take_host(invocation, "host", ret_vm), is_vm;

	if (r != ROCKS_DONE)
		return r;
	is_vm = db_vm_exists(invocation->db, ret_vm->hosts[0].id);
	if (is_vm == 0)
		return error("%s is not a VM; see `rocks list host vm`",
			     ret_vm->hosts[0].name);
	return answer(invocation, is_vm);
}

void take_move_wish(const struct invocation *invocation, struct move_wish *wish)
{
	const char *action = argument(invocation, "action");
	const int64_t *patience = integer_argument(invocation, "timeout");

	wish->shared = boolean_argument(invocation, "shared", false);
	wish->dryrun = boolean_argument(invocation, "dryrun", false);
	wish->action = action ? action : "poweroff";
	wish->patience = patience ? *patience : PATIENCE;
}

int take_move_end(const struct invocation *invocation, bool *ret_resume, bool *ret_undo)
{
	static const char *const others[] = { "shared", "action", "timeout", "dryrun" };

	*ret_resume = boolean_argument(invocation, "resume", false);
	*ret_undo = boolean_argument(invocation, "undo", false);
	if ((argument(invocation, "physhost") ? 1 : 0) + *ret_resume + *ret_undo != 1)
		return usage_error(
			invocation->command,
			"give one of these: a container, resume=yes, undo=yes");
	for (size_t i = 0; (*ret_resume || *ret_undo) && i < ARRAY_SIZE(others); i++)
		if (argument(invocation, others[i]))
			return usage_error(invocation->command,
					   "%s= is only for a new move", others[i]);
	return ROCKS_DONE;
}
