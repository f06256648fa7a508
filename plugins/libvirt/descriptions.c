/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: what every domain of a container is made of. */
#include <errno.h>
#include <stdlib.h>

#include <libvirt/virterror.h>

#include "plugins/libvirt/description.h"
#include "plugins/libvirt/functions.h"
#include "plugins/libvirt/libvirt.h"

/* What is read of one domain after the other. */
struct reader {
	struct session session;
	struct functions now, next;
	int (*each)(void *data, const struct rocks_description *description);
	void *data;
};

/* 0 if the domain is gone since it was listed; else -errno after explain(). */
static int fail(const struct reader *reader, virDomainPtr domain, int error)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "";

	if (error == -EIO)
		return session_is_absent() ? 0
					   : session_fail_libvirt(&reader->session,
								  "describe a domain");
	virDomainGetUUIDString(domain, uuid);
	return session_fail(&reader->session, error == -ENOMEM ? error : -EINVAL,
			    "libvirt on %s reports a domain that cannot be read; see "
			    "`virsh dumpxml %s` there",
			    reader->session.vm->container, uuid);
}

/* defined is NULL for one that only runs. */
static int call(const struct reader *reader, virDomainPtr domain,
		const struct description *description, const char *defined)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "";
	const struct rocks_description row = {
		.size = sizeof(row),
		.state = session_state_of(domain),
		.persistent = defined != NULL,
		.cpus = description->cpus,
		.memory_mib = description->memory_mib,
		.name = virDomainGetName(domain),
		.uuid = uuid,
		.disk_count = description->disk_count,
		.interface_count = description->interface_count,
		.function_count = reader->now.count,
		.next_count = reader->next.count,
		.disks = description->disk_list,
		.interfaces = description->interface_list,
		.functions = reader->now.list,
		.next = reader->next.list,
		.xml = defined,
	};

	if (virDomainGetUUIDString(domain, uuid) < 0)
		return session_fail_libvirt(&reader->session, "describe a domain");
	return reader->each(reader->data, &row);
}

/* defined is NULL for one that only runs, live for one that is off. */
static int read_domain(struct reader *reader, virDomainPtr domain, const char *defined,
		       const char *live)
{
	struct description description = { 0 };
	int r = description_read(defined ? defined : live, &description);

	reader->now.count = reader->next.count = 0;
	if (r == 0 && defined)
		r = functions_read(defined, NULL, &reader->next);
	if (r == 0 && live)
		r = functions_read(live, &reader->next, &reader->now);
	r = r < 0 ? fail(reader, domain, r) : call(reader, domain, &description, defined);
	description_release(&description);
	return r;
}

static int describe(void *data, virDomainPtr domain)
{
	struct reader *reader = data;
	int persistent = virDomainIsPersistent(domain);
	int active = persistent < 0 ? -1 : virDomainIsActive(domain);
	char *defined = active >= 0 && persistent
				? virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE)
				: NULL;
	char *live = active == 1 ? virDomainGetXMLDesc(domain, 0) : NULL;
	int r;

	if (active < 0 || (persistent && !defined) || (active && !live) ||
	    (!defined && !live))
		r = fail(reader, domain, -EIO);
	else
		r = read_domain(reader, domain, defined, live);
	free(defined);
	free(live);
	return r;
}

int libvirt_descriptions(const struct rocks_vm *vm,
			 int (*each)(void *data,
				     const struct rocks_description *description),
			 void *data, struct rocks_failure *failure)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	int r;

	if (!reader)
		return -ENOMEM;
	*reader = (struct reader){ .session = { .vm = vm, .failure = failure },
				   .each = each,
				   .data = data };
	r = session_connect(&reader->session);
	if (r == 0)
		r = session_each_domain(&reader->session, describe, reader);
	session_leave(&reader->session);
	free(reader);
	return r;
}
