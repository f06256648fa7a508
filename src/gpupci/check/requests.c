/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which modules an administrator wants in the initramfs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/drop-ins.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/requests.h"
#include "src/gpupci/files/enter.h"

static void add(struct requests *requests, const char *module, size_t length,
		const char *source, bool is_load)
{
	struct request *grown =
		reallocarray(requests->requests, requests->count + 1, sizeof(*grown));

	if (!grown) {
		requests->error = -ENOMEM;
		return;
	}
	requests->requests = grown;
	grown += requests->count++;
	*grown = (struct request){ .module = strndup(module, length),
				   .source = strdup(source),
				   .is_load = is_load };
	if (!grown->module || !grown->source)
		requests->error = -ENOMEM;
}

/* Adds the words up to the end of a list, in quotes or brackets. */
static void add_words(struct requests *requests, const char *list, size_t length,
		      const char *source, bool is_load)
{
	static const char separators[] = " \t\n\"'()\\";
	const char *end = list + length;

	while (list < end) {
		size_t word;

		list += strspn(list, separators);
		word = strcspn(list, separators);
		if (list + word > end || !word)
			return;
		add(requests, list, word, source, is_load);
		list += word;
	}
}

/* A module per line, then its parameters. */
void requests_add_tools(struct requests *requests, char *text, const char *source)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		size_t length;

		line += strspn(line, " \t");
		length = strcspn(line, " \t#");
		if (length)
			add(requests, line, length, source, true);
	}
}

/* Assignments of a shell, dracut.conf(5): force_drivers+=" vfio-pci ". */
void requests_add_dracut(struct requests *requests, char *text, const char *source)
{
	static const struct {
		const char *name;
		bool is_load;
	} lists[] = { { "add_drivers", false }, { "force_drivers", true } };
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		line += strspn(line, " \t");
		for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
			size_t name = strlen(lists[i].name);
			const char *value = line + name;

			if (strncmp(line, lists[i].name, name) != 0)
				continue;
			value += *value == '+';
			if (*value == '=')
				add_words(requests, value + 1, strcspn(value + 1, "#"),
					  source, lists[i].is_load);
		}
	}
}

/* Returns where the value of a shell's list ends: "(a b)" or "a b" may span lines. */
static size_t value_length(const char *value)
{
	const char *end = value[0] == '(' ? strchr(value, ')')
			  : value[0] == '"' || value[0] == '\''
				  ? strchr(value + 1, value[0])
				  : NULL;

	return end ? (size_t)(end - value) : strcspn(value, " \t\n");
}

/* MODULES=(vfio_pci vfio): "loaded before any boot hooks are run" (mkinitcpio.conf(5)). */
void requests_add_mkinitcpio(struct requests *requests, char *text, const char *source)
{
	static const char name[] = "MODULES";

	for (const char *at = text; *at; at += *at == '\n') {
		at += strspn(at, " \t");
		if (strncmp(at, name, strlen(name)) == 0) {
			const char *value = at + strlen(name);

			value += *value == '+';
			if (*value == '=')
				add_words(requests, value + 1, value_length(value + 1),
					  source, true);
		}
		at += strcspn(at, "\n");
	}
}

static void add_file(struct requests *requests, struct root *root, const char *path,
		     void (*read)(struct requests *requests, char *text,
				  const char *source))
{
	_cleanup_free_ char *text = check_read_followed(root, path);

	if (text)
		read(requests, text, path);
}

static int add_folders(struct requests *requests, struct root *root,
		       const char *const *folders, size_t count,
		       void (*read)(struct requests *requests, char *text,
				    const char *source))
{
	_cleanup_drop_ins_ struct drop_ins files = DROP_INS_EMPTY;
	int error = drop_ins_read(&files, root, folders, count);

	for (size_t i = 0; i < files.count && error == 0; i++)
		if (files.files[i].text)
			read(requests, files.files[i].text, files.files[i].path);
	return error;
}

char *requests_next_config(char **preset)
{
	static const char ending[] = "_config=";

	while (*preset && **preset) {
		char *line = *preset, *value;
		size_t length = strcspn(line, "\n");
		bool more = line[length];

		*preset = line + length + more;
		line[length] = '\0';
		line += strspn(line, " \t");
		value = line[0] == '#' ? NULL : strstr(line, ending);
		if (!value)
			continue;
		value += strlen(ending);
		value += strspn(value, "\"'");
		value[strcspn(value, "\"' \t")] = '\0';
		if (value[0] == '/')
			return value;
	}
	return NULL;
}

/* Each preset may have a configuration of its own. */
static void add_preset(struct requests *requests, struct root *root, char *text)
{
	for (char *path; (path = requests_next_config(&text));)
		if (strcmp(path, "/etc/mkinitcpio.conf") != 0)
			add_file(requests, root, path, requests_add_mkinitcpio);
}

static int add_presets(struct requests *requests, struct root *root)
{
	size_t skip = strlen(root_entered(root->folder));
	glob_t found;
	int error = root_match(root, "/etc/mkinitcpio.d/*.preset", &found);

	for (size_t i = 0; i < found.gl_pathc && error == 0; i++) {
		_cleanup_free_ char *text =
			check_read_followed(root, found.gl_pathv[i] + skip);

		if (text)
			add_preset(requests, root, text);
	}
	globfree(&found);
	return error;
}

int requests_read(struct requests *requests, struct root *root)
{
	static const char *const dracut[] = { "/etc/dracut.conf.d",
					      "/usr/lib/dracut/dracut.conf.d" };
	static const char *const mkinitcpio[] = { "/etc/mkinitcpio.conf.d" };
	int error;

	add_file(requests, root, "/etc/initramfs-tools/modules", requests_add_tools);
	add_file(requests, root, "/etc/dracut.conf", requests_add_dracut);
	error = add_folders(requests, root, dracut, ARRAY_SIZE(dracut),
			    requests_add_dracut);
	add_file(requests, root, "/etc/mkinitcpio.conf", requests_add_mkinitcpio);
	if (error == 0)
		error = add_folders(requests, root, mkinitcpio, ARRAY_SIZE(mkinitcpio),
				    requests_add_mkinitcpio);
	if (error == 0)
		error = add_presets(requests, root);
	return error < 0 ? error : requests->error;
}

size_t requests_find(const struct requests *requests, const char *module, size_t length)
{
	size_t i = 0;

	while (i < requests->count &&
	       !check_is_module(module, length, requests->requests[i].module))
		i++;
	return i;
}

size_t requests_find_load(const struct requests *requests, const char *module,
			  size_t length)
{
	size_t i = 0;

	while (i < requests->count &&
	       !(requests->requests[i].is_load &&
		 check_is_module(module, length, requests->requests[i].module)))
		i++;
	return i;
}

void requests_release(struct requests *requests)
{
	for (size_t i = 0; i < requests->count; i++) {
		free(requests->requests[i].module);
		free(requests->requests[i].source);
	}
	free(requests->requests);
	*requests = (struct requests)REQUESTS_EMPTY;
}
