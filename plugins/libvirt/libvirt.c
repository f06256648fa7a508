/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: starting, stopping and looking at VMs through libvirt's C API. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libvirt/virterror.h>

#include "plugins/libvirt/functions.h"
#include "plugins/libvirt/kept.h"
#include "plugins/libvirt/libvirt.h"

/* How often to retry when the daemon is gone: it takes seconds to come back. */
#define MOST_TRIES 20

static bool are_same(const struct functions *a, const struct functions *b)
{
	for (uint32_t i = 0; i < a->count && i < b->count; i++)
		if (strcmp(a->list[i], b->list[i]) != 0)
			return false;
	return a->count == b->count;
}

/* saved and due are buffers to fill. */
static int compare_saved(const struct session *session, const char *xml,
			 struct functions *saved, struct functions *due)
{
	char *text = virDomainManagedSaveGetXMLDesc(session->domain, 0);
	int r = functions_read(xml, NULL, due);

	if (r == 0 && text)
		r = functions_read(text, due, saved);
	/*
	 * If libvirt cannot report it, the saved state has no card: with a card nothing
	 * can be saved.
	 */
	if (!text && virGetLastErrorCode() != VIR_ERR_NO_SUPPORT)
		r = session_fail_libvirt(session, "report what was saved of the VM");
	free(text);
	if (r < 0 || are_same(saved, due))
		return r;
	return session_fail(session, -EBUSY,
			    "libvirt on %s has a saved state of it, from when it had "
			    "other cards, and would go on with that; there, `virsh "
			    "managedsave-remove %s` forgets the state",
			    session->vm->container, session->vm->uuid);
}

int session_check_saved(const struct session *session, const char *xml)
{
	struct functions *functions;
	int r;

	if (!session->domain || virDomainHasManagedSaveImage(session->domain, 0) != 1)
		return 0;
	functions = calloc(2, sizeof(*functions));
	r = functions ? compare_saved(session, xml, &functions[0], &functions[1])
		      : -ENOMEM;
	free(functions);
	return r;
}

int session_start(const struct session *session)
{
	if (virDomainCreate(session->domain) == 0)
		return 0;
	return virGetLastErrorCode() == VIR_ERR_OPERATION_INVALID &&
			       virDomainIsActive(session->domain) == 1
		       ? 1
		       : session_fail_libvirt(session, "start the VM");
}

enum reached session_reached(const struct session *session, int result)
{
	return !session->connection ? NOT_AT_ALL
	       : result == -EIO && virConnectIsAlive(session->connection) != 1
		       ? HALF_WAY
		       : TO_THE_END;
}

/* What start() is given. */
struct wish {
	const struct rocks_vm *vm;
	const char *xml;
};

static int try_start(void *data, struct rocks_failure *failure, enum reached *ret_reached)
{
	const struct wish *wish = data;
	struct session session = { .vm = wish->vm, .failure = failure };
	int r = session_find(&session);

	if (r == 0)
		r = session_is_active(&session);
	if (r == 0)
		r = session_check_saved(&session, wish->xml);
	if (r == 0)
		r = session_define(&session, wish->xml, VIR_DOMAIN_DEFINE_VALIDATE, -1);
	if (r == 0)
		r = session_start(&session);
	*ret_reached = session_reached(&session, r);
	session_leave(&session);
	return r;
}

int session_retry(int (*try)(void *data, struct rocks_failure *failure,
			     enum reached *ret_reached),
		  void *data, struct rocks_failure *failure)
{
	enum reached reached;
	int tries = 0, r = try(data, failure, &reached);

	if (reached != HALF_WAY)
		return r;
	while (reached != TO_THE_END && tries++ < MOST_TRIES) {
		nanosleep(&(const struct timespec){ .tv_sec = 1 }, NULL);
		r = try(data, failure, &reached);
	}
	return r == 1 ? 0 : r;
}

static int start(const struct rocks_vm *vm, const char *xml,
		 struct rocks_failure *failure)
{
	struct wish wish = { vm, xml };

	return session_retry(try_start, &wish, failure);
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
	int r = session_find(&session);

	if (r == 0)
		r = session_is_active(&session);
	if (r == 0)
		r = 1;
	else if (r == 1)
		r = do_stop(&session, action) < 0 ? session_fail_libvirt(&session, action)
						  : 0;
	session_leave(&session);
	return r;
}

/* Pauses or resumes; 1 if it already is. */
static int set_paused(const struct rocks_vm *vm, bool paused,
		      struct rocks_failure *failure)
{
	struct session session = { .vm = vm, .failure = failure };
	int state = VIR_DOMAIN_NOSTATE, r = session_find(&session);

	if (r == 0)
		r = session_is_active(&session);
	if (r == 0)
		r = session_fail(&session, -ENOENT,
				 "it does not run; `rocks start host vm %s`", vm->name);
	else if (r == 1 && virDomainGetState(session.domain, &state, NULL, 0) < 0)
		r = session_fail_libvirt(&session, "look at the VM");
	/* To libvirt this is not a pause, and it resumes only paused domains. */
	if (r == 1 && !paused && state == VIR_DOMAIN_PMSUSPENDED)
		r = session_fail(&session, -EBUSY,
				 "its own system suspended it; `rocks run host %s 'virsh "
				 "dompmwakeup %s'` wakes it",
				 vm->container, vm->uuid);
	if (r == 1 && (state == VIR_DOMAIN_PAUSED) != paused) {
		r = paused ? virDomainSuspend(session.domain)
			   : virDomainResume(session.domain);
		if (r < 0)
			r = session_fail_libvirt(&session,
						 paused ? "pause it" : "resume it");
	}
	session_leave(&session);
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

/* 0, -errno; libvirt's last error says why. */
static int read_given(virDomainPtr domain, unsigned int flags,
		      const struct functions *known, struct functions *functions)
{
	char *xml = virDomainGetXMLDesc(domain, flags);
	int r = xml ? functions_read(xml, known, functions) : -EIO;

	free(xml);
	return r;
}

/* What tell() needs for each domain; the functions are too large for a stack. */
struct teller {
	struct session session;
	struct functions now, next; /* what it has, what it gets at its next start */
	int (*each)(void *data, const struct rocks_domain *domain);
	void *data;
};

static int tell(void *data, virDomainPtr domain)
{
	struct teller *teller = data;
	char uuid[VIR_UUID_STRING_BUFLEN] = "";
	struct rocks_domain row = { .size = sizeof(row),
				    .state = session_state_of(domain),
				    .name = virDomainGetName(domain),
				    .uuid = uuid,
				    .persistent = virDomainIsPersistent(domain) == 1,
				    .functions = teller->now.list };
	int r = 0;

	teller->next.count = 0;
	if (row.persistent) {
		r = read_given(domain, VIR_DOMAIN_XML_INACTIVE, NULL, &teller->next);
		row.next = teller->next.list;
		row.next_count = teller->next.count;
	}
	if (r == 0)
		r = read_given(domain, 0, &teller->next, &teller->now);
	/* The domain is gone since it was listed. */
	if (r < 0 && session_is_absent())
		return 0;
	if (r < 0 || virDomainGetUUIDString(domain, uuid) < 0)
		return session_fail_libvirt(&teller->session, "report a domain");
	row.function_count = teller->now.count;
	return teller->each(teller->data, &row);
}

static int domains(const struct rocks_vm *vm,
		   int (*each)(void *data, const struct rocks_domain *domain), void *data,
		   struct rocks_failure *failure)
{
	struct teller *teller = calloc(1, sizeof(*teller));
	int r;

	if (!teller)
		return -ENOMEM;
	*teller = (struct teller){ .session = { .vm = vm, .failure = failure },
				   .each = each,
				   .data = data };
	r = session_connect(&teller->session);
	if (r == 0)
		r = session_each_domain(&teller->session, tell, teller);
	session_leave(&teller->session);
	free(teller);
	return r;
}

static int each_function(const char *xml, int (*each)(void *data, const char *address),
			 void *data)
{
	struct functions *functions = calloc(1, sizeof(*functions));
	int r = functions ? functions_read(xml, NULL, functions) : -ENOMEM;

	for (uint32_t i = 0; r == 0 && i < functions->count; i++)
		r = each(data, functions->list[i]);
	free(functions);
	return r;
}

static const struct rocks_hypervisor hypervisor = {
	.size = sizeof(hypervisor),
	.stop = stop,
	.start = start,
	.pause = pause,
	.resume = resume,
	.domains = domains,
	.definition = libvirt_definition,
	.define = libvirt_define,
	.undefine = libvirt_undefine,
	.functions = each_function,
	.kept = libvirt_kept,
	.redefine = libvirt_redefine,
	.losses = libvirt_losses,
	.descriptions = libvirt_descriptions,
	.nvram_format = libvirt_nvram_format,
};

ROCKS_PLUGIN(.name = "libvirt", .hypervisor = &hypervisor);
