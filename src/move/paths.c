/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which paths a move accepts: of disks, variables of firmware and TPMs. */
/*
 * The source may report anything: root there controls its libvirt. A copied file appears
 * on the target with contents that the source chooses. So only what the VM's definition
 * on the target names is copied, into a folder that the target allows.
 */
#include <string.h>

#include "db/attr.h"
#include "db/store/limits.h"
#include "lib/text.h"
#include "src/move/mover.h"

#define LIBVIRT_FOLDER "/var/lib/libvirt/qemu/nvram"

/* Absolute and printable, without empty components, . and .. */
static bool is_plain(const char *path)
{
	if (*path != '/' || strlen(path) > DB_PATH_LENGTH || !text_is_clean(path))
		return false;
	while (*path) {
		size_t length = strcspn(++path, "/");

		if (length <= 2 && strspn(path, ".") >= length)
			return false;
		path += length;
	}
	return true;
}

/* The folders that the target allows, separated by blanks; the caller frees the text. */
static int find_folders(const struct mover *mover, char **ret_folders)
{
	int r = db_attr_get(mover->context->db, mover->move.target_id,
			    "move_nvram_folders", ret_folders);

	if (r < 0)
		return context_database_error(mover->context);
	if (*ret_folders && (*ret_folders)[strspn(*ret_folders, " ")])
		return ROCKS_DONE;
	free(*ret_folders);
	*ret_folders = strdup(LIBVIRT_FOLDER);
	return *ret_folders ? ROCKS_DONE : memory_error();
}

/*
 * Whether the path is a file directly in one of the folders. Not below: libvirt gives its
 * folder to QEMU's user, who may have put a link there.
 */
static int find_folder(const struct mover *mover, const char *folders, const char *path,
		       bool *ret_found)
{
	_cleanup_free_ char *copy = strdup(folders);
	const char *name = strrchr(path, '/');
	char *state = NULL;

	*ret_found = false;
	if (!copy)
		return memory_error();
	for (char *word = strtok_r(copy, " ", &state); word;
	     word = strtok_r(NULL, " ", &state)) {
		size_t length = strlen(word);

		if (length > 1 && word[length - 1] == '/')
			word[--length] = '\0';
		if (!is_plain(word))
			return error("%s: the attribute move_nvram_folders of %s has "
				     "«%s», which is not a folder such "
				     "as " LIBVIRT_FOLDER,
				     mover->vm->name, mover->move.target, word);
		if (name && (size_t)(name - path) == length &&
		    strncmp(path, word, length) == 0)
			*ret_found = true;
	}
	*ret_found = *ret_found && is_plain(path) && !strpbrk(name, "'\"`");
	return ROCKS_DONE;
}

static int check_variables(const struct mover *mover, const char *path)
{
	_cleanup_free_ char *folders = NULL;
	const struct move *move = &mover->move;
	bool found = false;
	int r = find_folders(mover, &folders);

	if (r == ROCKS_DONE)
		r = find_folder(mover, folders, path, &found);
	if (r != ROCKS_DONE || found)
		return r;
	return error("%s: %s says that the variables of its firmware are in «%s»; %s "
		     "takes them only as a file with a plain name in %s; the attribute "
		     "move_nvram_folders of %s allows other folders",
		     mover->vm->name, move->source, path, move->target, folders,
		     move->target);
}

/* The VM's definition on the target gets the firmware of the inventory. */
static int fail_firmware(const struct mover *mover, const char *nvram)
{
	return error("%s: on %s it has variables of UEFI firmware, %s, but its attribute "
		     "kvm_firmware is not uefi or uefi-secure: on %s it would start with "
		     "a BIOS; set kvm_firmware",
		     mover->vm->name, mover->move.source, nvram, mover->move.target);
}

/* Elsewhere the target would not look for them, and the source has no say in it. */
static int check_place(const struct mover *mover, const char *nvram)
{
	if (!mover->kept.nvram)
		return fail_firmware(mover, nvram);
	if (strcmp(nvram, mover->kept.nvram) == 0)
		return ROCKS_DONE;
	return error("%s: %s says that the variables of its firmware are in «%s», but on "
		     "%s it looks for them in «%s»; if they are this VM's, set its "
		     "attribute kvm_nvram to where they are",
		     mover->vm->name, mover->move.source, nvram, mover->move.target,
		     mover->kept.nvram);
}

static int check_nvram(const struct mover *mover, const char *nvram)
{
	int r = check_variables(mover, nvram);

	return r == ROCKS_DONE ? check_place(mover, nvram) : r;
}

/* Its path follows from the VM's UUID and the version of its TPM. */
static int check_tpm(const struct mover *mover, const char *tpm)
{
	if (mover->kept.tpm && strcmp(tpm, mover->kept.tpm) == 0)
		return ROCKS_DONE;
	return error("%s: on %s it has an emulated TPM, but on %s it would have %s, "
		     "and lose the keys in it; set one of its attributes kvm_device_N to "
		     "the <tpm> that it has",
		     mover->vm->name, mover->move.source, mover->move.target,
		     mover->kept.tpm ? "one of another version" : "none");
}

bool mover_is_disk(const struct mover *mover, const char *path)
{
	const struct rocks_vm *vm = mover->vm;

	for (uint32_t i = 0; i < vm->disk_count; i++)
		if (strcmp(vm->disk(vm, i)->path, path) == 0)
			return true;
	for (size_t i = 0; i < mover->files.count; i++)
		if (mover->files.list[i].role == ROCKS_FILE_DISK &&
		    strcmp(mover->files.list[i].path, path) == 0)
			return true;
	return false;
}

int mover_check_record(const struct mover *mover)
{
	const struct move *move = &mover->move;
	int r = ROCKS_DONE;

	for (size_t i = 0; i < move->file_count && r == ROCKS_DONE; i++) {
		const char *path = move->files[i].path;

		if (!move->files[i].copied || mover_is_disk(mover, path))
			continue;
		r = mover_is_tpm(mover, path) ? check_tpm(mover, path)
					      : check_nvram(mover, path);
	}
	return r;
}

/* Scripts quote it, so it may contain quotes. */
static int check_disks(const struct rocks_vm *vm)
{
	for (uint32_t i = 0; i < vm->disk_count; i++) {
		const struct rocks_disk *disk = vm->disk(vm, i);

		if (!is_plain(disk->path))
			return error("%s: the path of its disk %s is «%s», which is not "
				     "absolute, or has control characters, //, . or ..; "
				     "set it with `rocks set host vm %s disk=…`",
				     vm->name, disk->device, disk->path, vm->name);
	}
	return ROCKS_DONE;
}

/* What only the VM's XML names, where something is copied or made. */
static int check_others(const struct mover *mover)
{
	for (size_t i = 0; i < mover->files.count; i++) {
		const struct vm_file *file = &mover->files.list[i];

		if ((file->role == ROCKS_FILE_DISK || file->role == ROCKS_FILE_FOLDER) &&
		    !is_plain(file->path))
			return error("%s: the path of its %s is «%s», which is not "
				     "absolute, or has control characters, //, . or ..; "
				     "correct the attribute that names it",
				     mover->vm->name, file->name, file->path);
	}
	return ROCKS_DONE;
}

int mover_check_paths(const struct mover *mover, const struct mover_domain *source)
{
	const char *nvram = source->kept.nvram ? source->kept.nvram : mover->kept.nvram;
	int r = check_disks(mover->vm);

	if (r == ROCKS_DONE)
		r = check_others(mover);
	if (r == ROCKS_DONE && nvram)
		r = check_nvram(mover, nvram);
	return r == ROCKS_DONE && source->kept.tpm ? check_tpm(mover, source->kept.tpm)
						   : r;
}
