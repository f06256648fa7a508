/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report host vm config: the libvirt XML of VMs. */
#include "commands/vm-facts.h"
#include "plugins/loader.h"

static int print(struct invocation *invocation, const struct rocks_vm *vm, void *data)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_free_ char *text = NULL;

	(void)invocation;
	if (plugins_domain_xml(data, vm, &text, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	fputs(text, stdout);
	return ROCKS_DONE;
}

static int run(struct invocation *invocation)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;

	if (plugins_load(&plugins, PLUGINS_XML, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	return each_vm_facts(invocation, print, plugins);
}

static const struct argument arguments[] = {
	{ "host", "VMs, or containers for all VMs in them",
	  ARGUMENT_REQUIRED | ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

const struct command cmd_report_host_vm_config = {
	.words = "report host vm config",
	.summary = "print the libvirt XML of VMs",
	.help = "A VM one of whose cards is missing, swapped or quarantined gets an "
		"error and "
		"no XML; the others of the call get theirs.\n\n"
		"Attributes that shape it: kvm_domain_type (kvm), kvm_machine (q35), "
		"kvm_bridge (br0, where the container has no interface in the network), "
		"cpu_mode, kvm_cpu_pinning, HVM_Features, kvm_device_0, kvm_device_1, …",
	.arguments = arguments,
	.examples = "report host vm config rocks-33",
	.related = "add host vm\nadd host gpu\nlist host gpu",
	.flags = COMMAND_READS,
	.run = run,
};
