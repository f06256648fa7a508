/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VM that moves keeps in files besides its disks: variables of firmware, a TPM. */
#include <errno.h>
#include <string.h>

#include "lib/text.h"
#include "src/fleet/collect.h"
#include "src/fleet/remote.h"
#include "src/move/mover.h"
#include "src/vm/plugin.h"

#define SECONDS 120

struct reading {
	const struct mover *mover;
	struct mover_kept kept;
	int status; /* ROCKS_… */
};

static int take(void *data, const struct rocks_definition *definition)
{
	struct reading *reading = data;
	const struct mover *mover = reading->mover;

	if (definition->obstacle) {
		reading->status = error("%s: on %s %s", mover->host->name,
					mover->move.target, definition->obstacle);
		return 0;
	}
	if (definition->nvram)
		reading->kept.nvram = strdup(definition->nvram);
	if (definition->tpm)
		reading->kept.tpm = strdup(definition->tpm);
	return (definition->nvram && !reading->kept.nvram) ||
			       (definition->tpm && !reading->kept.tpm)
		       ? -ENOMEM
		       : 0;
}

static int read_kept(struct mover *mover, const struct rocks_vm *vm, const char *xml)
{
	_cleanup_plugins_failure_ struct plugins_failure failure;
	struct reading reading = { .mover = mover, .status = ROCKS_DONE };
	int r = 0;

	plugins_failure_init(&failure);
	if (mover->hypervisor->kept)
		r = mover->hypervisor->kept(vm, xml, take, &reading, &failure.base);
	free(mover->kept.nvram);
	free(mover->kept.tpm);
	mover->kept = reading.kept;
	if (r == -ENOMEM)
		return memory_error();
	if (r < 0)
		return error("%s: %s", vm->name, strbuf_text(&failure.sentence));
	return reading.status;
}

int mover_read_files(struct mover *mover, const struct rocks_vm *vm, const char *xml)
{
	int r = read_kept(mover, vm, xml);

	vm_files_release(&mover->files);
	free(mover->next);
	mover->next = strdup(xml);
	if (r == ROCKS_DONE && !mover->next)
		r = memory_error();
	if (r == ROCKS_DONE)
		r = vm_files_find(mover->plugins, vm, xml, &mover->files);
	mover->has_files = r == ROCKS_DONE;
	return r;
}

/* QEMU's mark of a qcow2 image; another file is taken for raw variables. */
int mover_check_variables(const struct mover *mover, const char *head)
{
	const char *format = strncmp(head, "514649fb", 8) == 0 ? "qcow2" : "raw";
	const struct move *move = &mover->move;
	_cleanup_free_ char *taken = NULL;
	int r = mover_variables_format(mover, &taken);

	if (r != ROCKS_DONE || !taken || strcmp(taken, format) == 0)
		return r;
	return error("%s: the variables of its firmware, %s, have the format %s on %s, "
		     "and libvirt on %s would take them for %s: the VM would not start, "
		     "or lose their settings; give both containers the same packages of "
		     "libvirt and firmware, or convert them with `qemu-img convert` "
		     "while the VM is off",
		     mover->vm->name, mover->kept.nvram, format, move->source,
		     move->target, taken);
}

bool mover_is_tpm(const struct mover *mover, const char *path)
{
	const char *folder = strstr(path, "/swtpm/");
	const char *uuid = mover->vm->uuid;

	return folder && strncmp(folder + strlen("/swtpm/"), uuid, strlen(uuid)) == 0;
}

/*
 * Not a loss: swtpm's lock, a state that it never renamed into place, and volatile state,
 * which a guest discards when it starts anew.
 */
static const char FIND_MORE[] = "; d=${f%/*}; [ ! -d \"$d\" ] || { cd -- \"$d\" && find "
				". -mindepth 1 ! \\( -type f "
				"\\( -name \"${f##*/}\" -o -name .lock -o -name 'TMP*' "
				"-o -name '*.volatilestate' \\) "
				"\\) | head -n 1; }";

int mover_check_tpm(const struct mover *mover)
{
	_cleanup_strbuf_ struct strbuf script = STRBUF_EMPTY;
	_cleanup_answers_ struct answers answers = { 0 };
	struct mover_script call = { .hosts = { mover->move.source },
				     .what = "looking at its TPM",
				     .seconds = SECONDS };
	const char *more;
	int r;

	if (!mover->kept.tpm)
		return ROCKS_DONE;
	strbuf_add_string(&script, "f=");
	remote_quote(&script, mover->kept.tpm);
	strbuf_add_string(&script, FIND_MORE);
	call.text = strbuf_text(&script);
	r = script.error ? memory_error() : mover_run(mover, &call, &answers);
	if (r != ROCKS_DONE)
		return r;
	more = answers.list[0].text;
	if (!*more)
		return ROCKS_DONE;
	return error(
		"%s: on %s other files are beside the state of its TPM, %s: %.*s would "
		"be lost; remove it there if nothing needs it",
		mover->vm->name, mover->move.source, mover->kept.tpm,
		(int)strcspn(more, "\n"), more);
}
