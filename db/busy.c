/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One command at a time moves a VM, and none starts it meanwhile: locks. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "db/move.h"
#include "db/store/internal.h"

/* -ELOOP is what the kernel says of a link that is not to be followed. */
static const char *describe(int error)
{
	return error == -ELOOP ? "it is a link, or not a file; remove it"
			       : strerror(-error);
}

/* A byte a VM; of the open file, so that children keep it as long as they live. */
static struct flock byte_of(int64_t vm, bool alone)
{
	return (struct flock){ .l_type = alone ? F_WRLCK : F_RDLCK,
			       .l_whence = SEEK_SET,
			       .l_start = vm,
			       .l_len = 1 };
}

int db_vm_lock(struct db *db, const struct host_ref *vm, bool alone, int *ret_fd)
{
	struct flock lock = byte_of(vm->id, alone);
	int fd = db_busy_open(db, alone);

	/* A reader of the inventory may not make the file, which a VM's adding makes. */
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
	close(fd);
	return db_fail(db, -EBUSY,
		       "another command %s %s just now; wait for its end (`rocks list "
		       "move` shows moves)",
		       alone ? "moves or starts" : "moves", vm->name);
}

int db_vm_is_locked(struct db *db, int64_t vm)
{
	struct flock lock = byte_of(vm, true);
	_cleanup_close_ int file = db_busy_open(db, false);
	int fd = file;

	if (fd == -ENOENT)
		return 0;
	/* A write lock may be asked about, not taken, by who can only read. */
	if (fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) < 0)
		fd = -errno;
	if (fd < 0)
		return db_fail(db, fd, "%s-busy: it cannot be looked at (%s)", db->path,
			       describe(fd));
	return lock.l_type == F_WRLCK;
}
