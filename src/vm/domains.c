/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The domains of containers, as their hypervisors list them. */
#include <string.h>

#include "lib/children.h"
#include "lib/progress.h"
#include "lib/text.h"
#include "src/vm/domains.h"
#include "src/vm/plugin.h"
#include "src/vm/view.h"

#define LISTING_SECONDS 45
#define AT_ONCE 32

struct listing {
	const struct rocks_hypervisor *hypervisor;
	const struct host_set *hosts;
	struct vm_view *views;
	struct domain_rows rows;
	struct progress progress;
	bool failed; /* out of memory */
};

/* One line per domain; fields that may have blanks come last. */
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
	r = vm_view_check(&listing->views[index], &failure.base);
	if (r == 0)
		r = listing->hypervisor->domains(&listing->views[index].vm, write_domain,
						 text, &failure.base);
	if (r < 0)
		fprintf(text, "%c%s", VM_VIEW_SENTENCE, strbuf_text(&failure.sentence));
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

/*
 * In "A B / C D" A and B are what a domain has, C and D what it gets at its next start.
 */
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

/* Reads what write_domain() wrote; returns the text after it, NULL if out of memory. */
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
		vm_view_explain(&sentence, listing->hosts->hosts[index].name,
				LISTING_SECONDS, result, text);
		listing->rows.why[index] = strbuf_take(&sentence);
	}
	while (result >= 0 && text && *text)
		text = read_domain(&listing->rows, index, text);
	listing->failed |= result < 0 ? !listing->rows.why[index] : !text;
	progress_step(&listing->progress);
}

bool domain_row_gives(const struct domain_row *row, const char *address)
{
	return text_lists_word(row->functions, address, strlen(address)) ||
	       text_lists_word(row->next, address, strlen(address));
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

static int ask(const struct context *context, struct listing *listing)
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
		r = vm_view_open(context, listing->hosts->hosts[i].name, NULL,
				 &listing->views[i]);
	if (r != ROCKS_DONE)
		return r;
	progress_open(&listing->progress, "hypervisors have answered", count);
	r = children_run(&children);
	progress_hide(&listing->progress);
	return r < 0 || listing->failed ? memory_error() : ROCKS_DONE;
}

int hypervisor_domains(const struct context *context,
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
		r = ask(context, &listing);
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
