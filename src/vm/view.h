/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a hypervisor's plugin sees of a VM, and why it could not do its work. */
#ifndef SRC_VM_VIEW_H
#define SRC_VM_VIEW_H

#include "lib/strbuf.h"
#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

/* A VM, or only its container, as the plugin sees it: with the container's address. */
struct vm_view {
	struct rocks_vm vm; /* first: attribute_of() finds the rest */
	const struct rocks_vm *real;
	char *uri; /* or NULL */
};

/* Stands before the sentence of a failure: no document and no name has it. */
#define VM_VIEW_SENTENCE '\036'

/*
 * The view of real, or, when it is NULL, of the container alone; both are to live as long.
 * view->uri is freed by the caller. ROCKS_DONE, or what to exit with.
 */
int vm_view_open(const struct context *context, const char *container,
		 const struct rocks_vm *real, struct vm_view *view);

/* The container's name becomes a part of an address: 0 or -EINVAL, which is explained. */
int vm_view_check(const struct vm_view *view, struct rocks_failure *failure);

/* Why a container could not be asked, or did not do it; text is all that was told. */
void vm_view_explain(struct strbuf *sentence, const char *container, int seconds,
		     int result, const char *text);

#endif
