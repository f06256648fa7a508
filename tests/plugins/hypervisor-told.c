/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor whose domains are in a file. */
/*
 * $TOLD has a line for each, with tabs between
 * its name, UUID, state, functions, and the functions that it would have next. What is defined
 * goes to $TOLD.defined, and is listed from then on: of the first domain alone.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/rocks-plugin.h"

#define MOST 64

struct list {
	const char *words[MOST];
	uint32_t count;
};

static void split(char *text, struct list *list)
{
	char *rest = NULL;

	list->count = 0;
	for (char *word = strtok_r(text, " ", &rest); word && list->count < MOST;
	     word = strtok_r(NULL, " ", &rest))
		list->words[list->count++] = word;
}

static uint32_t state_of(const char *word)
{
	if (strcmp(word, "active") == 0)
		return ROCKS_DOMAIN_ACTIVE;
	if (strcmp(word, "paused") == 0)
		return ROCKS_DOMAIN_PAUSED;
	return strcmp(word, "crashed") == 0 ? ROCKS_DOMAIN_CRASHED : ROCKS_DOMAIN_SHUTOFF;
}

static int tell(char *line, int (*each)(void *data, const struct rocks_domain *domain),
		void *data)
{
	char *name = strsep(&line, "\t"), *uuid = strsep(&line, "\t");
	char *state = strsep(&line, "\t"), *functions = strsep(&line, "\t");
	struct rocks_domain domain = { .size = sizeof(domain),
				       .name = name,
				       .uuid = uuid };
	struct list has, next;

	if (!functions)
		return -EINVAL;
	domain.state = state_of(state);
	domain.persistent = line != NULL;
	split(functions, &has);
	domain.functions = has.words;
	domain.function_count = has.count;
	if (line) {
		split(line, &next);
		domain.next = next.words;
		domain.next_count = next.count;
	}
	return each(data, &domain);
}

static int domains(const struct rocks_vm *vm,
		   int (*each)(void *data, const struct rocks_domain *domain), void *data,
		   struct rocks_failure *failure)
{
	FILE *file = fopen(getenv("TOLD"), "re");
	char line[4096];
	int r = file ? 0 : -EIO;

	(void)vm;
	(void)failure;
	while (r == 0 && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		r = tell(line, each, data);
	}
	if (file)
		fclose(file);
	return r;
}

/* Of the XML of a VM: <address domain="0x0000" bus="0x02" …/> in its <source>s. */
static int functions(const char *xml, int (*each)(void *data, const char *address),
		     void *data)
{
	unsigned int domain, bus, slot, function;
	char text[64];
	int r = 0;

	while (r == 0 && (xml = strstr(xml, "<source>\n"))) {
		xml += strlen("<source>\n");
		if (sscanf(xml,
			   " <address domain=\"%x\" bus=\"%x\" slot=\"%x\" "
			   "function=\"%x\"",
			   &domain, &bus, &slot, &function) != 4)
			continue;
		snprintf(text, sizeof(text), "%04x:%02x:%02x.%x", domain, bus, slot,
			 function);
		r = each(data, text);
	}
	return r;
}

static int write_function(void *data, const char *address)
{
	return fprintf(data, "%s ", address) < 0 ? -EIO : 0;
}

static int define(const struct rocks_vm *vm, const char *xml, int32_t autostart,
		  struct rocks_failure *failure)
{
	char path[4096];
	FILE *file;

	(void)autostart;
	(void)failure;
	if (getenv("TOLD_RUNS"))
		return 1;
	snprintf(path, sizeof(path), "%s.defined", getenv("TOLD"));
	file = fopen(path, "we");
	if (!file || fputs(xml, file) < 0 || fclose(file) < 0)
		return -EIO;
	file = fopen(getenv("TOLD"), "we");
	if (!file)
		return -EIO;
	fprintf(file, "%s\t%s\tshutoff\t", vm->name, vm->uuid);
	functions(xml, write_function, file);
	fputs("\t\n", file);
	return fclose(file) < 0 ? -EIO : 0;
}

static int stop(const struct rocks_vm *vm, const char *action,
		struct rocks_failure *failure)
{
	(void)vm;
	(void)action;
	(void)failure;
	return 0;
}

static const struct rocks_hypervisor hypervisor = {
	.size = sizeof(hypervisor),
	.stop = stop,
	.domains = domains,
	.define = define,
	.functions = functions,
};

ROCKS_PLUGIN(.name = "hypervisor-told", .hypervisor = &hypervisor);
