/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands that change networks share. */
#include "src/inventory/network.h"

int change_networks(struct invocation *invocation, const struct network *change)
{
	int r = 0;

	for (size_t i = 0; i < invocation->many_count && r == 0; i++) {
		struct network network = *change;

		network.name = invocation->many[i];
		r = db_network_set(invocation->db, &network);
	}
	return answer(invocation, r);
}
