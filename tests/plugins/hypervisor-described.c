/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hypervisors whose domains are described in files. */
/*
 * $DESCRIBED/CONTAINER has a line for each domain, with tabs between name (%0a is a
 * newline), UUID, state, CPUs, MiB, disks, interfaces, the functions that it has, and
 * those that its definition gives it. A disk is KIND:TYPE:FORMAT:PATH:DEVICE:BUS, an
 * interface KIND;MAC;SOURCE;VLAN, with blanks between them; an empty part is NULL. A state
 * of transient is that of one that runs and is not defined. The lines fail and die end the
 * answer in those ways. No file: there are no domains. $DESCRIBED/UUID.xml is the
 * definition of a domain.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/rocks-plugin.h"

#define MOST 64

struct domain {
	struct rocks_description row;
	struct rocks_described_disk disks[MOST];
	struct rocks_described_interface interfaces[MOST];
	const struct rocks_described_disk *disk_list[MOST];
	const struct rocks_described_interface *interface_list[MOST];
	const char *functions[MOST], *next[MOST];
};

/* The next part, or NULL if it is empty. */
static char *part(char **text, const char *ends)
{
	char *word = *text ? strsep(text, ends) : NULL;

	return word && *word ? word : NULL;
}

static void decode(char *name)
{
	char *to = name;

	for (; *name; name++) {
		unsigned int code;

		if (*name == '%' && sscanf(name + 1, "%2x", &code) == 1) {
			*to++ = (char)code;
			name += 2;
		} else {
			*to++ = *name;
		}
	}
	*to = '\0';
}

static void read_disk(char *text, struct rocks_described_disk *disk)
{
	*disk = (struct rocks_described_disk){ .size = sizeof(*disk) };
	disk->kind = part(&text, ":");
	disk->type = part(&text, ":");
	disk->format = part(&text, ":");
	disk->path = part(&text, ":");
	disk->device = part(&text, ":");
	disk->bus = part(&text, ":");
}

static void read_interface(char *text, struct rocks_described_interface *interface)
{
	const char *kind = part(&text, ";"), *vlan;

	*interface = (struct rocks_described_interface){ .size = sizeof(*interface),
							 .kind = ROCKS_INTERFACE_OTHER };
	if (strcmp(kind, "bridge") == 0)
		interface->kind = ROCKS_INTERFACE_BRIDGE;
	if (strcmp(kind, "hostdev") == 0)
		interface->kind = ROCKS_INTERFACE_HOSTDEV;
	interface->mac = part(&text, ";");
	interface->source = part(&text, ";");
	vlan = part(&text, ";");
	interface->vlan = vlan ? atoi(vlan) : -1;
}

static void read_list(char *text, const char **list, uint32_t *count)
{
	char *word;

	while ((word = part(&text, " ")) && *count < MOST)
		list[(*count)++] = word;
}

static void read_state(const char *word, struct rocks_description *row)
{
	row->persistent = strcmp(word, "transient") != 0;
	row->state =
		strcmp(word, "shutoff") == 0 ? ROCKS_DOMAIN_SHUTOFF : ROCKS_DOMAIN_ACTIVE;
}

/* The caller frees it; NULL if there is none. */
static char *read_xml(const char *uuid)
{
	char path[4096], *xml = NULL;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.xml", getenv("DESCRIBED"), uuid);
	file = strchr(uuid, '/') ? NULL : fopen(path, "re");
	if (file && getdelim(&xml, &room, '\0', file) < 0)
		exit(99);
	if (file)
		fclose(file);
	return xml;
}

static void read_domain(char *line, struct domain *domain)
{
	struct rocks_description *row = &domain->row;
	char *name = strsep(&line, "\t"), *uuid = strsep(&line, "\t");
	char *state = strsep(&line, "\t"), *cpus = strsep(&line, "\t");
	char *memory = strsep(&line, "\t"), *disks = strsep(&line, "\t");
	char *interfaces = strsep(&line, "\t"), *functions = strsep(&line, "\t");
	char *word;

	*domain = (struct domain){ 0 };
	decode(name);
	*row = (struct rocks_description){ .size = sizeof(*row),
					   .name = name,
					   .uuid = uuid,
					   .cpus = (uint32_t)atoi(cpus),
					   .memory_mib = (uint64_t)atoll(memory),
					   .disks = domain->disk_list,
					   .interfaces = domain->interface_list,
					   .functions = domain->functions,
					   .next = domain->next };
	read_state(state, row);
	while ((word = part(&disks, " ")) && row->disk_count < MOST) {
		read_disk(word, &domain->disks[row->disk_count]);
		domain->disk_list[row->disk_count] = &domain->disks[row->disk_count];
		row->disk_count++;
	}
	while ((word = part(&interfaces, " ")) && row->interface_count < MOST) {
		uint32_t i = row->interface_count++;

		read_interface(word, &domain->interfaces[i]);
		domain->interface_list[i] = &domain->interfaces[i];
	}
	read_list(functions, domain->functions, &row->function_count);
	read_list(line, domain->next, &row->next_count);
}

static int take_line(char *line,
		     int (*each)(void *data, const struct rocks_description *description),
		     void *data, struct rocks_failure *failure)
{
	static struct domain domain;
	char *xml;
	int r;

	if (strcmp(line, "fail") == 0) {
		failure->explain(failure, "it cannot be reached");
		return -EIO;
	}
	if (strcmp(line, "die") == 0)
		return raise(SIGKILL);
	read_domain(line, &domain);
	xml = read_xml(domain.row.uuid);
	domain.row.xml = xml;
	r = each(data, &domain.row);
	free(xml);
	return r;
}

static int descriptions(const struct rocks_vm *vm,
			int (*each)(void *data,
				    const struct rocks_description *description),
			void *data, struct rocks_failure *failure)
{
	char path[4096], *line = NULL;
	size_t room = 0;
	ssize_t length;
	FILE *file;
	int r = 0;

	snprintf(path, sizeof(path), "%s/%s", getenv("DESCRIBED"), vm->container);
	file = fopen(path, "re");
	while (file && r == 0 && (length = getline(&line, &room, file)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		r = take_line(line, each, data, failure);
	}
	free(line);
	if (file)
		fclose(file);
	return r;
}

static const struct rocks_hypervisor hypervisor = {
	.size = sizeof(hypervisor),
	.descriptions = descriptions,
};

ROCKS_PLUGIN(.name = "hypervisor-described", .hypervisor = &hypervisor);
