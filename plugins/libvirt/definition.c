/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: reading a VM's definition, defining it and undefining it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/virterror.h>

#include "plugins/libvirt/kept.h"
#include "plugins/libvirt/libvirt.h"
#include "plugins/libvirt/variables.h"
#include "plugins/xml.h"

/*
 * The first libvirt that keeps the state of a TPM when it forgets a domain. The flag is
 * part of the protocol: an older library passes it on.
 */
#define KEEPS_TPM 8009000
#if LIBVIR_VERSION_NUMBER < KEEPS_TPM
#define VIR_DOMAIN_UNDEFINE_KEEP_TPM (1 << 6)
#endif

/* The count; 0 for a kind that the hypervisor does not support. */
static int count_of(const struct session *session, int count)
{
	if (count >= 0 || virGetLastErrorCode() == VIR_ERR_NO_SUPPORT)
		return count < 0 ? 0 : count;
	return session_fail_libvirt(session, "look at what hangs on the VM");
}

/* Sets *ret_why to what deletes the state of an emulated TPM, or leaves it unset. */
static int check_tpm(const struct session *session, const struct kept *kept,
		     bool persistent, const char **ret_why)
{
	unsigned long version;
	int r;

	if (!kept->tpm)
		return 0;
	r = session_version(session, &version);
	if (r < 0)
		return r;
	if (version < KEEPS_TPM)
		*ret_why = "libvirt is older than 8.9.0: when it forgets the VM it "
			   "deletes the state of its TPM with the keys in it; update "
			   "libvirt there, or remove the TPM from the VM if it does not "
			   "need them";
	else if (!persistent && !kept->outlives_stop)
		*ret_why = "it is not defined, it only runs: when it stops, libvirt "
			   "deletes the state of its TPM with the keys in it; define it "
			   "there with `virsh define`";
	return 0;
}

/* Sets *ret_why to what else than the definition belongs to the VM, or NULL. */
static int find_obstacle(const struct session *session, const char **ret_why)
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
	return 0;
}

/* What the VM keeps in files, by its definition and, if it runs, by what runs. */
static int read_kept(const struct session *session, const xmlNode *root, bool runs,
		     struct kept *kept)
{
	char *xml = runs ? virDomainGetXMLDesc(session->domain, 0) : NULL;
	xmlDoc *live = xml ? xml_parse(xml) : NULL;
	int r = runs && !live
			? session_fail_libvirt(session, "report what runs of the VM")
			: kept_read(session->vm, root,
				    live ? xmlDocGetRootElement(live) : NULL, kept);

	xmlFreeDoc(live);
	free(xml);
	return r;
}

static int tell_definition(const struct session *session, const char *xml,
			   const xmlNode *root, struct rocks_definition *row,
			   int (*each)(void *data,
				       const struct rocks_definition *definition),
			   void *data)
{
	struct kept kept = { 0 };
	int autostart = 0, r = find_obstacle(session, &row->obstacle);

	if (r == 0)
		r = read_kept(session, root, row->state != ROCKS_DOMAIN_SHUTOFF, &kept);
	if (r == 0)
		r = check_tpm(session, &kept, row->persistent, &kept.obstacle);
	row->xml = xml;
	row->nvram = kept.nvram;
	row->tpm = kept.tpm;
	if (kept.obstacle)
		row->obstacle = kept.obstacle;
	if (r == 0 && row->persistent &&
	    virDomainGetAutostart(session->domain, &autostart) < 0)
		r = session_fail_libvirt(session, "say whether it autostarts");
	row->autostart = autostart == 1;
	if (r == 0)
		r = each(data, row);
	kept_release(&kept);
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
	xmlDoc *document = xml ? xml_parse(xml) : NULL;
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

/*
 * A driver without the flag for a file does not keep that file: nothing is lost. One that
 * is too old to keep the state of a TPM is not left by a VM with one, see check_tpm().
 */
static int forget(const struct session *session)
{
	static const unsigned int flags[] = {
		VIR_DOMAIN_UNDEFINE_KEEP_NVRAM | VIR_DOMAIN_UNDEFINE_KEEP_TPM,
		VIR_DOMAIN_UNDEFINE_KEEP_NVRAM,
		0,
	};
	int r = -1;

	for (size_t i = 0; r < 0 && i < sizeof(flags) / sizeof(*flags); i++) {
		if (i > 0 && virGetLastErrorCode() != VIR_ERR_INVALID_ARG)
			break;
		r = virDomainUndefineFlags(session->domain, flags[i]);
	}
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

/* What libvirt would run, or NULL; *ret_result is 1 if its driver does not say such. */
static char *command_line(const struct session *session, const char *xml, int *ret_result)
{
	char *line =
		virConnectDomainXMLToNative(session->connection, "qemu-argv", xml, 0);

	if (!line)
		*ret_result =
			virGetLastErrorCode() == VIR_ERR_NO_SUPPORT
				? 1
				: session_fail_libvirt(session, "say how it would start "
								"the firmware of the VM");
	return line;
}

int libvirt_nvram_format(const struct rocks_vm *vm, const char *xml,
			 int (*each)(void *data, const char *format), void *data,
			 struct rocks_failure *failure)
{
	struct session session = { .vm = vm, .failure = failure };
	xmlChar *part = variables_domain(xml);
	char format[VARIABLES_FORMAT], *line = NULL;
	int r = part ? session_connect(&session)
		     : session_fail(&session, -EINVAL, "its XML cannot be parsed");

	if (r == 0)
		line = command_line(&session, (const char *)part, &r);
	if (line)
		r = variables_format(line, format);
	if (r == 0)
		r = each(data, format);
	free(line);
	xmlFree(part);
	session_leave(&session);
	return r;
}
