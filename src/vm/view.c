/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a hypervisor's plugin sees of a VM, and the reasons for its failures. */
#include <errno.h>
#include <string.h>

#include "db/attr.h"
#include "lib/text.h"
#include "src/fleet/remote.h"
#include "src/vm/view.h"

static const char *attribute_of(const struct rocks_vm *vm, const char *name)
{
	const struct vm_view *view = (const struct vm_view *)vm;

	if (strcmp(name, "libvirt_uri") == 0 && view->uri)
		return view->uri;
	return view->real ? view->real->attribute(view->real, name) : NULL;
}

int vm_view_open(const struct context *context, const char *container,
		 const struct rocks_vm *real, struct vm_view *view)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = db_hosts_resolve_one(context->db, container, &hosts);

	*view = (struct vm_view){ .vm = { .size = sizeof(view->vm),
					  .name = real ? real->name : container,
					  .uuid = real ? real->uuid : "",
					  .container = container,
					  .attribute = attribute_of,
					  .domain = real ? real->domain : container },
				  .real = real };
	if (r == 0)
		r = db_attr_get(context->db, hosts.hosts[0].id, "libvirt_uri",
				&view->uri);
	return context_answer(context, r < 0 ? r : 0);
}

int vm_view_check(const struct vm_view *view, struct rocks_failure *failure)
{
	if (text_is_host_name(view->vm.container))
		return 0;
	failure->explain(failure, NOT_A_HOST_NAME);
	return -EINVAL;
}

void vm_view_explain(struct strbuf *sentence, const char *container, int seconds,
		     int result, const char *text)
{
	const char *said = strchr(text, VM_VIEW_SENTENCE);

	said = said ? said + 1 : "";
	if (result == -ETIMEDOUT)
		strbuf_add_format(sentence,
				  "its hypervisor did not answer within %d s; nothing "
				  "more is known",
				  seconds);
	else if (result == -EINTR)
		strbuf_add_string(sentence, "stopped");
	else if (result == -E2BIG)
		strbuf_add_string(sentence,
				  "its hypervisor answered with more than 64 MiB");
	else if (result == -ECHILD)
		strbuf_add_string(sentence,
				  "the plugin died while it asked the hypervisor");
	else if (!remote_key_advice(sentence, container, said))
		strbuf_add_string(sentence, *said ? said : strerror(-result));
}
