/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The domains of containers, as their hypervisors list them. */
#ifndef SRC_VM_DOMAINS_H
#define SRC_VM_DOMAINS_H

#include "lib/cleanup.h"
#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

/* A domain as its hypervisor reports it. */
struct domain_row {
	size_t host; /* index of its container */
	uint32_t state;
	bool persistent;
	char *name, *uuid;
	char *functions;  /* addresses, separated by blanks; "" for none */
	const char *next; /* the same for its next start; NULL: not reported */
};

struct domain_rows {
	struct domain_row *rows;
	size_t count, room;
	char **why; /* for each container: why it could not be asked, or NULL */
	size_t host_count;
};

/* Whether the domain has the address now or at its next start. */
bool domain_row_gives(const struct domain_row *row, const char *address);

#define _cleanup_domain_rows_ _cleanup_(domain_rows_release)

void domain_rows_release(struct domain_rows *rows);

/*
 * Asks several containers at once for all their domains. ROCKS_DONE whatever they answer,
 * or an exit status after printing an error; the caller releases the rows.
 */
int hypervisor_domains(const struct context *context,
		       const struct rocks_hypervisor *hypervisor,
		       const struct host_set *containers, struct domain_rows *ret_rows);

/* The word for a ROCKS_DOMAIN_… state. Static. */
const char *domain_state_word(uint32_t state);

#endif
