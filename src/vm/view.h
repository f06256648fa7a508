/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a hypervisor's plugin sees of a VM, and the reasons for its failures. */
#ifndef SRC_VM_VIEW_H
#define SRC_VM_VIEW_H

#include "lib/strbuf.h"
#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

/* A VM, or only its container, as the plugin sees it, with the container's address. */
struct vm_view {
	struct rocks_vm vm; /* first: attribute_of() finds the rest */
	const struct rocks_vm *real;
	char *uri; /* or NULL */
};

/* Precedes the sentence of a failure; no document or name contains it. */
#define VM_VIEW_SENTENCE '\036'

/*
 * Makes the view of real or, if it is NULL, of the container alone; both must outlive the
 * view. The caller frees view->uri. ROCKS_DONE, or an exit status after printing an error.
 */
int vm_view_open(const struct context *context, const char *container,
		 const struct rocks_vm *real, struct vm_view *view);

/*
 * Checks the container's name, which becomes a part of an address. 0, or -EINVAL with
 * failure explained.
 */
int vm_view_check(const struct vm_view *view, struct rocks_failure *failure);

/*
 * Appends why a container could not be asked, or failed: result is the child's, text all
 * that the child wrote, seconds its deadline.
 */
void vm_view_explain(struct strbuf *sentence, const char *container, int seconds,
		     int result, const char *text);

#endif
