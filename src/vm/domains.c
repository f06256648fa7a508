/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The domains of containers, as their hypervisors list them. */
#include <errno.h>
#include <string.h>

#include "lib/text.h"
#include "src/vm/domains.h"
#include "src/vm/listing.h"

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

static int ask(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
	       FILE *text, struct rocks_failure *failure)
{
	return hypervisor->domains(vm, write_domain, text, failure);
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

static int add_answer(void *data, size_t host, const char *text, const char *why)
{
	struct domain_rows *rows = data;

	if (why) {
		rows->why[host] = strdup(why);
		return rows->why[host] ? 0 : -ENOMEM;
	}
	while (text && *text)
		text = read_domain(rows, host, text);
	return text ? 0 : -ENOMEM;
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

int hypervisor_domains(const struct context *context,
		       const struct rocks_hypervisor *hypervisor,
		       const struct host_set *containers, struct domain_rows *ret_rows)
{
	struct domain_rows rows = { .why = calloc(containers->count + 1,
						  sizeof(*rows.why)),
				    .host_count = containers->count };
	const struct listing listing = { .hypervisor = hypervisor,
					 .hosts = containers,
					 .ask = ask,
					 .answered = add_answer,
					 .data = &rows };
	int r;

	if (!hypervisor->domains)
		r = error("the hypervisor's plugin cannot report the state of VMs");
	else
		r = rows.why ? hypervisors_list(context, &listing) : memory_error();
	if (r == ROCKS_DONE)
		*ret_rows = rows;
	else
		domain_rows_release(&rows);
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
