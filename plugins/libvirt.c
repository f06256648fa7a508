/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: starting, stopping and looking at VMs through libvirt's C API. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <libxml/parser.h>

#include "plugins/rocks-plugin.h"
#include "plugins/xml.h"

/* no_tty: ssh never asks anybody anything. */
#define URI "qemu+ssh://HOST/system?no_tty=1"

/* How often a daemon that went away is looked for: it needs seconds to come back. */
#define MOST_TRIES 20

/* One VM's domain on its container. */
struct session {
	const struct rocks_vm *vm;
	struct rocks_failure *failure;
	virConnectPtr connection;
	virDomainPtr domain; /* NULL: not defined there */
};

/* libvirt would print each of its errors; it is asked for the last one instead. */
static void print_nothing(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

static int fail(const struct session *session, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(const struct session *session, int error, const char *format, ...)
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

/* libvirt's sentence behind ours. */
static int fail_libvirt(const struct session *session, const char *what)
{
	const char *said = virGetLastErrorMessage();

	return fail(session, -EIO, "libvirt on %s cannot %s: %s", session->vm->container,
		    what, said);
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

static int connect(struct session *session)
{
	char *uri = make_uri(session->vm);

	if (!uri)
		return fail(session, -ENOMEM, "out of memory");
	virSetErrorFunc(NULL, print_nothing);
	session->connection = virConnectOpen(uri);
	free(uri);
	return session->connection ? 0
				   : fail_libvirt(session, "be reached; see that "
							   "`virsh` reaches it");
}

static void leave(struct session *session)
{
	if (session->domain)
		virDomainFree(session->domain);
	if (session->connection)
		virConnectClose(session->connection);
}

static bool is_absent(void)
{
	return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;
}

/* A domain of the VM's name that is not the VM is somebody else's: never touched. */
static int check_name(const struct session *session)
{
	virDomainPtr other =
		virDomainLookupByName(session->connection, session->vm->name);
	char uuid[VIR_UUID_STRING_BUFLEN] = "unknown";

	if (!other)
		return is_absent() ? 0 : fail_libvirt(session, "look for the VM");
	virDomainGetUUIDString(other, uuid);
	virDomainFree(other);
	if (strcmp(uuid, session->vm->uuid) == 0)
		return 0;
	return fail(
		session, -EEXIST,
		"%s has another domain of that name, with the UUID %s; rename or "
		"undefine that one, or `rocks set host vm %s uuid=%s` if it is the VM",
		session->vm->container, uuid, session->vm->name, uuid);
}

/* Finds the VM's domain by its UUID: one that was renamed behind our back is told. */
static int find(struct session *session)
{
	const struct rocks_vm *vm = session->vm;
	int r = connect(session);

	if (r < 0)
		return r;
	session->domain = virDomainLookupByUUIDString(session->connection, vm->uuid);
	if (!session->domain)
		return is_absent() ? check_name(session)
				   : fail_libvirt(session, "look for the VM");
	if (strcmp(virDomainGetName(session->domain), vm->name) == 0)
		return 0;
	return fail(session, -EEXIST,
		    "%s calls it %s, so it was renamed there; `virsh domrename %s %s` "
		    "takes that back",
		    vm->container, virDomainGetName(session->domain), vm->uuid, vm->name);
}

/* 1 it runs (or is paused), 0 not, -errno and explained. */
static int is_active(const struct session *session)
{
	int active = session->domain ? virDomainIsActive(session->domain) : 0;

	return active < 0 ? fail_libvirt(session, "look at the VM") : active;
}

static int set_autostart(const struct session *session)
{
	const char *wanted = session->vm->attribute(session->vm, "kvm_autostart");
	bool on;

	if (!wanted || !*wanted)
		return 0;
	on = strchr("yYtT1", *wanted) || strcasecmp(wanted, "on") == 0;
	if (virDomainSetAutostart(session->domain, on) < 0)
		return fail_libvirt(session, "set its autostart");
	return 0;
}

static int define_domain(struct session *session, const char *xml)
{
	virDomainPtr domain = virDomainDefineXMLFlags(session->connection, xml,
						      VIR_DOMAIN_DEFINE_VALIDATE);

	if (!domain)
		return fail_libvirt(session, "define the VM");
	if (session->domain)
		virDomainFree(session->domain);
	session->domain = domain;
	return set_autostart(session);
}

static int define_and_start(struct session *session, const char *xml)
{
	int r = define_domain(session, xml);

	if (r == 0 && virDomainCreate(session->domain) < 0)
		r = virGetLastErrorCode() == VIR_ERR_OPERATION_INVALID &&
				    virDomainIsActive(session->domain) == 1
			    ? 1
			    : fail_libvirt(session, "start the VM");
	return r;
}

/* How far a connection went that failed. */
enum reached { NOT_AT_ALL, HALF_WAY, TO_THE_END };

static int try_start(const struct rocks_vm *vm, const char *xml,
		     struct rocks_failure *failure, enum reached *ret_reached)
{
	struct session session = { .vm = vm, .failure = failure };
	int r = find(&session);

	if (r == 0)
		r = is_active(&session);
	if (r == 0)
		r = define_and_start(&session, xml);
	*ret_reached = !session.connection ? NOT_AT_ALL
		       : r == -EIO && virConnectIsAlive(session.connection) != 1
			       ? HALF_WAY
			       : TO_THE_END;
	leave(&session);
	return r;
}

/*
 * Again, a second apart, where the daemon went away in the middle: the define is as good as
 * new, and a VM that runs then was started by us.
 */
static int start(const struct rocks_vm *vm, const char *xml,
		 struct rocks_failure *failure)
{
	enum reached reached;
	int tries = 0, r = try_start(vm, xml, failure, &reached);

	if (reached != HALF_WAY)
		return r;
	while (reached != TO_THE_END && tries++ < MOST_TRIES) {
		nanosleep(&(const struct timespec){ .tv_sec = 1 }, NULL);
		r = try_start(vm, xml, failure, &reached);
	}
	return r == 1 ? 0 : r;
}

static int define(const struct rocks_vm *vm, const char *xml,
		  struct rocks_failure *failure)
{
	struct session session = { .vm = vm, .failure = failure };
	int r = find(&session);

	if (r == 0)
		r = is_active(&session);
	if (r == 0)
		r = define_domain(&session, xml);
	leave(&session);
	return r;
}

static int do_stop(const struct session *session, const char *action)
{
	virDomainPtr domain = session->domain;

	if (strcmp(action, "poweroff") == 0)
		return virDomainDestroy(domain);
	if (strcmp(action, "shutdown") == 0)
		return virDomainShutdown(domain);
	if (strcmp(action, "reset") == 0)
		return virDomainReset(domain, 0);
	return virDomainReboot(domain, 0);
}

static int stop(const struct rocks_vm *vm, const char *action,
		struct rocks_failure *failure)
{
	struct session session = { .vm = vm, .failure = failure };
	int r = find(&session);

	if (r == 0)
		r = is_active(&session);
	if (r == 0)
		r = 1;
	else if (r == 1)
		r = do_stop(&session, action) < 0 ? fail_libvirt(&session, action) : 0;
	leave(&session);
	return r;
}

/* Pauses or resumes; 1 when it is so already. */
static int set_paused(const struct rocks_vm *vm, bool paused,
		      struct rocks_failure *failure)
{
	struct session session = { .vm = vm, .failure = failure };
	int state = VIR_DOMAIN_NOSTATE, r = find(&session);

	if (r == 0)
		r = is_active(&session);
	if (r == 0)
		r = fail(&session, -ENOENT, "it does not run; `rocks start host vm %s`",
			 vm->name);
	else if (r == 1 && virDomainGetState(session.domain, &state, NULL, 0) < 0)
		r = fail_libvirt(&session, "look at the VM");
	if (r == 1 && (state == VIR_DOMAIN_PAUSED) != paused) {
		r = paused ? virDomainSuspend(session.domain)
			   : virDomainResume(session.domain);
		if (r < 0)
			r = fail_libvirt(&session, paused ? "pause it" : "resume it");
	}
	leave(&session);
	return r;
}

static int pause(const struct rocks_vm *vm, struct rocks_failure *failure)
{
	return set_paused(vm, true, failure);
}

static int resume(const struct rocks_vm *vm, struct rocks_failure *failure)
{
	return set_paused(vm, false, failure);
}

static uint32_t state_of(virDomainPtr domain)
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

#define MOST_FUNCTIONS 256

struct functions {
	char texts[MOST_FUNCTIONS][24];
	const char *list[MOST_FUNCTIONS];
	uint32_t count;
};

static unsigned int read_number(const xmlNode *node, const char *attribute)
{
	const char *text = xml_get(node, attribute);

	return text ? (unsigned int)strtoul(text, NULL, 0) : 0;
}

static void add_function(struct functions *functions, const xmlNode *hostdev)
{
	const char *type = xml_get(hostdev, "type");
	const xmlNode *source = xml_child(hostdev, "source");
	const xmlNode *address = source ? xml_child(source, "address") : NULL;
	char *text;

	if (!type || strcmp(type, "pci") != 0 || !address ||
	    functions->count >= MOST_FUNCTIONS)
		return;
	text = functions->texts[functions->count];
	snprintf(text, sizeof(functions->texts[0]), "%04x:%02x:%02x.%x",
		 read_number(address, "domain"), read_number(address, "bus") & 0xff,
		 read_number(address, "slot") & 0x1f,
		 read_number(address, "function") & 7);
	functions->list[functions->count++] = text;
}

/* What a domain's XML gives it. */
static int read_functions(const char *xml, struct functions *functions)
{
	xmlDoc *document =
		xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
			      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	const xmlNode *devices = root ? xml_child(root, "devices") : NULL;

	functions->count = 0;
	for (const xmlNode *node = devices ? devices->children : NULL; node;
	     node = node->next)
		if (node->type == XML_ELEMENT_NODE &&
		    strcmp((const char *)node->name, "hostdev") == 0)
			add_function(functions, node);
	xmlFreeDoc(document);
	return root ? 0 : -EINVAL;
}

/* 0, -errno; libvirt's last error says why. */
static int read_given(virDomainPtr domain, unsigned int flags,
		      struct functions *functions)
{
	char *xml = virDomainGetXMLDesc(domain, flags);
	int r = xml ? read_functions(xml, functions) : -EIO;

	free(xml);
	return r;
}

/* functions: two, of what it has and of what it has when it is started next. */
static int tell(const struct session *session, virDomainPtr domain,
		struct functions *functions,
		int (*each)(void *data, const struct rocks_domain *domain), void *data)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "";
	struct rocks_domain row = { .size = sizeof(row),
				    .state = state_of(domain),
				    .name = virDomainGetName(domain),
				    .uuid = uuid,
				    .persistent = virDomainIsPersistent(domain) == 1,
				    .functions = functions[0].list };
	int r = read_given(domain, 0, &functions[0]);

	if (r == 0 && row.persistent) {
		r = read_given(domain, VIR_DOMAIN_XML_INACTIVE, &functions[1]);
		row.next = functions[1].list;
		row.next_count = functions[1].count;
	}
	/* One that went away since it was listed. */
	if (r < 0 && is_absent())
		return 0;
	if (r < 0 || virDomainGetUUIDString(domain, uuid) < 0)
		return fail_libvirt(session, "tell a domain");
	row.function_count = functions[0].count;
	return each(data, &row);
}

static int domains(const struct rocks_vm *vm,
		   int (*each)(void *data, const struct rocks_domain *domain), void *data,
		   struct rocks_failure *failure)
{
	struct session session = { .vm = vm, .failure = failure };
	struct functions *functions = calloc(2, sizeof(*functions));
	virDomainPtr *list = NULL;
	int count = 0, r = functions ? connect(&session) : -ENOMEM;

	if (r == 0) {
		count = virConnectListAllDomains(session.connection, &list, 0);
		if (count < 0)
			r = fail_libvirt(&session, "list its domains");
	}
	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = tell(&session, list[i], functions, each, data);
		virDomainFree(list[i]);
	}
	free(list);
	free(functions);
	leave(&session);
	return r;
}

static const struct rocks_hypervisor hypervisor = {
	.size = sizeof(hypervisor),
	.stop = stop,
	.start = start,
	.pause = pause,
	.resume = resume,
	.domains = domains,
	.define = define,
};

ROCKS_PLUGIN(.name = "libvirt", .hypervisor = &hypervisor);
