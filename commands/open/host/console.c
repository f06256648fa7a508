/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks open host console: the command that connects to the console of a VM. */
#include "src/vm/console.h"

static int print(const struct context *context, const struct rocks_vm *vm,
		 const char *trouble, void *data)
{
	_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;
	int r = console_command(context, vm, &line);

	(void)trouble;
	(void)data;
	if (r == ROCKS_DONE)
		puts(strbuf_text(&line));
	return r;
}

static int run(struct invocation *invocation)
{
	const char *host = argument(invocation, "host");
	char *const words[] = { (char *)host };
	const struct vm_words one = { words, 1 };
	const struct context context = context_of(invocation);

	return each_vm_facts(&context, &one, false, print, NULL);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "a VM", ARGUMENT_REQUIRED, VM),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("key", "ignored: ssh and libvirt have their own keys", 0, PATH),
	ARGUMENTS_END,
};

const struct command cmd_open_host_console = {
	.words = "open host console",
	.summary = "print the command that opens a VM's console",
	.help = "Prints the virsh command that connects this terminal to the serial "
		"console of the VM, at the address in the attribute libvirt_uri of its "
		"container; Ctrl-] leaves the console. To run the command: "
		"eval \"$(rocks open host console rocks-33)\". Unlike Rocks, it opens no "
		"window.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "open host console rocks-33",
	.related = "start host vm\nlist host vm",
	.flags = COMMAND_READS,
	.run = run,
};
