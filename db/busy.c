/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks: one command at a time moves a VM, and nobody starts the VM meanwhile. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "db/move.h"
#include "db/store/internal.h"
#include "lib/lock-holder.h"

/* O_NOFOLLOW makes the kernel return -ELOOP for a link. */
static const char *describe(int error)
{
	return error == -ELOOP ? "it is a link, or not a file; remove it"
			       : strerror(-error);
}

/*
 * Locks one byte per VM. The lock belongs to the open file, so children keep it while
 * they live.
 */
static struct flock byte_of(int64_t vm, bool alone)
{
	return (struct flock){ .l_type = alone ? F_WRLCK : F_RDLCK,
			       .l_whence = SEEK_SET,
			       .l_start = vm,
			       .l_len = 1 };
}

/* Says who holds the byte, as far as that can be seen. */
static int fail_busy(struct db *db, const struct host_ref *vm, int fd, bool alone)
{
	_cleanup_strbuf_ struct strbuf holder = STRBUF_EMPTY;

	if (lock_holder_add(fd, vm->id, 1, alone, &holder))
		strbuf_add_string(&holder, "; ");
	return db_fail(db, -EBUSY,
		       "another command %s %s; %swait until it ends (`rocks list "
		       "move` shows moves)",
		       alone ? "is moving or starting" : "is moving", vm->name,
		       strbuf_text(&holder));
}

int db_vm_lock(struct db *db, const struct host_ref *vm, bool alone, int *ret_fd)
{
	struct flock lock = byte_of(vm->id, alone);
	int fd = db_busy_open(db, alone);

	/* Who can only read may be unable to make the file; adding a VM makes it. */
	if (!alone && fd == -ENOENT) {
		*ret_fd = -1;
		return 0;
	}
	if (fd < 0)
		return db_fail(db, fd, "%s-busy: it cannot be made or opened (%s)",
			       db->path, describe(fd));
	if (fcntl(fd, F_OFD_SETLK, &lock) == 0) {
		*ret_fd = fd;
		return 0;
	}
	fail_busy(db, vm, fd, alone);
	close(fd);
	return -EBUSY;
}

int db_vm_is_locked(struct db *db, int64_t vm)
{
	struct flock lock = byte_of(vm, true);
	_cleanup_close_ int file = db_busy_open(db, false);
	int fd = file;

	if (fd == -ENOENT)
		return 0;
	/* Who can only read may ask about a write lock, but not take it. */
	if (fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) < 0)
		fd = -errno;
	if (fd < 0)
		return db_fail(db, fd, "%s-busy: it cannot be looked at (%s)", db->path,
			       describe(fd));
	return lock.l_type == F_WRLCK;
}
