/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: folders of *.conf files, where a file replaces those of its name. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/drop-ins.h"
#include "src/gpupci/check/lookups.h"

static bool is_known(const struct drop_ins *files, const char *name)
{
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->files[i].name, name) == 0)
			return true;
	return false;
}

static int add(struct drop_ins *files, struct root *root, const char *folder,
	       const char *name)
{
	struct drop_in *grown =
		reallocarray(files->files, files->count + 1, sizeof(*grown));
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;

	if (!grown)
		return -ENOMEM;
	files->files = grown;
	strbuf_add_format(&path, "%s/%s", folder, name);
	grown += files->count++;
	*grown = (struct drop_in){ .path = strbuf_take(&path), .name = strdup(name) };
	if (!grown->path || !grown->name)
		return -ENOMEM;
	grown->text = check_read_followed(root, grown->path);
	return 0;
}

static int read_folder(struct drop_ins *files, struct root *root, const char *path)
{
	_cleanup_closedir_ DIR *folder = NULL;
	const struct dirent *entry;
	int error = 0;

	if (root_open_folder(root, &folder, "%s", path) < 0)
		return root->path.error;
	while (error == 0 && (entry = root_next_entry(folder))) {
		size_t length = strlen(entry->d_name);

		if (length > 5 && strcmp(entry->d_name + length - 5, ".conf") == 0 &&
		    !is_known(files, entry->d_name))
			error = add(files, root, path, entry->d_name);
	}
	return error;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct drop_in *)a)->name,
		      ((const struct drop_in *)b)->name);
}

int drop_ins_read(struct drop_ins *files, struct root *root, const char *const *folders,
		  size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && error == 0; i++)
		error = read_folder(files, root, folders[i]);
	if (files->count)
		qsort(files->files, files->count, sizeof(*files->files), by_name);
	return error;
}

void drop_ins_release(struct drop_ins *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->files[i].path);
		free(files->files[i].name);
		free(files->files[i].text);
	}
	free(files->files);
	*files = (struct drop_ins)DROP_INS_EMPTY;
}
