/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the hypervisors of containers: in processes of their own, with a deadline. */
#include <errno.h>
#include <string.h>

#include "db/attr.h"
#include "lib/children.h"
#include "lib/progress.h"
#include "lib/text.h"
#include "src/fleet/remote.h"
#include "src/vm/hypervisor.h"
#include "src/vm/plugin.h"

#define LISTING_SECONDS 45
#define AT_ONCE 32

/* A VM, or only its container, as the plugin sees it: with the container's address. */
struct view {
	struct rocks_vm vm; /* first: attribute_of() finds the rest */
	const struct rocks_vm *real;
	char *uri; /* or NULL */
};

static const char *attribute_of(const struct rocks_vm *vm, const char *name)
{
	const struct view *view = (const struct view *)vm;

	if (strcmp(name, "libvirt_uri") == 0 && view->uri)
		return view->uri;
	return view->real ? view->real->attribute(view->real, name) : NULL;
}

static int open_view(const struct invocation *invocation, const char *container,
		     const struct rocks_vm *real, struct view *view)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int r = db_hosts_resolve_one(invocation->db, container, &hosts);

	*view = (struct view){ .vm = { .size = sizeof(view->vm),
				       .name = real ? real->name : container,
				       .uuid = real ? real->uuid : "",
				       .container = container,
				       .attribute = attribute_of },
			       .real = real };
	if (r == 0)
		r = db_attr_get(invocation->db, hosts.hosts[0].id, "libvirt_uri",
				&view->uri);
	return answer(invocation, r < 0 ? r : 0);
}

/* The name becomes a part of an address. */
static int check_container(const struct view *view, struct rocks_failure *failure)
{
	if (text_is_host_name(view->vm.container))
		return 0;
	failure->explain(failure, NOT_A_HOST_NAME);
	return -EINVAL;
}

struct one_call {
	const struct rocks_hypervisor *hypervisor;
	struct view view;
	hypervisor_ask_fn *ask;
	const void *data;
	char *text; /* NULL when memory ran out */
	int seconds;
	bool waits_longer; /* if it is told to */
	int result;
	int status; /* ROCKS_… */
};

/* Stands before the sentence of a failure: no document and no name has it. */
#define SENTENCE '\036'

static int work(void *data, size_t index, FILE *text)
{
	const struct one_call *call = data;
	_cleanup_plugins_failure_ struct plugins_failure failure;
	int r;

	(void)index;
	plugins_failure_init(&failure);
	r = check_container(&call->view, &failure.base);
	if (r == 0)
		r = call->ask(call->hypervisor, &call->view.vm, call->data, text,
			      &failure.base);
	if (r < 0)
		fprintf(text, "%c%s", SENTENCE, strbuf_text(&failure.sentence));
	return r;
}

/* Why a container could not be asked, or did not do it; text is all that was told. */
static void explain(struct strbuf *sentence, const char *container, int seconds,
		    int result, const char *text)
{
	const char *said = strchr(text, SENTENCE);

	said = said ? said + 1 : "";
	if (result == -ETIMEDOUT)
		strbuf_add_format(sentence,
				  "its hypervisor did not answer within %d s; nothing "
				  "more is known",
				  seconds);
	else if (result == -EINTR)
		strbuf_add_string(sentence, "stopped");
	else if (result == -E2BIG)
		strbuf_add_string(sentence, "its hypervisor told more than 64 MiB");
	else if (result == -ECHILD)
		strbuf_add_string(sentence,
				  "the plugin died while it asked the hypervisor");
	else if (!remote_key_advice(sentence, container, said))
		strbuf_add_string(sentence, *said ? said : strerror(-result));
}

static void done(void *data, size_t index, int result, const char *text)
{
	_cleanup_strbuf_ struct strbuf sentence = STRBUF_EMPTY;
	struct one_call *call = data;

	(void)index;
	call->result = result;
	if (result >= 0) {
		call->text = strdup(text);
		return;
	}
	explain(&sentence, call->view.vm.container, call->seconds, result, text);
	if (result == -ETIMEDOUT)
		strbuf_add_format(&sentence,
				  ": `rocks list host vm %s status=yes` tells what it "
				  "does%s",
				  call->view.vm.name,
				  call->waits_longer ? "; timeout= waits longer" : "");
	call->status = error("%s: %s", call->view.vm.name, strbuf_text(&sentence));
}

/* *ret_text, unless it is NULL, is the caller's when ROCKS_DONE. */
static int call_one(const struct invocation *invocation, struct one_call *one,
		    const struct rocks_vm *vm, const char *container, int *ret_result,
		    char **ret_text)
{
	const struct children children = { .count = 1,
					   .at_once = 1,
					   .seconds = one->seconds,
					   .work = work,
					   .done = done,
					   .data = one };
	_cleanup_free_ char *text = NULL;
	int r = open_view(invocation, container, vm, &one->view);

	if (r == ROCKS_DONE && children_run(&children) < 0)
		r = memory_error();
	free(one->view.uri);
	text = one->text;
	if (r == ROCKS_DONE)
		r = one->status;
	if (r == ROCKS_DONE && !text)
		r = memory_error();
	*ret_result = one->result;
	if (r == ROCKS_DONE && ret_text)
		*ret_text = take_pointer(text);
	return r;
}

int hypervisor_ask(const struct invocation *invocation,
		   const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		   const char *container, hypervisor_ask_fn *ask, const void *data,
		   int *ret_result, char **ret_text)
{
	return call_one(invocation,
			&(struct one_call){ .hypervisor = hypervisor,
					    .ask = ask,
					    .data = data,
					    .seconds = HYPERVISOR_SECONDS },
			vm, container, ret_result, ret_text);
}

/* An operation that tells nothing. */
struct silent_call {
	hypervisor_fn *call;
	const void *data;
};

static int call_silently(const struct rocks_hypervisor *hypervisor,
			 const struct rocks_vm *vm, const void *data, FILE *text,
			 struct rocks_failure *failure)
{
	const struct silent_call *silent = data;

	(void)text;
	return silent->call(hypervisor, vm, silent->data, failure);
}

int hypervisor_call(const struct invocation *invocation,
		    const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		    hypervisor_fn *call, const void *data, int *ret_result)
{
	const struct silent_call silent = { call, data };

	return hypervisor_ask(invocation, hypervisor, vm, vm->container, call_silently,
			      &silent, ret_result, NULL);
}

int hypervisor_call_within(const struct invocation *invocation,
			   const struct rocks_hypervisor *hypervisor,
			   const struct rocks_vm *vm, hypervisor_fn *call,
			   const void *data, int seconds, int *ret_result)
{
	const struct silent_call silent = { call, data };

	return call_one(invocation,
			&(struct one_call){ .hypervisor = hypervisor,
					    .ask = call_silently,
					    .data = &silent,
					    .seconds = seconds,
					    .waits_longer = true },
			vm, vm->container, ret_result, NULL);
}

struct listing {
	const struct rocks_hypervisor *hypervisor;
	const struct host_set *hosts;
	struct view *views;
	struct domain_rows rows;
	struct progress progress;
	bool failed; /* out of memory */
};

/* A line a domain: what has blanks in it last. */
static int write_domain(void *data, const struct rocks_domain *domain)
{
	FILE *text = data;

	fprintf(text, "%u %u %s %zu", (unsigned int)domain->state,
		(unsigned int)domain->persistent, domain->uuid, strlen(domain->name));
	for (uint32_t i = 0; i < domain->function_count; i++)
		fprintf(text, " %s", domain->functions[i]);
	if (ROCKS_HAS(struct rocks_domain, domain, next) && domain->next) {
		fputs(" /", text);
		for (uint32_t i = 0; i < domain->next_count; i++)
			fprintf(text, " %s", domain->next[i]);
	}
	fprintf(text, "\n%s\n", domain->name);
	return 0;
}

static int list_work(void *data, size_t index, FILE *text)
{
	const struct listing *listing = data;
	_cleanup_plugins_failure_ struct plugins_failure failure;
	int r;

	plugins_failure_init(&failure);
	r = check_container(&listing->views[index], &failure.base);
	if (r == 0)
		r = listing->hypervisor->domains(&listing->views[index].vm, write_domain,
						 text, &failure.base);
	if (r < 0)
		fprintf(text, "%c%s", SENTENCE, strbuf_text(&failure.sentence));
	return r;
}

static struct domain_row *add_row(struct domain_rows *rows)
{
	if (rows->count == rows->room) {
		size_t room = rows->room ? 2 * rows->room : 64;
		struct domain_row *list = reallocarray(rows->rows, room, sizeof(*list));

		if (!list)
			return NULL;
		rows->rows = list;
		rows->room = room;
	}
	rows->rows[rows->count] = (struct domain_row){ 0 };
	return &rows->rows[rows->count++];
}

/* "A B / C D" is what a domain has and what it is to have. */
static void split_functions(struct domain_row *row)
{
	char *mark = strchr(row->functions, '/');

	if (!mark)
		return;
	row->next = mark[1] ? mark + 2 : mark + 1;
	if (mark > row->functions)
		mark--;
	*mark = '\0';
}

/* Reads what write_domain() wrote; the text after it, NULL when memory ran out. */
static const char *read_domain(struct domain_rows *rows, size_t host, const char *text)
{
	struct domain_row *row = add_row(rows);
	unsigned int state = 0, persistent = 0;
	char uuid[64] = "";
	size_t length = 0, line = strcspn(text, "\n");
	int used = 0;

	if (!row || sscanf(text, "%u %u %63s %zu%n", &state, &persistent, uuid, &length,
			   &used) != 4)
		return NULL;
	row->host = host;
	row->state = state;
	row->persistent = persistent;
	row->uuid = strdup(uuid);
	row->name = strndup(text + line + 1, length);
	row->functions = line > (size_t)used ? strndup(text + used + 1, line - used - 1)
					     : strdup("");
	if (!row->uuid || !row->name || !row->functions)
		return NULL;
	split_functions(row);
	return text + line + 1 + length + 1;
}

static void list_done(void *data, size_t index, int result, const char *text)
{
	struct listing *listing = data;
	_cleanup_strbuf_ struct strbuf sentence = STRBUF_EMPTY;

	if (result < 0) {
		explain(&sentence, listing->hosts->hosts[index].name, LISTING_SECONDS,
			result, text);
		listing->rows.why[index] = strbuf_take(&sentence);
	}
	while (result >= 0 && text && *text)
		text = read_domain(&listing->rows, index, text);
	listing->failed |= result < 0 ? !listing->rows.why[index] : !text;
	progress_step(&listing->progress);
}

bool domain_row_lists(const char *list, const char *address, size_t length)
{
	for (const char *at = list; at && *(at += strspn(at, " "));
	     at += strcspn(at, " "))
		if (strcspn(at, " ") == length && strncmp(at, address, length) == 0)
			return true;
	return false;
}

bool domain_row_gives(const struct domain_row *row, const char *address)
{
	return domain_row_lists(row->functions, address, strlen(address)) ||
	       domain_row_lists(row->next, address, strlen(address));
}

void domain_rows_release(struct domain_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free(rows->rows[i].name);
		free(rows->rows[i].uuid);
		free(rows->rows[i].functions);
	}
	for (size_t i = 0; rows->why && i < rows->host_count; i++)
		free(rows->why[i]);
	free(rows->rows);
	free(rows->why);
	*rows = (struct domain_rows){ 0 };
}

static int ask(const struct invocation *invocation, struct listing *listing)
{
	size_t count = listing->hosts->count;
	const struct children children = { .count = count,
					   .at_once = AT_ONCE,
					   .seconds = LISTING_SECONDS,
					   .work = list_work,
					   .done = list_done,
					   .data = listing };
	int r = ROCKS_DONE;

	for (size_t i = 0; i < count && r == ROCKS_DONE; i++)
		r = open_view(invocation, listing->hosts->hosts[i].name, NULL,
			      &listing->views[i]);
	if (r != ROCKS_DONE)
		return r;
	progress_open(&listing->progress, "hypervisors have answered", count);
	r = children_run(&children);
	progress_hide(&listing->progress);
	return r < 0 || listing->failed ? memory_error() : ROCKS_DONE;
}

int hypervisor_domains(const struct invocation *invocation,
		       const struct rocks_hypervisor *hypervisor,
		       const struct host_set *containers, struct domain_rows *ret_rows)
{
	size_t count = containers->count;
	struct listing listing = { .hypervisor = hypervisor,
				   .hosts = containers,
				   .views = calloc(count + 1, sizeof(*listing.views)) };
	int r = ROCKS_FAILED;

	listing.rows.why = calloc(count + 1, sizeof(*listing.rows.why));
	listing.rows.host_count = count;
	if (!listing.views || !listing.rows.why)
		memory_error();
	else
		r = ask(invocation, &listing);
	for (size_t i = 0; listing.views && i < count; i++)
		free(listing.views[i].uri);
	free(listing.views);
	if (r == ROCKS_DONE)
		*ret_rows = listing.rows;
	else
		domain_rows_release(&listing.rows);
	return r;
}

const char *domain_state_word(uint32_t state)
{
	static const char *const words[] = {
		[ROCKS_DOMAIN_NOSTATE] = "nostate", [ROCKS_DOMAIN_ACTIVE] = "active",
		[ROCKS_DOMAIN_PAUSED] = "paused",   [ROCKS_DOMAIN_SHUTDOWN] = "shutdown",
		[ROCKS_DOMAIN_SHUTOFF] = "shutoff", [ROCKS_DOMAIN_CRASHED] = "crashed",
	};

	return words[state < ARRAY_SIZE(words) ? state : ROCKS_DOMAIN_NOSTATE];
}

int load_hypervisor(unsigned int wanted, struct plugins **ret_plugins,
		    const struct rocks_hypervisor **ret_hypervisor)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;

	if (plugins_load(ret_plugins, wanted | PLUGINS_HYPERVISOR, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	*ret_hypervisor = plugins_hypervisor(*ret_plugins);
	if (*ret_hypervisor)
		return ROCKS_DONE;
	return error("this goes through the plugin libvirt.so, which is not in %s; "
		     "on the container `virsh` does it",
		     plugins_folder(*ret_plugins));
}
