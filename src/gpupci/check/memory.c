/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the memory that /etc/gpupci.conf reserves for VMs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/fix.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/memory.h"
#include "src/gpupci/hold/process.h"

#define SYSCTL_LINES                                                       \
	"in /etc/sysctl.d/hugepages.conf: vm.nr_hugepages = %" PRIu64 "\n" \
	"then: sysctl --system; fragmented memory needs a reboot"

/* What libvirt's daemon may lock, and whether it can raise that for its QEMUs. */
struct daemon {
	int process; /* 0 if there is none */
	char name[16];
	bool is_root;
	uint64_t limit; /* bytes; UINT64_MAX for none */
};

/* The hard limit: "Max locked memory       65536      65536      bytes". */
static uint64_t read_limit(struct root *root, const char *process)
{
	static const char word[] = "Max locked memory";
	_cleanup_free_ char *text = NULL;
	char hard[32];
	const char *line;
	size_t length;

	text = check_read(root, &length, "/proc/%s/limits", process);
	line = text ? strstr(text, word) : NULL;
	if (!line || sscanf(line + strlen(word), " %*s %31s", hard) != 1)
		return 0;
	return strcmp(hard, "unlimited") == 0 ? UINT64_MAX : strtoull(hard, NULL, 10);
}

static void look_at_process(struct root *root, const char *process, struct daemon *daemon)
{
	static const char *const names[] = { "libvirtd", "virtqemud" };
	_cleanup_free_ char *comm = NULL, *status = NULL;
	uint64_t user = 1;
	size_t length;

	comm = check_read(root, &length, "/proc/%s/comm", process);
	if (!comm)
		return;
	comm[strcspn(comm, "\n")] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(comm, names[i]) == 0) {
			daemon->process = atoi(process);
			snprintf(daemon->name, sizeof(daemon->name), "%s", names[i]);
		}
	if (!daemon->process)
		return;
	status = check_read(root, &length, "/proc/%s/status", process);
	daemon->is_root = status && process_find_number(status, "Uid:", &user) && !user;
	daemon->limit = read_limit(root, process);
}

static struct daemon find_daemon(struct root *root)
{
	struct daemon daemon = { .process = 0 };
	_cleanup_closedir_ DIR *proc = NULL;
	const struct dirent *entry;

	if (root_open_folder(root, &proc, "/proc") < 0)
		return daemon;
	while (!daemon.process && (entry = root_next_entry(proc)))
		if (strspn(entry->d_name, "0123456789") == strlen(entry->d_name))
			look_at_process(root, entry->d_name, &daemon);
	return daemon;
}

static void add_daemon(struct checks *checks, const struct daemon *daemon, uint64_t asked)
{
	static const char raise[] = "systemctl edit the service, and there: [Service] "
				    "LimitMEMLOCK=infinity\n"
				    "or in /etc/security/limits.d/gpupci.conf: USER hard "
				    "memlock unlimited";

	if (!daemon->process)
		checks_add(checks, "host", "memlock", CHECK_WARN,
			   "start it: virsh list; then run this again",
			   "what QEMU may lock is not known: neither libvirtd nor "
			   "virtqemud runs");
	else if (daemon->is_root)
		checks_add(checks, "host", "memlock", CHECK_OK, NULL,
			   "%s (process %d) runs as root and lets each QEMU lock its "
			   "memory",
			   daemon->name, daemon->process);
	else if (daemon->limit >= asked)
		checks_add(checks, "host", "memlock", CHECK_OK, NULL,
			   "%s (process %d) may lock as much", daemon->name,
			   daemon->process);
	else
		checks_add(
			checks, "host", "memlock", CHECK_FAIL, raise,
			"%s (process %d) may lock %" PRIu64 " MiB, a VM needs %" PRIu64,
			daemon->name, daemon->process, daemon->limit >> 20, asked >> 20);
}

/* vfio locks all memory of a VM: the device may write to any of it. */
static void check_memlock(struct checks *checks, struct host *host)
{
	struct root *root = &host->scan.root;
	uint64_t asked = host->config.memlock, kilobytes = 0;
	_cleanup_free_ char *text = NULL;
	struct daemon daemon;
	size_t length;

	text = check_read(root, &length, "/proc/meminfo");
	if (text && process_find_number(text, "MemTotal:", &kilobytes) &&
	    kilobytes << 10 < asked) {
		checks_add(checks, "host", "memlock", CHECK_FAIL,
			   "more memory, or smaller VMs",
			   "a VM of %" PRIu64
			   " MiB locks all of it, the host has %" PRIu64,
			   asked >> 20, kilobytes >> 10);
		return;
	}
	daemon = find_daemon(root);
	add_daemon(checks, &daemon, asked);
}

/* Says how to reserve pages: gigantic ones at boot, others at any time. */
static void add_page_fix(struct strbuf *fix, struct checks *checks, struct root *root,
			 const struct config_pages *pages)
{
	char words[96];

	if (pages->size < UINT64_C(1) << 30) {
		strbuf_add_format(fix, SYSCTL_LINES, pages->count);
		return;
	}
	snprintf(words, sizeof(words),
		 "default_hugepagesz=%" PRIu64 "G hugepagesz=%" PRIu64
		 "G hugepages=%" PRIu64,
		 pages->size >> 30, pages->size >> 30, pages->count);
	fix_add_words(fix, root, &checks->boot, words);
}

static void check_pages(struct checks *checks, struct root *root,
			const struct config_pages *pages)
{
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	_cleanup_free_ char *text = NULL;
	uint64_t count;
	size_t length;

	text = check_read(root, &length,
			  "/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/nr_hugepages",
			  pages->size >> 10);
	add_page_fix(&fix, checks, root, pages);
	if (!text || sscanf(text, "%" SCNu64, &count) != 1)
		checks_add(checks, "host", "hugepages", CHECK_FAIL,
			   "choose an existing size: ls /sys/kernel/mm/hugepages",
			   "processor and kernel have no pages of %" PRIu64 " KiB",
			   pages->size >> 10);
	else if (count < pages->count)
		checks_add(checks, "host", "hugepages", CHECK_FAIL, strbuf_text(&fix),
			   "%" PRIu64 " of %" PRIu64 " pages of %" PRIu64
			   " MiB are there",
			   count, pages->count, pages->size >> 20);
	else
		checks_add(checks, "host", "hugepages", CHECK_OK, NULL,
			   "%" PRIu64 " pages of %" PRIu64 " MiB are there", count,
			   pages->size >> 20);
}

void check_memory(struct checks *checks, struct host *host)
{
	if (host->config.memlock)
		check_memlock(checks, host);
	for (size_t i = 0; i < host->config.page_sizes; i++)
		check_pages(checks, &host->scan.root, &host->config.pages[i]);
}
