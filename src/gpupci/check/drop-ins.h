/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: folders of *.conf files, where a file replaces those of its name. */
#ifndef SRC_GPUPCI_CHECK_DROP_INS_H
#define SRC_GPUPCI_CHECK_DROP_INS_H

#include <stddef.h>

#include "src/gpupci/files/root.h"

struct drop_in {
	char *path; /* below the root */
	char *name; /* its last part */
	char *text; /* NULL if it cannot be read, or masks others: /dev/null */
};

struct drop_ins {
	struct drop_in *files; /* by name */
	size_t count;
};

#define DROP_INS_EMPTY  \
	{               \
		NULL, 0 \
	}

/*
 * Reads all *.conf files of the folders; of those with one name only the one in the first
 * folder. Follows links, below the root. Returns 0 or -ENOMEM; release with
 * drop_ins_release().
 */
int drop_ins_read(struct drop_ins *files, struct root *root, const char *const *folders,
		  size_t count);

void drop_ins_release(struct drop_ins *files);

#define _cleanup_drop_ins_ __attribute__((cleanup(drop_ins_release)))

#endif
