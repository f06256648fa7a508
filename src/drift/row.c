/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `rocks check host gpu`. */
#include <errno.h>

#include "src/drift/row.h"

static const char *const columns[] = { "HOST", "GPU", "VM", "WHAT", "SINCE", "REPAIR" };

int drift_table(struct table **ret_table)
{
	return table_new(ret_table, columns, ARRAY_SIZE(columns)) < 0 ? memory_error()
								      : ROCKS_DONE;
}

int drift_add_row(struct drift *drift, struct drift_row *row)
{
	bool failed = row->what.error || row->since.error || row->repair.error;

	table_add_text(drift->table, drift->host->name);
	table_add_text(drift->table, row->gpu);
	table_add_text(drift->table, row->vm);
	table_add_text(drift->table, strbuf_text(&row->what));
	table_add_text(drift->table, strbuf_text(&row->since));
	table_add_text(drift->table, strbuf_text(&row->repair));
	strbuf_release(&row->what);
	strbuf_release(&row->since);
	strbuf_release(&row->repair);
	drift->found = true;
	return failed ? -ENOMEM : 0;
}

void drift_add_seen(const struct drift *drift, struct drift_row *row, const char *seen)
{
	strbuf_add_format(&row->since, "%s%s %s", row->since.length ? "; " : "", seen,
			  drift->at);
}
