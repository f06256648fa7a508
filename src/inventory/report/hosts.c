/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts, their groups and their cards, as other programs read them. */
#include <inttypes.h>
#include <string.h>

#include "db/host.h"
#include "db/store/limits.h"
#include "db/vm.h"
#include "lib/json.h"
#include "lib/text.h"
#include "src/inventory/gpu.h"
#include "src/inventory/report/hosts.h"

struct report {
	struct db *db;
	const char *group; /* Ansible: the appliance whose hosts are printed now */
	bool first, first_card;
};

/*
 * Ansible evaluates a string of an inventory as a template whenever it is used, and lookups
 * in it run commands on the control node. Its JSON reader takes an object with this one key
 * for the string in it, which it never evaluates; anything but a string there is an error.
 */
static void write_unsafe(const char *value)
{
	fputs(value ? "{\"__ansible_unsafe\": " : "", stdout);
	json_write_string(stdout, value);
	fputs(value ? "}" : "", stdout);
}

/* A word of ours has only letters that begin no template, unless the file was changed. */
static void write_word(const char *value)
{
	if (value && value[strspn(value, DB_HOST_NAME_LETTERS)])
		write_unsafe(value);
	else
		json_write_string(stdout, value);
}

static void print_member(const char *key, void (*write)(const char *value),
			 const char *value)
{
	printf(", \"%s\": ", key);
	write(value);
}

static int print_card(void *data, const struct gpu *row)
{
	struct report *report = data;
	char address[PCI_ADDRESS_SIZE];

	fputs(report->first_card ? "" : ", ", stdout);
	report->first_card = false;
	fputs("{\"name\": ", stdout);
	write_word(row->name);
	print_member("address", write_word, gpu_address_text(row->address, address));
	print_member("state", write_word, row->state);
	print_member("ids", write_unsafe, row->ids);
	print_member("serial", write_unsafe, row->serial);
	print_member("vm", write_word, row->vm);
	putchar('}');
	return 0;
}

static int print_container(void *data, const struct vm *row)
{
	if (row->id == *(const int64_t *)data)
		print_member("rocks_container", write_word, row->container);
	return 0;
}

/* The variables of a host of the group at hand. */
static int print_host(void *data, const struct host *row)
{
	struct report *report = data;
	struct host_ref host = { .id = row->id, .name = (char *)row->name };
	const struct host_set one = { &host, 1 };
	int64_t id = row->id;
	int r;

	if (strcmp(row->appliance, report->group) != 0)
		return 0;
	fputs(report->first ? "\n    " : ",\n    ", stdout);
	report->first = false;
	json_write_string(stdout, row->name);
	printf(": {\"rocks_rack\": %" PRId64 ", \"rocks_rank\": %" PRId64
	       ", \"rocks_cpus\": %" PRId64,
	       row->rack, row->rank, row->cpus);
	print_member("rocks_appliance", write_word, row->appliance);
	r = db_vm_each(report->db, &one, print_container, &id);
	fputs(", \"rocks_gpus\": [", stdout);
	report->first_card = true;
	if (r == 0)
		r = db_gpu_each(report->db, row->id, print_card, report);
	fputs("]}", stdout);
	return r;
}

/* The appliances of the hosts, each once: NUL after each, in the order of the hosts. */
struct groups {
	struct strbuf names;
	bool refused; /* a name, after printing an error */
};

static bool has_group(const struct groups *groups, const char *name)
{
	const char *all = strbuf_text(&groups->names);

	for (const char *at = all; at < all + groups->names.length; at += strlen(at) + 1)
		if (strcmp(at, name) == 0)
			return true;
	return false;
}

static int add_group(void *data, const struct host *row)
{
	struct groups *groups = data;

	if (!text_is_host_name(row->name) || !text_is_host_name(row->appliance)) {
		groups->refused = true;
		return error("host «%s» of appliance «%s»: other programs do not read "
			     "such a name safely; name the hosts to print, without it",
			     row->name, row->appliance);
	}
	if (!has_group(groups, row->appliance))
		strbuf_add(&groups->names, row->appliance, strlen(row->appliance) + 1);
	return groups->names.error;
}

static int take_groups(const struct invocation *invocation, const struct host_set *hosts,
		       struct groups *groups)
{
	int r = answer(invocation,
		       db_host_each(invocation->db, hosts, add_group, groups));

	return groups->refused ? ROCKS_FAILED : r;
}

/* Ansible wants groups to be Python's names: letters, digits and _. */
static void print_group_name(const char *name)
{
	putchar('"');
	for (; *name; name++)
		putchar(*name == '-' ? '_' : *name);
	putchar('"');
}

static int print_groups(struct report *report, const struct host_set *hosts,
			const struct groups *groups)
{
	const char *all = strbuf_text(&groups->names);
	int r = 0;

	fputs("{\"all\": {\"children\": {", stdout);
	for (const char *at = all; at < all + groups->names.length && r == 0;
	     at += strlen(at) + 1) {
		fputs(at == all ? "\n  " : ",\n  ", stdout);
		print_group_name(at);
		fputs(": {\"hosts\": {", stdout);
		report->group = at;
		report->first = true;
		r = db_host_each(report->db, hosts, print_host, report);
		fputs("}}", stdout);
	}
	puts("}}}");
	return r;
}

static bool same_group(const char *a, const char *b)
{
	while (*a && (*a == *b || (strchr("-_", *a) && *b && strchr("-_", *b)))) {
		a++;
		b++;
	}
	return *a == *b;
}

/* Two appliances whose names differ only in what print_group_name() makes the same. */
static int check_groups(const struct groups *groups)
{
	const char *all = strbuf_text(&groups->names), *end = all + groups->names.length;

	for (const char *a = all; a < end; a += strlen(a) + 1)
		for (const char *b = a + strlen(a) + 1; b < end; b += strlen(b) + 1)
			if (same_group(a, b))
				return error("%s and %s are one group to Ansible; name "
					     "hosts of one of them",
					     a, b);
	return ROCKS_DONE;
}

int report_ansible(const struct invocation *invocation, const struct host_set *hosts)
{
	struct report report = { .db = invocation->db };
	struct groups groups = { STRBUF_EMPTY, false };
	int r = take_groups(invocation, hosts, &groups);

	if (r == ROCKS_DONE)
		r = check_groups(&groups);
	if (r == ROCKS_DONE)
		r = answer(invocation, print_groups(&report, hosts, &groups));
	strbuf_release(&groups.names);
	return r;
}

static int count_card(void *data, const struct gpu *row)
{
	size_t *count = data;

	*count += row->address != NULL;
	return 0;
}

/* No value of a genders file has a blank, a comma or a =: names and numbers have none. */
static int print_genders(void *data, const struct host *row)
{
	struct report *report = data;
	size_t cards = 0;
	int r = db_gpu_each(report->db, row->id, count_card, &cards);

	printf("%s %s,rack%" PRId64 ",rack=%" PRId64 ",rank=%" PRId64 ",cpus=%" PRId64,
	       row->name, row->appliance, row->rack, row->rack, row->rank, row->cpus);
	if (cards)
		printf(",gpu=%zu", cards);
	putchar('\n');
	return r;
}

/* Whether print_genders() gives hosts an attribute of that name itself: rack, rackN, … */
static bool is_attribute(const char *name)
{
	static const char *const names[] = { "rank", "cpus", "gpu" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return strncmp(name, "rack", 4) == 0 && !name[4 + strspn(name + 4, "0123456789")];
}

/* For an attribute that a host has twice the reader refuses the whole file. */
static int check_attributes(const struct groups *groups)
{
	const char *all = strbuf_text(&groups->names), *end = all + groups->names.length;

	for (const char *at = all; at < end; at += strlen(at) + 1)
		if (is_attribute(at))
			return error("the appliance %s has the name of an attribute that "
				     "this file gives hosts; name hosts of others, or "
				     "`rocks set host %s membership=` another",
				     at, at);
	return ROCKS_DONE;
}

int report_genders(const struct invocation *invocation, const struct host_set *hosts)
{
	struct report report = { .db = invocation->db };
	struct groups groups = { STRBUF_EMPTY, false };
	int r = take_groups(invocation, hosts, &groups);

	if (r == ROCKS_DONE)
		r = check_attributes(&groups);
	if (r == ROCKS_DONE)
		r = answer(invocation,
			   db_host_each(invocation->db, hosts, print_genders, &report));
	strbuf_release(&groups.names);
	return r;
}
