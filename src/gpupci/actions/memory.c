/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of the host in the document of --list: doc/gpupci-scan.rst. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/actions/memory.h"
#include "src/gpupci/hold/process.h"

#define NODES "/sys/devices/system/node"
#define VFIO "/dev/vfio/"

static void write_bytes(struct json *json, const char *key, const char *text,
			const char *word)
{
	uint64_t kilobytes;

	json_key(json, key);
	if (text && process_find_number(text, word, &kilobytes))
		json_unsigned(json, kilobytes << 10);
	else
		json_null(json);
}

static void write_count(struct json *json, const char *key, struct root *root,
			const char *folder, const char *file)
{
	_cleanup_free_ char *line = NULL;
	uint64_t count;

	json_key(json, key);
	if (root_read_line(root, &line, "%s/%s", folder, file) == 0 &&
	    sscanf(line, "%" SCNu64, &count) == 1)
		json_unsigned(json, count);
	else
		json_null(json);
}

/* folder: below the root, /sys/devices/system/node/node0/hugepages/hugepages-2048kB */
static void write_pages(struct json *json, struct root *root, const char *folder)
{
	uint64_t kilobytes;
	unsigned int node;

	if (sscanf(folder, NODES "/node%u/hugepages/hugepages-%" SCNu64 "kB", &node,
		   &kilobytes) != 2)
		return;
	json_begin_object(json);
	json_key(json, "node");
	json_unsigned(json, node);
	json_key(json, "size");
	json_unsigned(json, kilobytes << 10);
	write_count(json, "total", root, folder, "nr_hugepages");
	write_count(json, "free", root, folder, "free_hugepages");
	json_end_object(json);
}

static void write_all_pages(struct json *json, struct root *root)
{
	glob_t found;
	int error = root_match(root, NODES "/node*/hugepages/hugepages-*kB", &found);

	json_key(json, "huge_pages");
	json_begin_list(json);
	for (size_t i = 0; i < found.gl_pathc && error == 0; i++) {
		const char *folder = strstr(found.gl_pathv[i], NODES);

		if (folder)
			write_pages(json, root, folder);
	}
	json_end_list(json);
	globfree(&found);
}

static void write_process(struct json *json, struct root *root,
			  const struct holder *holder)
{
	_cleanup_free_ char *status = NULL;
	char address[PCI_ADDRESS_SIZE];

	/* Without it each number is null. */
	if (root_read_text(root, &status, "/proc/%d/status", (int)holder->process) < 0)
		status = NULL;
	json_begin_object(json);
	json_key(json, "process");
	json_unsigned(json, (unsigned int)holder->process);
	json_key(json, "address");
	json_string(json, pci_address_sysfs(holder->function, address));
	write_bytes(json, "locked", status, "VmLck:");
	write_bytes(json, "pinned", status, "VmPin:");
	write_bytes(json, "anonymous", status, "RssAnon:");
	write_bytes(json, "huge", status, "HugetlbPages:");
	json_end_object(json);
}

static bool is_known(const struct held *held)
{
	for (size_t i = 0; i < held->count; i++)
		if (held_state(held, i) == HELD_UNKNOWN || held->functions[i].is_doubted)
			return false;
	return true;
}

/* Whether a process has something open through VFIO. */
static bool is_user(const struct holder *holder)
{
	return holder->process && holder->what && strstr(holder->what, VFIO);
}

static bool is_written(const struct holders *holders, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (is_user(&holders->holders[i]) &&
		    holders->holders[i].process == holders->holders[number].process)
			return true;
	return false;
}

static void write_processes(struct json *json, struct root *root, const struct held *held)
{
	const struct holders *holders = &held->holders;

	json_key(json, "processes");
	json_begin_list(json);
	for (size_t i = 0; i < holders->count; i++)
		if (is_user(&holders->holders[i]) && !is_written(holders, i))
			write_process(json, root, &holders->holders[i]);
	json_end_list(json);
	json_key(json, "complete");
	json_boolean(json, is_known(held));
}

void memory_write(struct json *json, struct root *root, const struct held *held)
{
	_cleanup_free_ char *text = NULL;

	if (root_read_text(root, &text, "/proc/meminfo") < 0)
		return;
	json_key(json, "memory");
	json_begin_object(json);
	write_bytes(json, "total", text, "MemTotal:");
	write_bytes(json, "huge_page", text, "Hugepagesize:");
	write_all_pages(json, root);
	write_processes(json, root, held);
	json_end_object(json);
}
