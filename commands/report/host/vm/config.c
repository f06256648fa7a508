/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report host vm config: the libvirt XML of VMs. */
#include "src/vm/facts.h"
#include "src/vm/plugins.h"

static int print(const struct context *context, const struct rocks_vm *vm,
		 const char *trouble, void *data)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_free_ char *text = NULL;

	(void)context;
	if (trouble)
		return error("%s: %s", vm->name, trouble);
	if (plugins_domain_xml(data, vm, &text, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	fputs(text, stdout);
	return ROCKS_DONE;
}

static int run(struct invocation *invocation)
{
	const struct vm_words words = { invocation->many, invocation->many_count };
	const struct context context = context_of(invocation);
	_cleanup_plugins_ struct plugins *plugins = NULL;
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;

	if (plugins_load(&plugins, PLUGINS_XML, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	return each_vm_facts(&context, &words, true, print, plugins);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "VMs, or containers for all VMs on them",
		      ARGUMENT_REQUIRED | ARGUMENT_MANY, VM),
	ARGUMENTS_END,
};

const struct command cmd_report_host_vm_config = {
	.words = "report host vm config",
	.summary = "print the libvirt XML of VMs",
	.help = "For a VM with definition=libvirt, prints the definition that `rocks "
		"sync "
		"host vm` kept, with the VM's cards; only the attributes kvm_gpu_rom, "
		"kvm_gpu_rom_gpupci2, kvm_mmio_gib and kvm_hidden (no) apply. The others "
		"below apply with definition=rocks.\n\nA VM with a missing, swapped "
		"or quarantined card gets an error and no "
		"XML; the other VMs still get theirs.\n\nAttributes that shape the XML, "
		"with their defaults: kvm_domain_type (kvm), kvm_machine (q35), "
		"kvm_firmware (bios), cpu_mode (host-passthrough), kvm_cpu_pinning, "
		"HVM_Features, kvm_nvram, kvm_boot (disk), kvm_device_0, kvm_device_1, "
		"…, kvm_device_0_at, …, kvm_bridge (br0); for cards kvm_gpu_rom (on), "
		"kvm_gpu_rom_gpupci2, kvm_mmio_gib, kvm_numa (no), kvm_numa_cpus_0, …; "
		"for memory kvm_hugepages (no), kvm_locked_memory (no). `man "
		"rocks-attributes` says what each takes.",
	.arguments = arguments,
	.examples = "report host vm config rocks-33",
	.related = "add host vm\nadd host gpu\nlist host gpu",
	.flags = COMMAND_READS,
	.run = run,
};
