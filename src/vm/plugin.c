/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One plugin: checks, maps and reads its file. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/secure-path.h"
#include "src/vm/plugin.h"

/* The order of a plugin that does not set one. */
#define ORDER_DEFAULT 1000

/* The size up to and including a member: that of a structure's first release. */
#define SIZE_WITH(type, member) (offsetof(type, member) + sizeof(((type *)NULL)->member))

#define PLUGIN_SIZE_LEAST SIZE_WITH(struct rocks_plugin, hypervisor)
#define DOCUMENT_SIZE_LEAST SIZE_WITH(struct rocks_document, close)
#define HYPERVISOR_SIZE_LEAST SIZE_WITH(struct rocks_hypervisor, stop)
#define REPORT_SIZE_LEAST SIZE_WITH(struct rocks_report, write)

/* A path for an open file descriptor. */
struct fd_path {
	char text[32];
};

static struct fd_path fd_path(int fd)
{
	struct fd_path path;

	snprintf(path.text, sizeof(path.text), "/proc/self/fd/%d", fd);
	return path;
}

static void explain(struct rocks_failure *base, const char *sentence)
{
	struct plugins_failure *failure = (struct plugins_failure *)base;

	strbuf_reset(&failure->sentence);
	strbuf_add_string(&failure->sentence, sentence ? sentence : "");
}

void plugins_failure_init(struct plugins_failure *failure)
{
	*failure = (struct plugins_failure){
		.base = { .size = sizeof(failure->base), .explain = explain },
		.sentence = STRBUF_EMPTY,
	};
}

void plugins_failure_release(struct plugins_failure *failure)
{
	strbuf_release(&failure->sentence);
}

void plugin_unload(struct plugin *plugin)
{
	if (plugin->handle)
		dlclose(plugin->handle);
	if (plugin->fd >= 0)
		close(plugin->fd);
	free(plugin->file);
}

void plugin_refuse_owner(const char *path, const struct strbuf *reason,
			 struct strbuf *complaint)
{
	strbuf_add_format(
		complaint,
		"nothing in %s is run, because %s; make that root's or your own "
		"(chown) and writable by nobody else (chmod go-w), or trust it: "
		"ROCKS_TRUST=%s",
		path, strbuf_text(reason), path);
}

/* The linker's last error, without the path. */
static const char *load_error(const char *path)
{
	const char *error = dlerror();
	size_t length = strlen(path);

	if (!error)
		return "no reason given";
	if (strncmp(error, path, length) == 0 && strncmp(error + length, ": ", 2) == 0)
		return error + length + 2;
	return error;
}

/* Opens plugin->file for reading, without waiting for a FIFO. */
static int open_judged(struct plugin *plugin, struct strbuf *complaint)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;
	_cleanup_close_ int fd = secure_path_open(plugin->file, SECURE_CODE, &reason);
	struct stat status;
	int r = fd < 0 ? fd : 0;

	if (r == -EPERM && reason.length) {
		plugin_refuse_owner(plugin->file, &reason, complaint);
		return r;
	}
	if (r == 0 && fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
		strbuf_add_format(
			complaint,
			"the plugin %s is not a regular file; take it out of the folder",
			plugin->file);
		return -EINVAL;
	}
	if (r == 0)
		plugin->fd = open(fd_path(fd).text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r == 0 && plugin->fd < 0)
		r = -errno;
	if (r < 0)
		strbuf_add_format(complaint,
				  "cannot open the plugin %s (%s); make it readable or "
				  "take it out of the folder",
				  plugin->file, strerror(-r));
	return r;
}

int plugin_map(struct plugin *plugin, struct strbuf *complaint)
{
	struct fd_path path;
	int r = open_judged(plugin, complaint);

	if (r < 0)
		return r;
	path = fd_path(plugin->fd);
	plugin->handle = dlopen(path.text, RTLD_NOW | RTLD_LOCAL);
	if (!plugin->handle) {
		strbuf_add_format(
			complaint,
			"cannot load the plugin %s (%s); build it again or take "
			"it out of the folder",
			plugin->file, load_error(path.text));
		return -ELIBBAD;
	}
	return 0;
}

/* Copies the members that both sides know; members that only we know become zero. */
static void copy_known(void *to, size_t size, const void *from, size_t their_size)
{
	memset(to, 0, size);
	memcpy(to, from, their_size < size ? their_size : size);
}

/* Refuses a structure of a plugin that is too small. */
static int refuse_size(const struct plugin *plugin, const char *what, size_t size,
		       size_t least, struct strbuf *complaint)
{
	strbuf_add_format(
		complaint,
		"the %s of the plugin %s has %zu bytes, ABI %d has at least %zu; "
		"build it again with rocks-plugin.h",
		what, plugin->file, size, ROCKS_PLUGIN_ABI, least);
	return -ELIBBAD;
}

static int plugin_read_report(struct plugin *plugin, const struct rocks_report *report,
			      struct strbuf *complaint)
{
	if (report->size < REPORT_SIZE_LEAST)
		return refuse_size(plugin, "report", report->size, REPORT_SIZE_LEAST,
				   complaint);
	copy_known(&plugin->report, sizeof(plugin->report), report, report->size);
	if (plugin->report.name && *plugin->report.name && plugin->report.write)
		return 0;
	strbuf_add_format(complaint,
			  "the report of the plugin %s lacks its name or write; give it "
			  "both",
			  plugin->file);
	return -ELIBBAD;
}

/* Copies the tables that a plugin may have. */
static int plugin_read_tables(struct plugin *plugin, struct strbuf *complaint)
{
	const struct rocks_document *document = plugin->row.document;
	const struct rocks_hypervisor *hypervisor = plugin->row.hypervisor;

	if (document && document->size < DOCUMENT_SIZE_LEAST)
		return refuse_size(plugin, "document", document->size,
				   DOCUMENT_SIZE_LEAST, complaint);
	if (hypervisor && hypervisor->size < HYPERVISOR_SIZE_LEAST)
		return refuse_size(plugin, "hypervisor", hypervisor->size,
				   HYPERVISOR_SIZE_LEAST, complaint);
	if (hypervisor)
		copy_known(&plugin->hypervisor, sizeof(plugin->hypervisor), hypervisor,
			   hypervisor->size);
	if (plugin->row.report &&
	    plugin_read_report(plugin, plugin->row.report, complaint) < 0)
		return -ELIBBAD;
	if (!document)
		return 0;
	copy_known(&plugin->document, sizeof(plugin->document), document, document->size);
	if (plugin->document.open && plugin->document.write &&
	    plugin->document.free_text && plugin->document.close)
		return 0;
	strbuf_add_format(complaint,
			  "the plugin %s lacks one of the document's operations open, "
			  "write, free_text, close; give it all of them",
			  plugin->file);
	return -ELIBBAD;
}

int plugin_read(struct plugin *plugin, struct strbuf *complaint)
{
	const struct rocks_plugin *theirs = dlsym(plugin->handle, "rocks_plugin");

	if (!theirs) {
		strbuf_add_format(
			complaint,
			"%s is not a plugin: it has no symbol rocks_plugin; build it "
			"with ROCKS_PLUGIN() or take it out of the folder",
			plugin->file);
		return -ELIBBAD;
	}
	if (theirs->abi != ROCKS_PLUGIN_ABI) {
		strbuf_add_format(
			complaint,
			"the plugin %s was built for ABI %u, this rocks knows ABI "
			"%d; build it for this rocks or take it out of the folder",
			plugin->file, (unsigned int)theirs->abi, ROCKS_PLUGIN_ABI);
		return -ELIBBAD;
	}
	if (theirs->size < PLUGIN_SIZE_LEAST)
		return refuse_size(plugin, "description", theirs->size, PLUGIN_SIZE_LEAST,
				   complaint);
	copy_known(&plugin->row, sizeof(plugin->row), theirs, theirs->size);
	if (!plugin->row.order)
		plugin->row.order = ORDER_DEFAULT;
	if (!plugin->row.name || !*plugin->row.name) {
		strbuf_add_format(
			complaint,
			"the plugin %s has no name; give ROCKS_PLUGIN() a .name",
			plugin->file);
		return -ELIBBAD;
	}
	return plugin_read_tables(plugin, complaint);
}
