/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls the hypervisor of a VM in a child process, with a deadline. */
#include <errno.h>
#include <string.h>

#include "lib/children.h"
#include "src/vm/hypervisor.h"
#include "src/vm/plugin.h"
#include "src/vm/view.h"

struct one_call {
	const struct rocks_hypervisor *hypervisor;
	struct vm_view view;
	hypervisor_ask_fn *ask;
	const void *data;
	char *text; /* NULL if out of memory */
	int seconds;
	bool waits_longer; /* the command has timeout=, which errors name */
	bool keeps_text;   /* after a failure, too */
	int result;
	int status; /* ROCKS_… */
};

static int work(void *data, size_t index, FILE *text)
{
	const struct one_call *call = data;
	_cleanup_plugins_failure_ struct plugins_failure failure;
	int r;

	(void)index;
	plugins_failure_init(&failure);
	r = vm_view_check(&call->view, &failure.base);
	if (r == 0)
		r = call->ask(call->hypervisor, &call->view.vm, call->data, text,
			      &failure.base);
	if (r < 0)
		fprintf(text, "%c%s", VM_VIEW_SENTENCE, strbuf_text(&failure.sentence));
	return r;
}

static void done(void *data, size_t index, int result, const char *text)
{
	_cleanup_strbuf_ struct strbuf sentence = STRBUF_EMPTY;
	struct one_call *call = data;

	(void)index;
	call->result = result;
	if (result >= 0 || call->keeps_text)
		call->text =
			strndup(text, strcspn(text, (char[]){ VM_VIEW_SENTENCE, 0 }));
	if (result >= 0)
		return;
	vm_view_explain(&sentence, call->view.vm.container, call->seconds, result, text);
	if (result == -ETIMEDOUT)
		strbuf_add_format(&sentence,
				  ": `rocks list host vm %s status=yes` says what it "
				  "does%s",
				  call->view.vm.name,
				  call->waits_longer ? "; timeout= waits longer" : "");
	call->status = error("%s: %s", call->view.vm.name, strbuf_text(&sentence));
}

/* ret_text may be NULL; with ROCKS_DONE the caller frees the text. */
static int call_one(const struct context *context, struct one_call *one,
		    const struct rocks_vm *vm, const char *container, int *ret_result,
		    char **ret_text)
{
	const struct children children = { .count = 1,
					   .at_once = 1,
					   .seconds = one->seconds,
					   .work = work,
					   .done = done,
					   .data = one };
	_cleanup_free_ char *text = NULL;
	int r = vm_view_open(context, container, vm, &one->view);

	if (r == ROCKS_DONE && children_run(&children) < 0)
		r = memory_error();
	free(one->view.uri);
	text = one->text;
	if (r == ROCKS_DONE)
		r = one->status;
	if (r == ROCKS_DONE && !text)
		r = memory_error();
	*ret_result = one->result;
	if ((r == ROCKS_DONE || one->keeps_text) && ret_text)
		*ret_text = take_pointer(text);
	return r;
}

int hypervisor_ask(const struct context *context,
		   const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		   const char *container, hypervisor_ask_fn *ask, const void *data,
		   int *ret_result, char **ret_text)
{
	return call_one(context,
			&(struct one_call){ .hypervisor = hypervisor,
					    .ask = ask,
					    .data = data,
					    .seconds = HYPERVISOR_SECONDS },
			vm, container, ret_result, ret_text);
}

int hypervisor_ask_within(const struct context *context,
			  const struct rocks_hypervisor *hypervisor,
			  const struct rocks_vm *vm, const char *container,
			  hypervisor_ask_fn *ask, const void *data, int seconds,
			  int *ret_result, char **ret_text)
{
	return call_one(
		context,
		&(struct one_call){ .hypervisor = hypervisor,
				    .ask = ask,
				    .data = data,
				    .seconds = seconds ? seconds : HYPERVISOR_SECONDS,
				    .waits_longer = seconds != 0,
				    .keeps_text = true },
		vm, container, ret_result, ret_text);
}

/* An operation without a text. */
struct silent_call {
	hypervisor_fn *call;
	const void *data;
};

static int call_silently(const struct rocks_hypervisor *hypervisor,
			 const struct rocks_vm *vm, const void *data, FILE *text,
			 struct rocks_failure *failure)
{
	const struct silent_call *silent = data;

	(void)text;
	return silent->call(hypervisor, vm, silent->data, failure);
}

int hypervisor_call(const struct context *context,
		    const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		    hypervisor_fn *call, const void *data, int seconds, int *ret_result)
{
	const struct silent_call silent = { call, data };

	return call_one(
		context,
		&(struct one_call){ .hypervisor = hypervisor,
				    .ask = call_silently,
				    .data = &silent,
				    .seconds = seconds ? seconds : HYPERVISOR_SECONDS,
				    .waits_longer = seconds != 0 },
		vm, vm->container, ret_result, NULL);
}

int vm_xml(const struct plugins *plugins, const struct rocks_vm *vm, char **ret_xml)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;

	if (plugins_domain_xml(plugins, vm, ret_xml, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	return ROCKS_DONE;
}

int load_hypervisor(const struct context *context, unsigned int wanted,
		    struct plugins **ret_plugins,
		    const struct rocks_hypervisor **ret_hypervisor)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;

	if (plugins_load(ret_plugins, wanted | PLUGINS_HYPERVISOR, &complaint) < 0)
		return context_error(context, "%s", strbuf_text(&complaint));
	*ret_hypervisor = plugins_hypervisor(*ret_plugins);
	if (*ret_hypervisor)
		return ROCKS_DONE;
	return context_error(
		context,
		"this goes through the plugin libvirt.so, which is not in %s; "
		"on the container `virsh` does it",
		plugins_folder(*ret_plugins));
}
