/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this host is ready to give its cards to VMs: one row per check. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "src/gpupci/check/rows.h"

/* The length of a text without its last newline. */
static size_t trimmed(const char *text)
{
	size_t length = strlen(text);

	return length && text[length - 1] == '\n' ? length - 1 : length;
}

void checks_add(struct checks *checks, const char *subject, const char *what,
		enum check_state state, const char *fix, const char *found, ...)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	struct check_row *grown =
		reallocarray(checks->rows, checks->count + 1, sizeof(*grown));
	va_list list;

	if (!grown) {
		checks->error = -ENOMEM;
		return;
	}
	checks->rows = grown;
	va_start(list, found);
	strbuf_add_format_list(&text, found, list);
	va_end(list);
	grown += checks->count++;
	fix = fix ? fix : "";
	*grown = (struct check_row){ .subject = strdup(subject),
				     .what = what,
				     .state = state,
				     .found = strbuf_take(&text),
				     .fix = strndup(fix, trimmed(fix)) };
	if (!grown->subject || !grown->found || !grown->fix)
		checks->error = -ENOMEM;
}

void checks_release(struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++) {
		free(checks->rows[i].subject);
		free(checks->rows[i].found);
		free(checks->rows[i].fix);
	}
	free(checks->rows);
	facts_release(&checks->boot);
	*checks = (struct checks)CHECKS_EMPTY;
}
