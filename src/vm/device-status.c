/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks a host whether it uses devices itself, with `gpupci --status --json`. */
#include <string.h>

#include "src/vm/device-status.h"

#define USER "-\n"
#define OLD "\036old\n"

/*
 * The addresses are well-formed, so status 2 (wrong usage) means that gpupci lacks the
 * option.
 */
void device_status_add_command(struct strbuf *command, const char *addresses)
{
	strbuf_add_format(command,
			  "{ [ \"$(id -u)\" = 0 ] || echo -; "
			  "gpupci --status --json %s || "
			  "{ s=$?; [ $s = 2 ] || exit $s; printf '\\036old\\n'; }; }",
			  addresses);
}

void device_status_release(struct device_status *status)
{
	devices_release(&status->devices);
}

int device_status_read(struct db *db, const char *text, const char *host,
		       struct device_status *ret_status)
{
	*ret_status = (struct device_status){ 0 };
	if (strncmp(text, USER, strlen(USER)) == 0) {
		ret_status->is_user = true;
		text += strlen(USER);
	}
	ret_status->is_old = strstr(text, OLD) != NULL;
	if (ret_status->is_old)
		return 0;
	return db_devices_parse(db, text, host, &ret_status->devices);
}

const char *answer_after_mark(const char *answer)
{
	const char *mark = strstr(answer, "\n" ANSWER_MARK "\n");

	return mark ? mark + strlen("\n" ANSWER_MARK "\n") : NULL;
}
