/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the plugin libvirt share: a VM's domain on its container. */
#ifndef PLUGINS_LIBVIRT_LIBVIRT_H
#define PLUGINS_LIBVIRT_LIBVIRT_H

#include <stdbool.h>

#include <libvirt/libvirt.h>

#include "plugins/rocks-plugin.h"

/* One VM's domain on its container. */
struct session {
	const struct rocks_vm *vm;
	struct rocks_failure *failure;
	virConnectPtr connection;
	virDomainPtr domain; /* NULL: not defined there */
};

/*
 * Explain a failure. The first returns error, a -errno; the second adds libvirt's message
 * to what and returns -EIO.
 */
int session_fail(const struct session *session, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int session_fail_libvirt(const struct session *session, const char *what);

/*
 * Connects to the libvirt of the VM's container. 0, or -errno after explain(). Closed
 * with session_leave(), also after a failure.
 */
int session_connect(struct session *session);

/*
 * The same, then finds the VM's domain. Refuses a domain with the VM's name and another
 * UUID.
 */
int session_find(struct session *session);
void session_leave(struct session *session);

/*
 * Calls each() with every domain of the connection until one does not return 0. Its
 * result, or -errno after explain().
 */
int session_each_domain(const struct session *session,
			int (*each)(void *data, virDomainPtr domain), void *data);

/* Whether libvirt's last error is that there is no such domain. */
bool session_is_absent(void);

/* The version of the container's libvirt, 9000000 for 9.0.0. 0, or -errno after explain(). */
int session_version(const struct session *session, unsigned long *ret_version);

/* 1 if it runs (or is paused), 0 if not, -errno after explain(). */
int session_is_active(const struct session *session);

/*
 * wanted: 1 on, 0 off, -1 by the attribute kvm_autostart. 0, or -errno after explain().
 */
int session_set_autostart(const struct session *session, int32_t wanted);

/*
 * Defines this XML, with libvirt's flags, and sets its autostart as above. -ENOTSUP if
 * that libvirt is too old for a card of it.
 */
int session_define(struct session *session, const char *xml, unsigned int flags,
		   int32_t autostart);

/*
 * plugins/libvirt/libvirt.c: a VM with a saved state resumes as it was then, whatever is
 * defined. Refuses that unless it had the cards that the XML gives it. 0, or -errno after
 * explain().
 */
int session_check_saved(const struct session *session, const char *xml);

/* Starts the domain. 0, 1 if somebody else has started it by now, -errno after explain(). */
int session_start(const struct session *session);

/* How far a session came. */
enum reached {
	NOT_AT_ALL, /* no connection */
	HALF_WAY, /* the connection broke, so whether the operation is done is unknown */
	TO_THE_END,
};

/* How far an operation came that returned result: call it before session_leave(). */
enum reached session_reached(const struct session *session, int result);

/*
 * Calls try(). If the daemon goes away meanwhile, calls it again every second until it is
 * back or a limit is reached: defining again does no harm, and a VM that runs by then was
 * started by us. The result of the last try; 0 instead of 1 after the first.
 */
int session_retry(int (*try)(void *data, struct rocks_failure *failure,
			     enum reached *ret_reached),
		  void *data, struct rocks_failure *failure);

/* The domain's state, a ROCKS_DOMAIN_…. */
uint32_t session_state_of(virDomainPtr domain);

/*
 * plugins/libvirt/definition.c: operations of struct rocks_hypervisor, see
 * rocks-plugin.h.
 */
int libvirt_definition(const struct rocks_vm *vm,
		       int (*each)(void *data, const struct rocks_definition *definition),
		       void *data, struct rocks_failure *failure);
int libvirt_define(const struct rocks_vm *vm, const char *xml, int32_t autostart,
		   struct rocks_failure *failure);
int libvirt_undefine(const struct rocks_vm *vm, struct rocks_failure *failure);

int libvirt_nvram_format(const struct rocks_vm *vm, const char *xml,
			 int (*each)(void *data, const char *format), void *data,
			 struct rocks_failure *failure);

/* plugins/libvirt/redefine.c: the same. */
int libvirt_redefine(const struct rocks_vm *vm,
		     const struct rocks_redefinition *redefinition,
		     struct rocks_failure *failure);
int libvirt_losses(const struct rocks_comparison *comparison,
		   int (*each)(void *data, const char *line), void *data);

/* plugins/libvirt/descriptions.c: the same. */
int libvirt_descriptions(const struct rocks_vm *vm,
			 int (*each)(void *data,
				     const struct rocks_description *description),
			 void *data, struct rocks_failure *failure);

#endif
