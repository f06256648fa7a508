/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host name of a VM that a hypervisor has, when it is recorded. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "db/adopt-name.h"
#include "db/names.h"
#include "db/store/internal.h"
#include "db/store/limits.h"

#define NAMELESS "guest" /* for a name without a letter that a host name may have */

/* A - stands for each run of other letters, but not at the ends. */
static char *make_label(const char *text)
{
	char *label = calloc(1, strlen(text) + 1);
	size_t length = 0;

	if (!label)
		return NULL;
	for (; *text; text++) {
		bool fits = strchr(DB_HOST_NAME_LETTERS, *text) && *text != '-';

		if (fits)
			label[length++] = (char)tolower((unsigned char)*text);
		else if (length && label[length - 1] != '-')
			label[length++] = '-';
	}
	if (length && label[length - 1] == '-')
		length--;
	label[length] = '\0';
	if (length)
		return label;
	free(label);
	return strdup(NAMELESS);
}

/* 1 if a host may have the name; 0; -errno. */
static int is_free(struct db *db, const char *name)
{
	int r = db_check_new_host_name(db, name);

	return r == 0 ? 1 : r == -EINVAL || r == -EEXIST ? 0 : r;
}

int db_adopt_name(struct db *db, const struct host_ref *container,
		  const struct seen_vm *vm, char **ret_name)
{
	_cleanup_free_ char *label = NULL, *longer = NULL;
	int r = is_free(db, vm->name);

	if (r == 1)
		label = strdup(vm->name);
	else if (r == 0)
		label = make_label(vm->name);
	if (r < 0 || !label)
		return r < 0 ? r : db_fail_memory(db);
	if (r == 0)
		r = is_free(db, label);
	if (r == 0) {
		if (asprintf(&longer, "%s-%s", label, container->name) < 0) {
			longer = NULL;
			return db_fail_memory(db);
		}
		r = db_check_new_host_name(db, longer);
		if (r == 0)
			*ret_name = take_pointer(longer);
		return r;
	}
	if (r == 1)
		*ret_name = take_pointer(label);
	return r < 0 ? r : 0;
}
