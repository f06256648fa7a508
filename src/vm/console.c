/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The console of a VM. */
#include <string.h>

#include "lib/text.h"
#include "src/vm/console.h"
#include "src/vm/view.h"

/* As plugins/libvirt reaches the container by default. */
#define URI "qemu+ssh://HOST/system?no_tty=1"

int console_command(const struct context *context, const struct rocks_vm *vm,
		    struct strbuf *line)
{
	_cleanup_strbuf_ struct strbuf address = STRBUF_EMPTY;
	struct vm_view view;
	int r = vm_view_open(context, vm->container, vm, &view);
	const char *uri = view.uri && *view.uri ? view.uri : URI;
	const char *mark = strstr(uri, "HOST");

	if (mark)
		strbuf_add_format(&address, "%.*s%s%s", (int)(mark - uri), uri,
				  vm->container, mark + strlen("HOST"));
	else
		strbuf_add_string(&address, uri);
	free(view.uri);
	if (r != ROCKS_DONE)
		return r;
	strbuf_add_string(line, "virsh -c ");
	text_quote_shell(line, strbuf_text(&address));
	strbuf_add_string(line, " console ");
	text_quote_shell(line, vm->domain);
	return address.error || line->error ? context_memory_error(context) : ROCKS_DONE;
}
