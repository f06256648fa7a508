/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attribute kvm_cpu_pinning: which CPUs of the host run those of the guest. */
#include <errno.h>
#include <string.h>

#include "plugins/domain/domain.h"

void domain_add_pinning(struct xml *xml, xmlNode *domain)
{
	const struct rocks_vm *vm = xml->vm;
	const char *pinning = xml_vm_attribute(vm, "kvm_cpu_pinning");
	xmlNode *node;

	if (!pinning)
		return;
	if (strchr(pinning, '<')) {
		node = xml_add_raw(xml, domain, pinning, "kvm_cpu_pinning");
		if (node && (node->next || !xmlStrEqual(node->name, BAD_CAST "cputune")))
			xml_fail(xml, -EINVAL,
				 "the attribute kvm_cpu_pinning is not a single "
				 "<cputune>; set it to one, or to pin_all");
		return;
	}
	if (strcmp(pinning, "pin_all") != 0)
		xml_fail(xml, -EINVAL,
			 "the attribute kvm_cpu_pinning is '%s'; set it to pin_all or "
			 "a <cputune>, or remove it",
			 pinning);
	node = xml_add(xml, domain, "cputune");
	for (unsigned int i = 0; i < vm->cpus && !xml->error; i++) {
		xmlNode *pin = xml_add(xml, node, "vcpupin");

		xml_put(xml, pin, "vcpu", "%u", i);
		xml_put(xml, pin, "cpuset", "%u", i);
	}
}
