/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: reading a VM's definition, defining it and undefining it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/virterror.h>
#include <libxml/parser.h>

#include "plugins/libvirt/libvirt.h"
#include "plugins/xml.h"

/*
 * The path of the firmware's variables, or NULL; *ret_odd is 1 if they are not in a file.
 */
static const char *find_nvram(const xmlNode *root, bool *ret_odd, xmlChar **ret_text)
{
	const xmlNode *os = xml_child(root, "os");
	const xmlNode *nvram = os ? xml_child(os, "nvram") : NULL;
	const xmlNode *source = nvram ? xml_child(nvram, "source") : NULL;
	const char *type = nvram ? xml_get(nvram, "type") : NULL;

	*ret_odd = type && strcmp(type, "file") != 0;
	if (source)
		return xml_get(source, "file");
	*ret_text = nvram ? xmlNodeGetContent(nvram) : NULL;
	return *ret_text && **ret_text ? (const char *)*ret_text : NULL;
}

/* An emulated TPM keeps its state with libvirt's own files. */
static bool has_tpm(const xmlNode *root)
{
	const xmlNode *devices = xml_child(root, "devices");
	const xmlNode *tpm = devices ? xml_child(devices, "tpm") : NULL;
	const xmlNode *backend = tpm ? xml_child(tpm, "backend") : NULL;
	const char *type = backend ? xml_get(backend, "type") : NULL;

	return type && strcmp(type, "emulator") == 0;
}

/* The count; 0 for a kind that the hypervisor does not support. */
static int count_of(const struct session *session, int count)
{
	if (count >= 0 || virGetLastErrorCode() == VIR_ERR_NO_SUPPORT)
		return count < 0 ? 0 : count;
	return session_fail_libvirt(session, "look at what hangs on the VM");
}

/* Sets *ret_why to what else than the definition belongs to the VM, or NULL. */
static int find_obstacle(const struct session *session, const xmlNode *root,
			 const char **ret_why)
{
	virDomainPtr domain = session->domain;
	int saved = count_of(session, virDomainHasManagedSaveImage(domain, 0)), snapshots,
	    checkpoints;

	if (saved < 0)
		return saved;
	snapshots = count_of(session, virDomainSnapshotNum(domain, 0));
	if (snapshots < 0)
		return snapshots;
	checkpoints = count_of(session, virDomainListAllCheckpoints(domain, NULL, 0));
	if (checkpoints < 0)
		return checkpoints;
	*ret_why = NULL;
	if (saved)
		*ret_why =
			"a saved state of it is there; start it, so that it goes on from "
			"that, or forget the state with `virsh managedsave-remove`";
	else if (snapshots)
		*ret_why = "libvirt has snapshots of it there; remove them with `virsh "
			   "snapshot-delete`";
	else if (checkpoints)
		*ret_why = "libvirt has checkpoints of it there; remove them with `virsh "
			   "checkpoint-delete`";
	else if (has_tpm(root))
		*ret_why = "it has an emulated TPM, whose state would stay behind; take "
			   "that "
			   "from it first";
	return 0;
}

static int tell_definition(const struct session *session, const char *xml,
			   const xmlNode *root, struct rocks_definition *row,
			   int (*each)(void *data,
				       const struct rocks_definition *definition),
			   void *data)
{
	xmlChar *text = NULL;
	int autostart = 0, r = find_obstacle(session, root, &row->obstacle);
	bool odd;

	row->xml = xml;
	row->nvram = find_nvram(root, &odd, &text);
	if (odd)
		row->obstacle = "its firmware's variables are in no file";
	if (r == 0 && row->persistent &&
	    virDomainGetAutostart(session->domain, &autostart) < 0)
		r = session_fail_libvirt(session, "say whether it autostarts");
	row->autostart = autostart == 1;
	if (r == 0)
		r = each(data, row);
	xmlFree(text);
	return r;
}

static int read_definition(const struct session *session,
			   int (*each)(void *data,
				       const struct rocks_definition *definition),
			   void *data)
{
	struct rocks_definition row = { .size = sizeof(row),
					.state = session_state_of(session->domain),
					.persistent = virDomainIsPersistent(
							      session->domain) == 1 };
	char *xml = virDomainGetXMLDesc(session->domain,
					VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
	xmlDoc *document = xml ? xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
					       XML_PARSE_NONET | XML_PARSE_NOERROR |
						       XML_PARSE_NOWARNING)
			       : NULL;
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	int r = root ? tell_definition(session, xml, root, &row, each, data)
		     : session_fail_libvirt(session, "report the VM's definition");

	xmlFreeDoc(document);
	free(xml);
	return r;
}

int libvirt_definition(const struct rocks_vm *vm,
		       int (*each)(void *data, const struct rocks_definition *definition),
		       void *data, struct rocks_failure *failure)
{
	struct session session = { .vm = vm, .failure = failure };
	int r = session_find(&session);

	if (r == 0)
		r = session.domain ? read_definition(&session, each, data) : 1;
	session_leave(&session);
	return r;
}

int libvirt_define(const struct rocks_vm *vm, const char *xml, int32_t autostart,
		   struct rocks_failure *failure)
{
	struct session session = { .vm = vm, .failure = failure };
	int r = session_find(&session);

	if (r == 0)
		r = session_is_active(&session);
	if (r == 0)
		r = session_define(&session, xml, 0, autostart);
	session_leave(&session);
	return r;
}

/* A driver without the flag for a file does not keep that file: nothing is lost. */
static int forget(const struct session *session)
{
	int r = virDomainUndefineFlags(session->domain, VIR_DOMAIN_UNDEFINE_KEEP_NVRAM);

	if (r < 0 && virGetLastErrorCode() == VIR_ERR_INVALID_ARG)
		r = virDomainUndefineFlags(session->domain, 0);
	return r < 0 ? session_fail_libvirt(session, "undefine the VM") : 0;
}

/* A running VM would stay as a transient domain, so look for it once more. */
static int check_gone(const struct session *session)
{
	virDomainPtr left =
		virDomainLookupByUUIDString(session->connection, session->vm->uuid);

	if (!left)
		return session_is_absent()
			       ? 0
			       : session_fail_libvirt(session, "look for the VM");
	virDomainFree(left);
	return session_fail(
		session, -EBUSY,
		"somebody started it on %s just now; stop it there and try again",
		session->vm->container);
}

int libvirt_undefine(const struct rocks_vm *vm, struct rocks_failure *failure)
{
	struct session session = { .vm = vm, .failure = failure };
	int r = session_find(&session);

	if (r == 0 && !session.domain) {
		r = 1;
	} else if (r == 0) {
		r = session_is_active(&session);
		if (r == 1)
			r = session_fail(&session, -EBUSY, "it runs on %s; stop it first",
					 vm->container);
		if (r == 0)
			r = forget(&session);
		if (r == 0)
			r = check_gone(&session);
	}
	session_leave(&session);
	return r;
}
