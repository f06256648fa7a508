/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A site's own plugin: puts the attribute `owner` of a VM into its XML as the domain's
 * title, which virsh list --title and virt-manager show.
 *
 *	rocks set host attr rocks-33 owner 'physics group'
 */
#include <errno.h>

#include <libxml/tree.h>
#include <rocks-plugin.h>

static int amend(const struct rocks_vm *vm, xmlDoc *document,
		 struct rocks_failure *failure)
{
	const char *owner = vm->attribute(vm, "owner");
	xmlNode *domain = xmlDocGetRootElement(document), *title, *after;

	if (!owner || !*owner)
		return 0;
	/* libvirt refuses a title of several lines. */
	if (xmlStrchr(BAD_CAST owner, '\n')) {
		failure->explain(failure, "the attribute owner has several lines; "
					  "set it to one");
		return -EINVAL;
	}
	title = xmlNewTextChild(domain, NULL, BAD_CAST "title", BAD_CAST owner);
	if (!title) {
		failure->explain(failure, "there is no memory left; try again");
		return -ENOMEM;
	}
	/* Behind name and uuid, where people look for it. */
	after = xmlFirstElementChild(domain);
	while (after && !xmlStrEqual(after->name, BAD_CAST "uuid"))
		after = xmlNextElementSibling(after);
	if (after)
		xmlAddNextSibling(after, title);
	return 0;
}

ROCKS_PLUGIN(.name = "owner", .amend = amend);
