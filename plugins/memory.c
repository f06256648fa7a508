/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin for a VM's memory: in huge pages, locked, near its cards. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/xml.h"

#define MOST_NUMBER 16383 /* of a CPU or a node, in libvirt's lists */

static const char *const switches[] = { "no", "yes", NULL };
static const char *const distances[] = { "no", "near", NULL };

enum pages {
	SMALL_PAGES,
	HUGE_PAGES, /* of the host's default size */
	PAGES_2M,
	PAGES_1G,
};

static const char *const page_sizes[] = { "no", "yes", "2M", "1G", NULL };

static void add_pages(struct xml *xml, xmlNode *backing, enum pages pages)
{
	unsigned int mib = pages == PAGES_2M ? 2 : 1024;
	xmlNode *node = xml_add(xml, backing, "hugepages"), *page;

	if (pages == HUGE_PAGES)
		return;
	if (xml->vm->memory_mib % mib)
		xml_fail(xml, -EINVAL,
			 "the attribute kvm_hugepages is '%s', and its memory of %u MiB "
			 "is not a multiple of that; change it with rocks set host vm "
			 "%s mem=MIB",
			 page_sizes[pages], (unsigned int)xml->vm->memory_mib,
			 xml->vm->name);
	page = xml_add(xml, node, "page");
	xml_put(xml, page, "size", "%u", mib == 2 ? 2 : 1);
	xml_put(xml, page, "unit", mib == 2 ? "MiB" : "GiB");
}

static void add_backing(struct xml *xml, xmlNode *domain)
{
	enum pages pages = xml_vm_choice(xml, "kvm_hugepages", page_sizes);
	bool is_locked = xml_vm_choice(xml, "kvm_locked_memory", switches);
	xmlNode *backing;

	if (pages == SMALL_PAGES && !is_locked)
		return;
	backing = xml_add_after(xml, domain, "currentMemory", "memoryBacking");
	if (pages != SMALL_PAGES)
		add_pages(xml, backing, pages);
	if (is_locked)
		xml_add(xml, backing, "locked");
}

/* The NUMA node of all cards; -1 when there are no cards, or no common node. */
static int find_node(struct xml *xml)
{
	const struct rocks_vm *vm = xml->vm;
	const struct rocks_card *first = vm->card_count ? vm->card(vm, 0) : NULL;

	for (uint32_t i = 0; i < vm->card_count; i++) {
		const struct rocks_card *card = vm->card(vm, i);

		if (card->numa < 0)
			xml_fail(xml, -ENOENT,
				 "the attribute kvm_numa is 'near', and the NUMA node of "
				 "the card %s of %s is not known; scan the host with "
				 "rocks "
				 "sync host gpu %s, or remove the attribute",
				 card->host_name, vm->container, vm->container);
		else if (card->numa != first->numa)
			xml_fail(
				xml, -EINVAL,
				"the attribute kvm_numa is 'near', and the card %s of %s "
				"is on the NUMA node %d, %s on %d; give it cards of one "
				"node, or remove the attribute",
				first->host_name, vm->container, (int)first->numa,
				card->host_name, (int)card->numa);
	}
	if (first && first->numa > MOST_NUMBER)
		xml_fail(xml, -ERANGE,
			 "the attribute kvm_numa is 'near', and the card %s of %s is on "
			 "the NUMA node %d, which libvirt does not accept; scan the host "
			 "with rocks sync host gpu %s, or remove the attribute",
			 first->host_name, vm->container, (int)first->numa,
			 vm->container);
	return xml->error || !first ? -1 : (int)first->numa;
}

/*
 * Skips the number that text begins with: where it ends, or NULL if libvirt would not
 * accept it.
 */
static const char *read_number(const char *text, unsigned long *ret_number)
{
	size_t digits = strspn(text, "0123456789");

	*ret_number = strtoul(text, NULL, 10);
	return digits >= 1 && digits <= 5 && *ret_number <= MOST_NUMBER ? text + digits
									: NULL;
}

/* Whether text is a list such as 0-15,32: numbers and ranges, separated by commas. */
static bool is_cpu_list(const char *text)
{
	for (;; text++) {
		unsigned long first, last;

		text = read_number(text, &first);
		if (text && *text == '-') {
			text = read_number(text + 1, &last);
			if (text && last < first)
				return false;
		}
		if (!text || *text != ',')
			return text && *text == '\0';
	}
}

/*
 * The inventory does not know which CPUs of the host belong to a node, so an attribute
 * lists them. Without it the VM is not pinned: placement='auto' would ask numad, which
 * knows nothing of cards and is seldom installed, and without numad libvirt does not
 * start the VM.
 */
static void add_cpus(struct xml *xml, xmlNode *domain, int node)
{
	char name[32];
	const char *cpus;

	snprintf(name, sizeof(name), "kvm_numa_cpus_%d", node);
	cpus = xml_vm_attribute(xml->vm, name);
	if (!cpus || xml->error)
		return;
	if (!is_cpu_list(cpus))
		xml_fail(xml, -EINVAL,
			 "the attribute %s is '%s'; set it to the CPUs of that node, as "
			 "0-15,32-47, the last at most %d",
			 name, cpus, MOST_NUMBER);
	else if (xml_child(domain, "cputune"))
		xml_fail(xml, -EINVAL,
			 "the attributes kvm_cpu_pinning and %s both say where its CPUs "
			 "run; remove one of them",
			 name);
	else
		xml_set(xml, xml_child_or_new(xml, domain, "vcpu"), "cpuset", cpus, name);
}

static void add_node(struct xml *xml, xmlNode *domain)
{
	bool is_near = xml_vm_choice(xml, "kvm_numa", distances);
	int node = is_near ? find_node(xml) : -1;
	xmlNode *memory;

	if (node < 0)
		return;
	memory = xml_add(xml, xml_add_after(xml, domain, "vcpu", "numatune"), "memory");
	xml_put(xml, memory, "mode", "strict");
	xml_put(xml, memory, "nodeset", "%d", node);
	add_cpus(xml, domain, node);
}

static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	struct xml xml = { .vm = vm, .failure = failure };
	xmlNode *domain = xmlDocGetRootElement(document);

	add_backing(&xml, domain);
	add_node(&xml, domain);
	return xml.error;
}

ROCKS_PLUGIN(.name = "memory", .order = 220, .amend = amend);
