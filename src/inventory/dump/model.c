/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore the inventory's models of cards. */
#include "db/model.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/host.h"

int model_dump(struct invocation *invocation)
{
	_cleanup_models_ struct models models = { 0 };
	_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;
	int r = db_models_read(invocation->db, &models);

	models_sort_by_name(&models);
	for (size_t i = 0; i < models.count && r == 0; i++) {
		dump_start(&line, "add gpu model");
		dump_positional(&line, "model", models.list[i].name);
		dump_positional(&line, "ids", models.list[i].ids);
		r = dump_end(&line);
	}
	return answer(invocation, r);
}
