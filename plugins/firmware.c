/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin for a VM's firmware: BIOS, or UEFI with or without secure boot. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "plugins/xml.h"

enum firmware {
	BIOS,
	UEFI,
	UEFI_SECURE,
};

static const char *const words[] = { "bios", "uefi", "uefi-secure", NULL };

static void add_feature(struct xml *xml, xmlNode *firmware, const char *name,
			bool is_enabled)
{
	xmlNode *feature = xml_add(xml, firmware, "feature");

	xml_put(xml, feature, "enabled", is_enabled ? "yes" : "no");
	xml_put(xml, feature, "name", "%s", name);
}

/*
 * libvirt's own default: where it keeps the variables of a VM that was defined without a
 * path. At a start it makes them if they are missing.
 */
static void add_variables(struct xml *xml, xmlNode *os)
{
	const char *wanted = xml_vm_attribute(xml->vm, "kvm_nvram");
	char *path;

	if (wanted && *wanted != '/') {
		xml_fail(xml, -EINVAL,
			 "the attribute kvm_nvram is '%s'; set it to an absolute path",
			 wanted);
		return;
	}
	if (asprintf(&path, "%s%s%s", wanted ? wanted : XML_NVRAM_FOLDER "/",
		     wanted ? "" : xml->vm->name, wanted ? "" : "_VARS.fd") < 0) {
		xml_fail(xml, -ENOMEM, "out of memory");
		return;
	}
	xml_add_text(xml, os, "nvram", path, "the path of the firmware's variables");
	free(path);
}

/*
 * libvirt picks files that fit from the firmware descriptions of the VM's host. From a
 * description for secure boot it also turns on SMM and marks the loader as secure. There
 * is none for pc, which has no SMM.
 */
static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	struct xml xml = { .vm = vm, .failure = failure };
	xmlNode *domain = xmlDocGetRootElement(document);
	size_t choice = xml_vm_choice(&xml, "kvm_firmware", words);
	xmlNode *os, *firmware;

	if (choice == BIOS)
		return xml.error;
	if (choice == UEFI_SECURE && xml_find_machine(&xml, domain) == XML_PC)
		return xml_fail(&xml, -EINVAL,
				"the attribute kvm_firmware is 'uefi-secure', which a pc "
				"machine cannot have; set the attribute kvm_machine to "
				"q35, or kvm_firmware to uefi");
	os = xml_child_or_new(&xml, domain, "os");
	xml_put(&xml, os, "firmware", "efi");
	firmware = xml_add_after(&xml, os, "type", "firmware");
	add_feature(&xml, firmware, "secure-boot", choice == UEFI_SECURE);
	/* Enrolled keys: without keys the guest would start anything. */
	if (choice == UEFI_SECURE)
		add_feature(&xml, firmware, "enrolled-keys", true);
	add_variables(&xml, os);
	return xml.error;
}

ROCKS_PLUGIN(.name = "firmware", .order = 210, .amend = amend);
