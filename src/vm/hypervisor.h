/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the hypervisors of containers: in processes of their own, with a deadline. */
#ifndef SRC_VM_HYPERVISOR_H
#define SRC_VM_HYPERVISOR_H

#include "src/cli/command.h"
#include "src/vm/plugins.h"

#define HYPERVISOR_SECONDS 180

/* What one VM is asked for: the number that the operation answers. */
typedef int hypervisor_fn(const struct rocks_hypervisor *hypervisor,
			  const struct rocks_vm *vm, const void *data,
			  struct rocks_failure *failure);

/* The same with what it told of the VM, written to text. */
typedef int hypervisor_ask_fn(const struct rocks_hypervisor *hypervisor,
			      const struct rocks_vm *vm, const void *data, FILE *text,
			      struct rocks_failure *failure);

/*
 * Calls an operation for a VM, as its container's attribute libvirt_uri says, else the
 * VM's. *ret_result is what it answered when ROCKS_DONE (0 or 1); else a word was said.
 */
int hypervisor_call(const struct invocation *invocation,
		    const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		    hypervisor_fn *call, const void *data, int *ret_result);

/*
 * The same with a deadline in seconds; the other has HYPERVISOR_SECONDS: to start, QEMU
 * pins all the memory of a VM that has a card, and to stop, it has to let go of it.
 */
int hypervisor_call_within(const struct invocation *invocation,
			   const struct rocks_hypervisor *hypervisor,
			   const struct rocks_vm *vm, hypervisor_fn *call,
			   const void *data, int seconds, int *ret_result);

/*
 * The same of that container, whichever houses the VM, within HYPERVISOR_SECONDS;
 * *ret_text, unless it is NULL, is the text, and the caller's when ROCKS_DONE.
 */
int hypervisor_ask(const struct invocation *invocation,
		   const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		   const char *container, hypervisor_ask_fn *ask, const void *data,
		   int *ret_result, char **ret_text);

/* A domain as a hypervisor tells it. */
struct domain_row {
	size_t host; /* index of its container */
	uint32_t state;
	bool persistent;
	char *name, *uuid;
	char *functions;  /* addresses with blanks between; "" for none */
	const char *next; /* the same for when it is started next; NULL: not told */
};

struct domain_rows {
	struct domain_row *rows;
	size_t count, room;
	char **why; /* for each container: why it could not be asked, or NULL */
	size_t host_count;
};

/* Whether a list of addresses with blanks between, or NULL, has one of that length. */
bool domain_row_lists(const char *list, const char *address, size_t length);

/* Whether the domain has the address now or the next time that it starts. */
bool domain_row_gives(const struct domain_row *row, const char *address);

#define _cleanup_domain_rows_ _cleanup_(domain_rows_release)

void domain_rows_release(struct domain_rows *rows);

/* Asks several containers at once for all their domains. ROCKS_DONE whatever they answer. */
int hypervisor_domains(const struct invocation *invocation,
		       const struct rocks_hypervisor *hypervisor,
		       const struct host_set *containers, struct domain_rows *ret_rows);

/* The word for a ROCKS_DOMAIN_… */
const char *domain_state_word(uint32_t state);

/* Loads plugins, and among them one that has operations; a word about it when none has. */
int load_hypervisor(unsigned int wanted, struct plugins **ret_plugins,
		    const struct rocks_hypervisor **ret_hypervisor);

#endif
