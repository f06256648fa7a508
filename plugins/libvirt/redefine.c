/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: defines a VM without losing what somebody else has put there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/virterror.h>

#include "plugins/libvirt/compare.h"
#include "plugins/libvirt/libvirt.h"

/* Documents that belong together; NULL: none. */
struct documents {
	xmlDoc *present; /* without secrets */
	xmlDoc *secret;	 /* the same with them */
	xmlDoc *known, *agreed, *next;
	bool is_known; /* the present one is what rocks last defined */
};

static void release(struct documents *documents)
{
	xmlFreeDoc(documents->present);
	xmlFreeDoc(documents->secret);
	xmlFreeDoc(documents->known);
	xmlFreeDoc(documents->agreed);
	xmlFreeDoc(documents->next);
}

static const xmlNode *root_of(const xmlDoc *document)
{
	return document ? xmlDocGetRootElement((xmlDoc *)document) : NULL;
}

static bool is_same(const xmlDoc *a, const xmlDoc *b)
{
	return a && b && element_is_same(root_of(a), root_of(b));
}

/*
 * What would be lost of the present definition; of secrets, which are kept nowhere, the
 * names.
 */
static int find_losses(const struct documents *documents, uint32_t flags,
		       struct losses *losses)
{
	const xmlNode *present = root_of(documents->present),
		      *next = root_of(documents->next);
	int r = 0;

	losses->lacking_only = documents->is_known;
	if (!documents->is_known || flags & ROCKS_REDEFINE_KEEP)
		r = losses_find(losses, present,
				flags & ROCKS_REDEFINE_KEEP ? NULL
							    : root_of(documents->known),
				next);
	losses->lacking_only = false;
	losses->hides = true;
	if (r == 0)
		r = losses_find(losses, root_of(documents->secret), present, next);
	return r < 0 ? r : losses_sort(losses);
}

static int call_differs(const struct rocks_redefinition *redefinition,
			const struct documents *documents, const char *xml,
			const struct losses *losses)
{
	const char **lines = calloc(losses->count + 1, sizeof(*lines));
	struct rocks_found_definition found = {
		.size = sizeof(found),
		.is_ours = definition_is_marked(root_of(documents->present)),
		.is_known = documents->is_known,
		.xml = xml,
		.count = (uint32_t)losses->count,
		.losses = lines,
	};
	int r;

	if (!lines)
		return -ENOMEM;
	for (size_t i = 0; i < losses->count; i++)
		lines[i] = losses->list[i].line;
	r = redefinition->differs(redefinition->data, &found);
	free(lines);
	return r < 0 ? r : 1;
}

/* 0 if what is there may be replaced; 1 after differs(); -errno. */
static int compare(const struct session *session,
		   const struct rocks_redefinition *redefinition,
		   struct documents *documents, const char *xml, const char *secret)
{
	struct losses losses = { 0 };
	int r;

	documents->present = definition_parse(xml);
	documents->secret = definition_parse(secret);
	if (redefinition->known)
		documents->known = definition_parse(redefinition->known);
	if (redefinition->agreed)
		documents->agreed = definition_parse(redefinition->agreed);
	if (!documents->present || !documents->secret)
		return session_fail(session, -EINVAL,
				    "libvirt on %s reports a definition that cannot be "
				    "parsed; see `virsh dumpxml --inactive %s` there",
				    session->vm->container, session->vm->uuid);
	if (redefinition->flags & ROCKS_REDEFINE_OWN &&
	    secrets_keep(root_of(documents->secret), root_of(documents->present),
			 xmlDocGetRootElement(documents->next)) < 0)
		return session_fail(session, -ENOMEM, "out of memory");
	if (is_same(documents->present, documents->agreed))
		return 0;
	documents->is_known = is_same(documents->present, documents->known);
	r = find_losses(documents, redefinition->flags, &losses);
	if (r == 0 && (losses.count || !documents->is_known))
		r = call_differs(redefinition, documents, xml, &losses);
	losses_release(&losses);
	return r == -ENOMEM ? session_fail(session, r, "out of memory") : r;
}

/* The definition that is there, if there is one: as compare(). */
static int check_present(const struct session *session,
			 const struct rocks_redefinition *redefinition,
			 struct documents *documents)
{
	char *xml, *secret;
	int r;

	if (!session->domain)
		return 0;
	xml = virDomainGetXMLDesc(session->domain, VIR_DOMAIN_XML_INACTIVE);
	secret = virDomainGetXMLDesc(session->domain,
				     VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
	r = xml && secret ? compare(session, redefinition, documents, xml, secret)
			  : session_fail_libvirt(session, "report the VM's definition");
	free(xml);
	free(secret);
	return r;
}

/*
 * The next definition, with our mark if it is ours; freed with xmlFree(). NULL if out of
 * memory.
 */
static xmlChar *write_next(xmlDoc *document, uint32_t flags)
{
	xmlChar *text = NULL;
	int length;

	if (flags & ROCKS_REDEFINE_OWN ||
	    definition_mark(xmlDocGetRootElement(document)) == 0)
		xmlDocDumpMemory(document, &text, &length);
	return text;
}

static int call_defined(const struct session *session,
			const struct rocks_redefinition *redefinition)
{
	char *xml = virDomainGetXMLDesc(session->domain, VIR_DOMAIN_XML_INACTIVE);
	int r = xml ? redefinition->defined(redefinition->data, xml)
		    : session_fail_libvirt(session, "report the VM's definition");

	free(xml);
	return r;
}

static int define(struct session *session, const struct rocks_redefinition *redefinition,
		  struct documents *documents)
{
	bool starts = redefinition->flags & ROCKS_REDEFINE_START;
	/* What somebody else made may be more than libvirt's schema knows. */
	bool validates = starts && !(redefinition->flags & ROCKS_REDEFINE_OWN);
	xmlChar *text = write_next(documents->next, redefinition->flags);
	int r = text ? session_define(session, (const char *)text,
				      validates ? VIR_DOMAIN_DEFINE_VALIDATE : 0,
				      redefinition->autostart)
		     : session_fail(session, -ENOMEM, "out of memory");

	xmlFree(text);
	if (r == 0)
		r = call_defined(session, redefinition);
	return r == 0 && starts ? session_start(session) : r;
}

/* One try of several: the daemon may go away after it has defined the VM. */
struct attempt {
	const struct rocks_vm *vm;
	struct rocks_redefinition redefinition;
	const struct rocks_redefinition *asked;
	char *defined; /* by an earlier try; NULL: none */
};

static int differs(void *data, const struct rocks_found_definition *found)
{
	const struct attempt *attempt = data;

	return attempt->asked->differs(attempt->asked->data, found);
}

static int defined(void *data, const char *xml)
{
	struct attempt *attempt = data;

	free(attempt->defined);
	attempt->defined = strdup(xml);
	attempt->redefinition.agreed = attempt->defined;
	if (!attempt->defined)
		return -ENOMEM;
	return attempt->asked->defined(attempt->asked->data, xml);
}

static int redefine_once(void *data, struct rocks_failure *failure,
			 enum reached *ret_reached)
{
	const struct attempt *attempt = data;
	const struct rocks_redefinition *redefinition = &attempt->redefinition;
	struct session session = { .vm = attempt->vm, .failure = failure };
	struct documents documents = { .next = definition_parse(redefinition->xml) };
	int r = documents.next ? session_find(&session)
			       : session_fail(&session, -EINVAL,
					      "its definition cannot be parsed");

	if (r == 0)
		r = session_is_active(&session);
	if (r == 0 && redefinition->flags & ROCKS_REDEFINE_START)
		r = session_check_saved(&session, redefinition->xml);
	if (r == 0)
		r = check_present(&session, redefinition, &documents);
	if (r == 0)
		r = define(&session, redefinition, &documents);
	*ret_reached = session_reached(&session, r);
	session_leave(&session);
	release(&documents);
	return r;
}

int libvirt_redefine(const struct rocks_vm *vm,
		     const struct rocks_redefinition *redefinition,
		     struct rocks_failure *failure)
{
	struct attempt attempt = { .vm = vm,
				   .redefinition = *redefinition,
				   .asked = redefinition };
	enum reached reached;
	int r;

	attempt.redefinition.data = &attempt;
	attempt.redefinition.differs = differs;
	attempt.redefinition.defined = defined;
	if (redefinition->flags & ROCKS_REDEFINE_START)
		r = session_retry(redefine_once, &attempt, failure);
	else
		r = redefine_once(&attempt, failure, &reached);
	free(attempt.defined);
	return r;
}

int libvirt_losses(const struct rocks_comparison *comparison,
		   int (*each)(void *data, const char *line), void *data)
{
	struct documents documents = { .present = definition_parse(comparison->present),
				       .next = definition_parse(comparison->next) };
	struct losses losses = { .lacking_only =
					 comparison->flags & ROCKS_COMPARE_LACKING };
	int r = documents.present && documents.next ? 0 : -EINVAL;

	if (comparison->known)
		documents.known = definition_parse(comparison->known);
	if (r == 0)
		r = losses_find(&losses, root_of(documents.present),
				root_of(documents.known), root_of(documents.next));
	if (r == 0)
		r = losses_sort(&losses);
	for (size_t i = 0; i < losses.count && r == 0; i++)
		r = each(data, losses.list[i].line);
	losses_release(&losses);
	release(&documents);
	return r;
}
