/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugins of a folder: finds them and makes a VM's XML with them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/secure-path.h"
#include "src/vm/plugin.h"
#include "src/vm/plugins.h"

struct plugins {
	char *folder;
	int folder_fd;
	struct plugin *list;
	size_t count;
};

void plugins_free(struct plugins *plugins)
{
	if (!plugins)
		return;
	for (size_t i = plugins->count; i > 0; i--)
		plugin_unload(&plugins->list[i - 1]);
	if (plugins->folder_fd >= 0)
		close(plugins->folder_fd);
	free(plugins->list);
	free(plugins->folder);
	free(plugins);
}

const char *plugins_folder(const struct plugins *plugins)
{
	return plugins->folder;
}

size_t plugins_count(const struct plugins *plugins)
{
	return plugins->count;
}

const char *plugins_name(const struct plugins *plugins, size_t index)
{
	return plugins->list[index].row.name;
}

/* The folder to look in; the caller frees it. */
static int choose_folder(char **ret_folder)
{
	const char *wanted = secure_getenv("ROCKS_PLUGINS");
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	_cleanup_free_ char *program = NULL;
	struct stat status;
	int r;

	if (wanted && *wanted) {
		*ret_folder = strdup(wanted);
		return *ret_folder ? 0 : -ENOMEM;
	}
	r = secure_path_program_folder(&program);
	if (r < 0)
		return r;
	strbuf_add_format(&path, "%s/plugins", program);
	if (stat(strbuf_text(&path), &status) < 0 || !S_ISDIR(status.st_mode)) {
		strbuf_reset(&path);
		strbuf_add_format(&path, "%s/../lib/rocks/plugins", program);
	}
	if (path.error)
		return path.error;
	*ret_folder = strbuf_take(&path);
	return 0;
}

/* Whether a file with this name is wanted. */
static bool is_wanted(const char *name, unsigned int wanted)
{
	size_t length = strlen(name);

	if (name[0] == '.' || length < 3 || strcmp(name + length - 3, ".so") != 0)
		return false;
	if (strcmp(name, "libvirt.so") == 0 ||
	    strncmp(name, "hypervisor-", strlen("hypervisor-")) == 0)
		return wanted & PLUGINS_HYPERVISOR;
	if (strncmp(name, "report-", strlen("report-")) == 0)
		return wanted & PLUGINS_REPORT;
	return wanted & PLUGINS_XML;
}

static bool write_one_report(const struct plugin *plugin, const struct plugin *other)
{
	return plugin->row.report && other->row.report &&
	       strcmp(plugin->report.name, other->report.name) == 0;
}

/*
 * Refuses a second plugin with one name, and a second one that makes the document, talks to
 * a hypervisor or writes a report of the same name.
 */
static int check_unique(const struct plugins *plugins, const struct plugin *plugin,
			struct strbuf *complaint)
{
	for (size_t i = 0; i < plugins->count; i++) {
		const struct plugin *other = &plugins->list[i];
		bool same_name = strcmp(other->row.name, plugin->row.name) == 0;

		if (!same_name && !(other->row.document && plugin->row.document) &&
		    !(other->row.hypervisor && plugin->row.hypervisor) &&
		    !write_one_report(plugin, other))
			continue;
		strbuf_add_format(
			complaint,
			"the plugins %s and %s both %s%s; take one out of the folder",
			other->file, plugin->file,
			same_name		 ? "are named "
			: plugin->row.document	 ? "make the document"
			: plugin->row.hypervisor ? "talk to a hypervisor"
						 : "write the report ",
			same_name	     ? plugin->row.name
			: plugin->row.report ? plugin->report.name
					     : "");
		return -EEXIST;
	}
	return 0;
}

/* Loads one file and appends it to the list. */
static int plugins_add(struct plugins *plugins, const char *name,
		       struct strbuf *complaint)
{
	struct plugin plugin = { .fd = -1 };
	struct plugin *list;
	int r;

	list = realloc(plugins->list, (plugins->count + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	plugins->list = list;
	if (asprintf(&plugin.file, "%s/%s", plugins->folder, name) < 0)
		return -ENOMEM;
	r = plugin_map(&plugin, complaint);
	if (r == 0)
		r = plugin_read(&plugin, complaint);
	if (r == 0)
		r = check_unique(plugins, &plugin, complaint);
	if (r < 0) {
		plugin_unload(&plugin);
		return r;
	}
	plugins->list[plugins->count++] = plugin;
	return 0;
}

static int open_folder(struct plugins *plugins, struct strbuf *complaint)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;
	int r = secure_path_open_folder(plugins->folder, &reason);

	plugins->folder_fd = r < 0 ? -1 : r;
	if (r >= 0)
		return 0;
	if (reason.length)
		plugin_refuse_owner(plugins->folder, &reason, complaint);
	else
		strbuf_add_format(
			complaint,
			"cannot read the folder of plugins %s (%s); install them "
			"there or name their folder in ROCKS_PLUGINS",
			plugins->folder, strerror(-r));
	return r;
}

static int load_folder(struct plugins *plugins, unsigned int wanted,
		       struct strbuf *complaint)
{
	struct dirent **names;
	int count, r;

	r = open_folder(plugins, complaint);
	if (r < 0)
		return r;
	count = scandirat(plugins->folder_fd, ".", &names, NULL, alphasort);
	if (count < 0) {
		r = -errno;
		strbuf_add_format(complaint,
				  "cannot list the folder of plugins %s (%s); make it "
				  "readable",
				  plugins->folder, strerror(-r));
		return r;
	}
	for (int i = 0; i < count; i++) {
		if (r == 0 && is_wanted(names[i]->d_name, wanted))
			r = plugins_add(plugins, names[i]->d_name, complaint);
		free(names[i]);
	}
	free(names);
	return r;
}

static int compare_plugins(const void *a, const void *b)
{
	const struct rocks_plugin *left = &((const struct plugin *)a)->row;
	const struct rocks_plugin *right = &((const struct plugin *)b)->row;

	if (left->order != right->order)
		return left->order < right->order ? -1 : 1;
	return strcmp(left->name, right->name);
}

int plugins_load(struct plugins **ret_plugins, unsigned int wanted,
		 struct strbuf *complaint)
{
	_cleanup_plugins_ struct plugins *plugins = calloc(1, sizeof(*plugins));
	size_t before = complaint->length;
	int r = -ENOMEM;

	if (plugins) {
		plugins->folder_fd = -1;
		r = choose_folder(&plugins->folder);
	}
	if (r == 0)
		r = load_folder(plugins, wanted, complaint);
	if (r < 0) {
		if (complaint->length == before)
			strbuf_add_format(complaint,
					  "cannot load the plugins (%s); try again",
					  strerror(-r));
		return r;
	}
	if (plugins->count)
		qsort(plugins->list, plugins->count, sizeof(*plugins->list),
		      compare_plugins);
	*ret_plugins = take_pointer(plugins);
	return 0;
}

/*
 * Appends the sentence of a failed call that was for a VM or report, and returns its -errno.
 */
static int complain_of(const char *subject, const struct plugin *plugin, int result,
		       const struct plugins_failure *failure, struct strbuf *complaint)
{
	int r = result < 0 ? result : -EPROTO;

	if (failure->sentence.length)
		strbuf_add_format(complaint, "%s: %s", subject,
				  strbuf_text(&failure->sentence));
	else
		strbuf_add_format(
			complaint,
			"%s: the plugin %s gave up without a reason (%s); mend %s "
			"or take it out of the folder",
			subject, plugin->row.name, strerror(-r), plugin->file);
	return r;
}

static int complain(const struct plugin *plugin, const struct rocks_vm *vm, int result,
		    const struct plugins_failure *failure, struct strbuf *complaint)
{
	return complain_of(vm->name, plugin, result, failure, complaint);
}

bool vm_is_own(const struct rocks_vm *vm)
{
	return ROCKS_HAS(struct rocks_vm, vm, definition) && vm->definition;
}

/* Lets all plugins amend the document, in order. */
static int amend_all(const struct plugins *plugins, const struct rocks_vm *vm,
		     struct _xmlDoc *document, struct strbuf *complaint)
{
	for (size_t i = 0; i < plugins->count; i++) {
		const struct plugin *plugin = &plugins->list[i];
		_cleanup_plugins_failure_ struct plugins_failure failure;
		int (*amend)(const struct rocks_vm *vm, struct _xmlDoc *document,
			     struct rocks_failure *failure) =
			vm_is_own(vm) ? plugin->row.amend_own : plugin->row.amend;
		int r;

		plugins_failure_init(&failure);
		if (!amend)
			continue;
		r = amend(vm, document, &failure.base);
		if (r != 0)
			return complain(plugin, vm, r, &failure, complaint);
	}
	return 0;
}

/* Writes the document to memory that free() takes. */
static int write_document(const struct plugin *maker, const struct rocks_vm *vm,
			  struct _xmlDoc *document, char **ret_text,
			  struct strbuf *complaint)
{
	_cleanup_plugins_failure_ struct plugins_failure failure;
	char *text = NULL, *copy;
	size_t length = 0;
	int r;

	plugins_failure_init(&failure);
	r = maker->document.write(document, &text, &length, &failure.base);
	if (r == 0 && !text)
		r = -EPROTO;
	if (r != 0)
		return complain(maker, vm, r, &failure, complaint);
	copy = strndup(text, length);
	maker->document.free_text(text);
	if (!copy)
		return complain(maker, vm, -ENOMEM, &failure, complaint);
	*ret_text = copy;
	return 0;
}

/* The plugin that makes the document, or NULL. */
static const struct plugin *find_maker(const struct plugins *plugins)
{
	for (size_t i = 0; i < plugins->count; i++)
		if (plugins->list[i].row.document)
			return &plugins->list[i];
	return NULL;
}

int plugins_host_devices(const struct plugins *plugins, const struct rocks_vm *vm,
			 int (*each)(void *data, const struct rocks_host_device *device),
			 void *data, struct strbuf *complaint)
{
	const struct plugin *maker = find_maker(plugins);
	_cleanup_plugins_failure_ struct plugins_failure failure;
	int r = 0;

	plugins_failure_init(&failure);
	if (maker && maker->document.host_devices)
		r = maker->document.host_devices(vm, each, data, &failure.base);
	return r < 0 ? complain(maker, vm, r, &failure, complaint) : 0;
}

int plugins_files(const struct plugins *plugins, const char *xml,
		  int (*each)(void *data, const struct rocks_file *file), void *data)
{
	const struct plugin *maker = find_maker(plugins);

	return maker && maker->document.files ? maker->document.files(xml, each, data)
					      : 0;
}

int plugins_domain_xml(const struct plugins *plugins, const struct rocks_vm *vm,
		       char **ret_text, struct strbuf *complaint)
{
	_cleanup_plugins_failure_ struct plugins_failure failure;
	const struct plugin *maker = find_maker(plugins);
	struct _xmlDoc *document = NULL;
	int r;

	plugins_failure_init(&failure);
	if (!maker) {
		strbuf_add_format(complaint,
				  "%s: no plugin in %s makes the document; install "
				  "domain.so there",
				  vm->name, plugins->folder);
		return -ENOENT;
	}
	if (vm_is_own(vm) && !maker->document.open_own) {
		strbuf_add_format(
			complaint,
			"%s: its definition is libvirt's own, which the plugin "
			"%s cannot read: it was built for an older rocks; build "
			"it again with this one's rocks-plugin.h",
			vm->name, maker->file);
		return -ENOTSUP;
	}
	r = vm_is_own(vm) ? maker->document.open_own(vm, &document, &failure.base)
			  : maker->document.open(vm, &document, &failure.base);
	if (r == 0 && !document)
		r = -EPROTO;
	if (r != 0)
		return complain(maker, vm, r, &failure, complaint);
	r = amend_all(plugins, vm, document, complaint);
	if (r == 0)
		r = write_document(maker, vm, document, ret_text, complaint);
	maker->document.close(document);
	return r;
}

const struct rocks_hypervisor *plugins_hypervisor(const struct plugins *plugins)
{
	for (size_t i = 0; i < plugins->count; i++)
		if (plugins->list[i].row.hypervisor)
			return &plugins->list[i].hypervisor;
	return NULL;
}

static const struct plugin *find_report(const struct plugins *plugins, const char *name)
{
	for (size_t i = 0; i < plugins->count; i++)
		if (plugins->list[i].row.report &&
		    strcmp(plugins->list[i].report.name, name) == 0)
			return &plugins->list[i];
	return NULL;
}

int plugins_report(const struct plugins *plugins, const char *name,
		   const struct rocks_cluster *cluster,
		   int (*put)(void *data, const char *bytes, size_t length), void *data,
		   struct strbuf *complaint)
{
	const struct plugin *writer = find_report(plugins, name);
	_cleanup_plugins_failure_ struct plugins_failure failure;
	int r;

	plugins_failure_init(&failure);
	if (!writer) {
		strbuf_add_format(complaint,
				  "%s: no plugin in %s writes this report; install "
				  "report-%s.so there",
				  name, plugins->folder, name);
		return -ENOENT;
	}
	r = writer->report.write(cluster, put, data, &failure.base);
	return r ? complain_of(name, writer, r, &failure, complaint) : 0;
}
