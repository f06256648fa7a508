/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts, their groups and their cards, as other programs read them. */
#include <errno.h>
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
	struct json *json; /* the output for Ansible, else NULL */
	const char *group; /* the appliance whose hosts are being printed */
};

/*
 * Ansible evaluates a string of an inventory as a template whenever it is used, and lookups
 * in it run commands on the control node. Its JSON reader takes an object with this one key
 * for the string in it, which it never evaluates; anything but a string there is an error.
 */
static void write_unsafe(struct json *json, const char *value)
{
	if (!value) {
		json_null(json);
		return;
	}
	json_begin_object(json);
	json_key(json, "__ansible_unsafe");
	json_string(json, value);
	json_end_object(json);
}

/* Our own words have no letter that begins a template, unless someone changed the file. */
static void write_word(struct json *json, const char *value)
{
	if (value && value[strspn(value, DB_HOST_NAME_LETTERS)])
		write_unsafe(json, value);
	else
		json_string(json, value);
}

static void add_word(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	write_word(json, value);
}

static void add_unsafe(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	write_unsafe(json, value);
}

static void add_number(struct json *json, const char *key, int64_t value)
{
	json_key(json, key);
	json_integer(json, value);
}

static int print_card(void *data, const struct gpu *row)
{
	const struct report *report = data;
	struct json *json = report->json;
	char address[PCI_ADDRESS_SIZE];

	json_begin_object(json);
	add_word(json, "name", row->name);
	add_word(json, "address", gpu_address_text(row->address, address));
	add_word(json, "state", gpu_state_word(row));
	add_unsafe(json, "ids", row->ids);
	add_unsafe(json, "serial", row->serial);
	add_word(json, "vm", row->vm);
	json_end_object(json);
	return 0;
}

/* Looks for the VM that is the host, if it is one. */
struct search {
	struct json *json;
	int64_t id;
};

static int print_container(void *data, const struct vm *row)
{
	const struct search *search = data;

	if (row->id == search->id)
		add_word(search->json, "rocks_container", row->container);
	return 0;
}

/* Prints the variables of a host, if it is in the current group. */
static int print_host(void *data, const struct host *row)
{
	struct report *report = data;
	struct host_ref host = { .id = row->id, .name = (char *)row->name };
	const struct host_set one = { &host, 1 };
	struct json *json = report->json;
	struct search search = { json, row->id };
	int r;

	if (strcmp(row->appliance, report->group) != 0)
		return 0;
	json_space(json, "\n    ");
	json_key(json, row->name);
	json_begin_object(json);
	add_number(json, "rocks_rack", row->rack);
	add_number(json, "rocks_rank", row->rank);
	add_number(json, "rocks_cpus", row->cpus);
	add_word(json, "rocks_appliance", row->appliance);
	r = db_vm_each(report->db, &one, print_container, &search);
	json_key(json, "rocks_gpus");
	json_begin_list(json);
	if (r == 0)
		r = db_gpu_each(report->db, row->id, print_card, report);
	json_end_list(json);
	json_end_object(json);
	return r;
}

/* The appliances of the hosts, each once, in the order of the hosts; a NUL after each. */
struct groups {
	struct strbuf names;
	bool refused; /* a name was, after printing an error */
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
		return error("host «%s» of appliance «%s»: other programs cannot "
			     "read such a name safely; name the other hosts to print",
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

/* Names of groups are identifiers to Ansible: letters, digits and _. */
static int add_group_key(struct json *json, const char *name)
{
	_cleanup_free_ char *key = strdup(name);

	if (!key)
		return -ENOMEM;
	for (char *c = key; *c; c++)
		if (*c == '-')
			*c = '_';
	json_key(json, key);
	return 0;
}

static int print_group(struct report *report, const struct host_set *hosts)
{
	struct json *json = report->json;
	int r;

	json_space(json, "\n  ");
	r = add_group_key(json, report->group);
	if (r < 0)
		return r;
	json_begin_object(json);
	json_key(json, "hosts");
	json_begin_object(json);
	r = db_host_each(report->db, hosts, print_host, report);
	json_end_object(json);
	json_end_object(json);
	return r;
}

static int print_groups(struct report *report, const struct host_set *hosts,
			const struct groups *groups)
{
	const char *all = strbuf_text(&groups->names);
	struct json *json = report->json;
	int r = 0;

	json_begin_object(json);
	json_key(json, "all");
	json_begin_object(json);
	json_key(json, "children");
	json_begin_object(json);
	for (const char *at = all; at < all + groups->names.length && r == 0;
	     at += strlen(at) + 1) {
		report->group = at;
		r = print_group(report, hosts);
	}
	for (int i = 0; i < 3; i++)
		json_end_object(json);
	putchar('\n');
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

/* Refuses two appliances whose names add_group_key() makes the same. */
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
	struct json json = JSON_TO(stdout);
	struct report report = { .db = invocation->db, .json = &json };
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

/* Values in a genders file must not have blanks, commas or =: names and numbers do not. */
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

/* Whether print_genders() itself gives hosts an attribute of that name: rack, rackN, … */
static bool is_attribute(const char *name)
{
	static const char *const names[] = { "rank", "cpus", "gpu" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return strncmp(name, "rack", 4) == 0 && !name[4 + strspn(name + 4, "0123456789")];
}

/* If a host has an attribute twice, the reader refuses the whole file. */
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
