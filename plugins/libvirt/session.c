/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: reaching a container's libvirt, and a VM's domain there. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libvirt/virterror.h>

#include "plugins/libvirt/libvirt.h"
#include "plugins/xml.h"

/* no_tty: ssh never prompts. */
#define URI "qemu+ssh://HOST/system?no_tty=1"

/*
 * By default libvirt prints each error; session_fail_libvirt() asks for the last one
 * instead.
 */
static void print_nothing(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

int session_fail(const struct session *session, int error, const char *format, ...)
{
	char *sentence;
	va_list list;

	va_start(list, format);
	if (vasprintf(&sentence, format, list) < 0)
		sentence = NULL;
	va_end(list);
	session->failure->explain(session->failure,
				  sentence ? sentence : "out of memory");
	free(sentence);
	return error;
}

/* Our sentence, then libvirt's. */
int session_fail_libvirt(const struct session *session, const char *what)
{
	const char *said = virGetLastErrorMessage();

	return session_fail(session, -EIO, "libvirt on %s cannot %s: %s",
			    session->vm->container, what, said);
}

/* The address to connect to: a template, HOST being the container's name. */
static char *make_uri(const struct rocks_vm *vm)
{
	const char *template = vm->attribute(vm, "libvirt_uri"), *mark;
	char *uri;

	if (!template || !*template)
		template = URI;
	mark = strstr(template, "HOST");
	if (!mark)
		return strdup(template);
	if (asprintf(&uri, "%.*s%s%s", (int)(mark - template), template, vm->container,
		     mark + strlen("HOST")) < 0)
		return NULL;
	return uri;
}

int session_connect(struct session *session)
{
	char *uri = make_uri(session->vm);
	int r;

	if (!uri)
		return session_fail(session, -ENOMEM, "out of memory");
	virSetErrorFunc(NULL, print_nothing);
	session->connection = virConnectOpen(uri);
	r = session->connection
		    ? 0
		    : session_fail(session, -EIO,
				   "libvirt on %s cannot be reached; see that `virsh -c "
				   "'%s' list` reaches it: %s",
				   session->vm->container, uri, virGetLastErrorMessage());
	free(uri);
	return r;
}

void session_leave(struct session *session)
{
	if (session->domain)
		virDomainFree(session->domain);
	if (session->connection)
		virConnectClose(session->connection);
}

int session_each_domain(const struct session *session,
			int (*each)(void *data, virDomainPtr domain), void *data)
{
	virDomainPtr *list = NULL;
	int count = virConnectListAllDomains(session->connection, &list, 0);
	int r = count < 0 ? session_fail_libvirt(session, "list its domains") : 0;

	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = each(data, list[i]);
		virDomainFree(list[i]);
	}
	free(list);
	return r;
}

bool session_is_absent(void)
{
	return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;
}

/*
 * A domain of that name that is not the VM belongs to somebody else: never touched.
 */
static int check_name(const struct session *session)
{
	virDomainPtr other =
		virDomainLookupByName(session->connection, session->vm->domain);
	char uuid[VIR_UUID_STRING_BUFLEN] = "unknown";

	if (!other)
		return session_is_absent()
			       ? 0
			       : session_fail_libvirt(session, "look for the VM");
	virDomainGetUUIDString(other, uuid);
	virDomainFree(other);
	if (strcmp(uuid, session->vm->uuid) == 0)
		return 0;
	return session_fail(
		session, -EEXIST,
		"%s has another domain named %s, with the UUID %s; rename or undefine "
		"that one, or `rocks set host vm %s uuid=%s` if it is the VM",
		session->vm->container, session->vm->domain, uuid, session->vm->name,
		uuid);
}

/* Finds the VM's domain by its UUID, and reports one that was renamed. */
int session_find(struct session *session)
{
	const struct rocks_vm *vm = session->vm;
	int r = session_connect(session);

	if (r < 0)
		return r;
	session->domain = virDomainLookupByUUIDString(session->connection, vm->uuid);
	if (!session->domain)
		return session_is_absent()
			       ? check_name(session)
			       : session_fail_libvirt(session, "look for the VM");
	if (strcmp(virDomainGetName(session->domain), vm->domain) == 0)
		return 0;
	return session_fail(
		session, -EEXIST,
		"%s calls it %s, not %s: it was renamed there; `rocks set host vm %s "
		"domain=…` records its new name",
		vm->container, virDomainGetName(session->domain), vm->domain, vm->name);
}

int session_version(const struct session *session, unsigned long *ret_version)
{
	*ret_version = 0;
	if (virConnectGetLibVersion(session->connection, ret_version) < 0)
		return session_fail_libvirt(session, "say which version it is");
	return 0;
}

int session_is_active(const struct session *session)
{
	int active = session->domain ? virDomainIsActive(session->domain) : 0;

	return active < 0 ? session_fail_libvirt(session, "look at the VM") : active;
}

int session_set_autostart(const struct session *session, int32_t wanted)
{
	const char *word = session->vm->attribute(session->vm, "kvm_autostart");
	bool on = wanted > 0;

	if (wanted < 0 && (!word || !*word))
		return 0;
	if (wanted < 0)
		on = strchr("yYtT1", *word) || strcasecmp(word, "on") == 0;
	if (virDomainSetAutostart(session->domain, on) < 0)
		return session_fail_libvirt(session, "set its autostart");
	return 0;
}

/* The first version that starts a VM with a function on a VFIO driver it does not know. */
#define UNMANAGED_SINCE 9007000
#define VERSION(number) (number) / 1000000, (number) / 1000 % 1000, (number) % 1000

static bool is_vendors(const xmlNode *device)
{
	const xmlNode *alias = xml_child(device, "alias");
	const char *name = alias ? xml_get(alias, "name") : NULL;

	return name && strncmp(name, XML_VENDOR_ALIAS, strlen(XML_VENDOR_ALIAS)) == 0;
}

/* Whether the XML has a card that libvirt must leave with its vendor's driver. */
static bool has_vendors(const char *xml)
{
	xmlDoc *document = xml_parse(xml);
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	const xmlNode *devices = root ? xml_child(root, "devices") : NULL;
	xmlNode *device = devices ? xmlFirstElementChild((xmlNode *)devices) : NULL;

	while (device && !is_vendors(device))
		device = xmlNextElementSibling(device);
	xmlFreeDoc(document);
	return device != NULL;
}

/*
 * libvirt before 9.7.0 refuses every such function at the start («Unmanaged PCI device …
 * must be manually detached from the host»), and what that sentence asks for destroys the
 * vGPU. See "basic support for use of VFIO variant drivers" in libvirt's NEWS.rst.
 */
static int check_version(const struct session *session, const char *xml)
{
	unsigned long found;
	int r;

	if (!has_vendors(xml))
		return 0;
	r = session_version(session, &found);
	if (r < 0 || found >= UNMANAGED_SINCE)
		return r;
	return session_fail(
		session, -ENOTSUP,
		"one of its cards is a vGPU, which stays with its vendor's driver: "
		"that needs libvirt %d.%d.%d, and %s has %lu.%lu.%lu; upgrade "
		"libvirt there",
		VERSION(UNMANAGED_SINCE), session->vm->container, VERSION(found));
}

int session_define(struct session *session, const char *xml, unsigned int flags,
		   int32_t autostart)
{
	virDomainPtr domain;
	int r = check_version(session, xml);

	if (r < 0)
		return r;
	domain = virDomainDefineXMLFlags(session->connection, xml, flags);
	if (!domain)
		return session_fail_libvirt(session, "define the VM");
	if (session->domain)
		virDomainFree(session->domain);
	session->domain = domain;
	return session_set_autostart(session, autostart);
}

uint32_t session_state_of(virDomainPtr domain)
{
	int state;

	if (virDomainGetState(domain, &state, NULL, 0) < 0)
		return ROCKS_DOMAIN_NOSTATE;
	switch (state) {
	case VIR_DOMAIN_RUNNING:
	case VIR_DOMAIN_BLOCKED:
		return ROCKS_DOMAIN_ACTIVE;
	case VIR_DOMAIN_PAUSED:
	case VIR_DOMAIN_PMSUSPENDED:
		return ROCKS_DOMAIN_PAUSED;
	case VIR_DOMAIN_SHUTDOWN:
		return ROCKS_DOMAIN_SHUTDOWN;
	case VIR_DOMAIN_SHUTOFF:
		return ROCKS_DOMAIN_SHUTOFF;
	case VIR_DOMAIN_CRASHED:
		return ROCKS_DOMAIN_CRASHED;
	default:
		return ROCKS_DOMAIN_NOSTATE;
	}
}
