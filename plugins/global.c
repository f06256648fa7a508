/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin for the VM as a whole: its CPU, and what cards require. */
#include <errno.h>
#include <string.h>

#include "plugins/xml.h"

/* The vendor ID that the hypervisor shows to the guest: at most 12 characters. */
#define VENDOR_ID "rocks"

/* Whether the text up to a colon, or all of it, is this mode. */
static bool is_mode(const char *value, const char *mode)
{
	size_t length = strlen(mode);

	return strncmp(value, mode, length) == 0 &&
	       (value[length] == '\0' || value[length] == ':');
}

/* The mode of an attribute MODE or MODE:inner XML; host-passthrough needs KVM. */
static const char *choose_mode(struct xml *xml, const char *value, bool is_kvm)
{
	static const char *const modes[] = { "host-passthrough", "host-model", "maximum",
					     "custom" };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (is_mode(value, modes[i]))
			return i == 0 && !is_kvm ? "maximum" : modes[i];
	/* As the kvm roll wrote it. */
	if (is_mode(value, "exact"))
		return "custom";
	xml_fail(xml, -EINVAL,
		 "the attribute cpu_mode is '%s'; start it with host-passthrough, "
		 "host-model, maximum or custom",
		 value);
	return NULL;
}

static void add_cpu(struct xml *xml, xmlNode *domain)
{
	const char *value = xml_vm_attribute(xml->vm, "cpu_mode");
	const char *type = xml_get(domain, "type");
	const char *mode, *inner;
	xmlNode *cpu, *features;

	if (!value)
		value = "host-passthrough";
	mode = choose_mode(xml, value, type && strcmp(type, "kvm") == 0);
	features = xml_child_or_new(xml, domain, "features");
	cpu = xml_child_or_new(xml, domain, "cpu");
	if (!xml->error)
		xmlAddNextSibling(features, cpu);
	xml_put(xml, cpu, "mode", "%s", mode ? mode : "");
	inner = strchr(value, ':');
	if (inner)
		xml_add_raw(xml, cpu, inner + 1, "cpu_mode");
}

/* <outer><inner state='on'/></outer>; keeps what the administrator wrote. */
static xmlNode *add_state(struct xml *xml, xmlNode *features, const char *outer,
			  const char *inner)
{
	xmlNode *node = xml_child_or_new(xml, features, outer);

	if (xml_child(node, inner))
		return NULL;
	node = xml_add(xml, node, inner);
	xml_put(xml, node, "state", "on");
	return node;
}

/* A card's driver may refuse to work in a VM, so the VM hides that it is one. */
static void hide(struct xml *xml, xmlNode *domain)
{
	xmlNode *features = xml_child_or_new(xml, domain, "features"), *vendor;

	add_state(xml, features, "kvm", "hidden");
	vendor = add_state(xml, features, "hyperv", "vendor_id");
	if (vendor)
		xml_put(xml, vendor, "value", VENDOR_ID);
}

/* No balloon: all memory is pinned for the card, so there is nothing to give back. */
static void suit_card(struct xml *xml, xmlNode *domain)
{
	xmlNode *devices = xml_child_or_new(xml, domain, "devices");
	xmlNode *balloon = xml_child_or_new(xml, devices, "memballoon");

	hide(xml, domain);
	xml_put(xml, balloon, "model", "none");
	while (!xml->error && balloon->children) {
		xmlNode *child = balloon->children;

		xmlUnlinkNode(child);
		xmlFreeNode(child);
	}
}

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	struct xml xml = { .vm = vm, .failure = failure };
	xmlNode *domain = xmlDocGetRootElement(document);

	add_cpu(&xml, domain);
	if (vm->card_count)
		suit_card(&xml, domain);
	return xml.error;
}

/* In libvirt's own definition the VM hides that it is one only if asked to. */
static int amend_own(const struct rocks_vm *vm, struct _xmlDoc *document,
		     struct rocks_failure *failure)
{
	static const char *const words[] = { "no", "yes", NULL };
	struct xml xml = { .vm = vm, .failure = failure };

	if (xml_vm_choice(&xml, "kvm_hidden", words) && vm->card_count)
		hide(&xml, xmlDocGetRootElement(document));
	return xml.error;
}

ROCKS_PLUGIN(.name = "global", .order = 200, .amend = amend, .amend_own = amend_own);
