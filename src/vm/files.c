/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files, block devices and folders of its container that a VM needs to start. */
#include <errno.h>
#include <string.h>

#include "lib/visible.h"
#include "src/fleet/remote.h"
#include "src/vm/files.h"

/* More than any VM has; a site's plugin may name any number. */
#define MOST_FILES 1000

struct finding {
	const struct rocks_vm *vm;
	struct vm_files files;
};

static void release_file(struct vm_file *file)
{
	free(file->path);
	free(file->format);
	free(file->name);
}

void vm_files_release(struct vm_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		release_file(&files->list[i]);
	free(files->list);
	*files = (struct vm_files){ 0 };
}

static bool is_listed(const struct vm_files *files, const char *path)
{
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->list[i].path, path) == 0)
			return true;
	return false;
}

/* file: its path and format are copied, its name is "" or the name of a device. */
static int add(struct finding *finding, struct vm_file file, const char *path,
	       const char *format, const char *what, const char *name)
{
	struct vm_files *files = &finding->files;
	struct vm_file *list;

	if (is_listed(files, path))
		return 0;
	if (files->count == MOST_FILES)
		return -E2BIG;
	list = reallocarray(files->list, files->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	files->list = list;
	file.path = strdup(path);
	file.format = strdup(format);
	if (asprintf(&file.name, "%s%s%s", what, *name ? " " : "", name) < 0)
		file.name = NULL;
	if (!file.path || !file.format || !file.name) {
		release_file(&file);
		return -ENOMEM;
	}
	list[files->count++] = file;
	return 0;
}

static int add_from_inventory(struct finding *finding)
{
	const struct rocks_vm *vm = finding->vm;
	int r = 0;

	for (uint32_t i = 0; i < vm->disk_count && r == 0; i++) {
		const struct rocks_disk *disk = vm->disk(vm, i);

		r = add(finding,
			(struct vm_file){ .role = ROCKS_FILE_DISK,
					  .is_block = strcmp(disk->type, "phy") == 0 },
			disk->path, disk->type, "disk", disk->device);
	}
	if (r == 0 && vm->cdrom && *vm->cdrom)
		r = add(finding,
			(struct vm_file){ .role = ROCKS_FILE_MEDIUM,
					  .is_readonly = true },
			vm->cdrom, "file", "CD-ROM", "");
	return r;
}

static const char *what_is(uint32_t role)
{
	static const char *const words[] = {
		[ROCKS_FILE_DISK] = "disk",
		[ROCKS_FILE_MEDIUM] = "medium",
		[ROCKS_FILE_BACKING] = "backing file of disk",
		[ROCKS_FILE_ROM] = "ROM file",
		[ROCKS_FILE_BOOT] = "boot file,",
		[ROCKS_FILE_FOLDER] = "folder",
		[ROCKS_FILE_ELSEWHERE] = "disk",
	};

	return role < ARRAY_SIZE(words) ? words[role] : "file";
}

static int add_from_xml(void *data, const struct rocks_file *file)
{
	const struct vm_file added = { .role = file->role,
				       .is_block = file->is_block,
				       .is_readonly = file->is_readonly,
				       .is_shared = file->is_shared };
	const char *format = file->format ? file->format : "";
	const char *name = file->role == ROCKS_FILE_ROM || !file->name ? "" : file->name;

	if (file->is_block)
		format = "phy";
	else if (strcmp(format, "raw") == 0)
		format = "file";
	return add(data, added, file->path, format, what_is(file->role), name);
}

int vm_files_find(const struct plugins *plugins, const struct rocks_vm *vm,
		  const char *xml, struct vm_files *ret_files)
{
	struct finding finding = { .vm = vm };
	int r = add_from_inventory(&finding);

	if (r == 0 && xml)
		r = plugins_files(plugins, xml, add_from_xml, &finding);
	if (r == 0) {
		*ret_files = finding.files;
		return ROCKS_DONE;
	}
	vm_files_release(&finding.files);
	return error("%s: cannot list the files that its XML names (%s); see `rocks "
		     "report host vm config %s`",
		     vm->name, strerror(-r), vm->name);
}

bool vm_makes_disk(const struct rocks_disk *disk)
{
	return disk->size_gb &&
	       (strcmp(disk->type, "file") == 0 || strcmp(disk->type, "qcow2") == 0);
}

static bool is_made(const struct rocks_vm *vm, const char *path)
{
	for (uint32_t i = 0; i < vm->disk_count; i++) {
		const struct rocks_disk *disk = vm->disk(vm, i);

		if (vm_makes_disk(disk) && strcmp(disk->path, path) == 0)
			return true;
	}
	return false;
}

bool vm_files_add_command(const struct vm_files *files, const struct rocks_vm *vm,
			  struct strbuf *command)
{
	/*
	 * Without permission to search the folder, stat does not show whether the file is
	 * missing: says nothing then.
	 */
	static const char FUNCTION[] =
		"m=; n() { e=$(LC_ALL=C stat -L -- \"$2\" 2>&1 > /dev/null) || case $e "
		"in "
		"*'No such file'* | *'Not a directory'*) m=1; echo lacks \"$1\" ;; esac; "
		"}; ";
	bool asks = false;

	for (size_t i = 0; i < files->count; i++) {
		const struct vm_file *file = &files->list[i];

		if (file->role == ROCKS_FILE_ELSEWHERE || is_made(vm, file->path))
			continue;
		strbuf_add_format(command, "%sn %zu ", asks ? "" : FUNCTION, i);
		remote_quote(command, file->path);
		strbuf_add_string(command, "; ");
		asks = true;
	}
	return asks;
}

int vm_files_judge(const struct vm_files *files, const struct rocks_vm *vm, char *answer,
		   char **ret_rest)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;
	size_t index;

	while (sscanf(answer, "lacks %zu\n", &index) == 1 && index < files->count) {
		const struct vm_file *file = &files->list[index];

		strbuf_add_format(&list, "%sits %s, ", list.length ? ", " : "",
				  file->name);
		visible_add(&list, file->path);
		answer += strcspn(answer, "\n");
		answer += *answer == '\n';
	}
	if (ret_rest)
		*ret_rest = answer;
	if (list.error)
		return memory_error();
	if (!list.length)
		return ROCKS_DONE;
	return error("%s: %s does not have %s; put that there, or change what names it: "
		     "see `rocks report host vm config %s`",
		     vm->name, vm->container, strbuf_text(&list), vm->name);
}
