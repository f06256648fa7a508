/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: is this host ready to give its cards to VMs? */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/text.h"
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/check/card.h"
#include "src/gpupci/check/config.h"
#include "src/gpupci/check/host.h"
#include "src/gpupci/check/kept.h"
#include "src/gpupci/check/rows.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/keep/quarantine.h"

#define TERMINAL_WIDTH 80
#define FIX_INDENT 8

static const char *const state_names[] = { "ok", "warn", "fail" };

/* A line break in quotes would change what a shell reads. */
static bool has_quotes(const char *line)
{
	return line[0] == '\'' || strstr(line, " '") || strstr(line, "=\"");
}

/* Adds the lines of a fix, each indented and wrapped to the width of the terminal. */
static void add_fix(struct strbuf *text, const char *fix)
{
	while (*fix) {
		size_t length = strcspn(fix, "\n");
		_cleanup_free_ char *line = strndup(fix, length);

		if (!line) {
			text->error = -ENOMEM;
			return;
		}
		if (has_quotes(line))
			strbuf_add_format(text, "%*s%s\n", FIX_INDENT, "", line);
		else
			text_wrap(text, line, FIX_INDENT, TERMINAL_WIDTH);
		fix += length;
		fix += *fix == '\n';
	}
}

static int print_rows(const struct checks *checks)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	for (size_t i = 0; i < checks->count; i++) {
		const struct check_row *row = &checks->rows[i];
		_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;

		strbuf_add_format(&line, "%-4s %s %s: %s", state_names[row->state],
				  row->subject, row->what, row->found);
		text_wrap(&text, strbuf_text(&line), 0, TERMINAL_WIDTH);
		if (line.error)
			text.error = line.error;
		add_fix(&text, row->fix);
	}
	if (text.error == 0)
		fputs(strbuf_text(&text), stdout);
	return text.error;
}

static void print_row(struct json *json, const struct check_row *row)
{
	json_space(json, "\n");
	json_begin_object(json);
	json_key(json, "subject");
	json_string(json, row->subject);
	json_key(json, "check");
	json_string(json, row->what);
	json_key(json, "state");
	json_string(json, state_names[row->state]);
	json_key(json, "found");
	json_string(json, row->found);
	json_key(json, "fix");
	json_string(json, row->fix[0] ? row->fix : NULL);
	json_end_object(json);
}

static void print_json(const struct checks *checks, const char *host)
{
	struct json json = JSON_TO(stdout);

	json_begin_object(&json);
	json_key(&json, "schema");
	json_string(&json, "gpupci-check");
	json_key(&json, "version");
	json_integer(&json, 1);
	json_key(&json, "host");
	json_string(&json, host);
	json_key(&json, "checks");
	json_begin_list(&json);
	for (size_t i = 0; i < checks->count; i++)
		print_row(&json, &checks->rows[i]);
	json_space(&json, "\n");
	json_end_list(&json);
	json_key(&json, "end");
	json_unsigned(&json, checks->count);
	json_end_object(&json);
	putchar('\n');
}

static int check_all(struct host *host, struct checks *checks)
{
	_cleanup_strbuf_ struct strbuf doubt = STRBUF_EMPTY;
	int error = host_identify_cards(host);

	if (error < 0)
		return error;
	quarantine_read(host, &doubt);
	error = facts_read(&checks->boot, &host->scan.root);
	if (error < 0)
		return error;
	check_host(checks, host);
	check_kept(checks, host);
	check_config(checks, host);
	for (size_t i = 0; i < host->cards.count; i++) {
		struct card *card = &host->cards.cards[i];

		if (card->kind == CARD_FABRIC)
			continue;
		error = card_read(card, &host->scan, false);
		if (error < 0)
			return error;
		check_card(checks, host, card, &doubt);
	}
	if (!host->cards.count)
		checks_add(checks, "host", "cards", CHECK_WARN,
			   "see /etc/gpupci.conf for which devices are cards",
			   "there are no cards");
	return doubt.error ? doubt.error : checks->error;
}

int action_check(struct host *host, const struct options *options)
{
	_cleanup_checks_ struct checks checks = CHECKS_EMPTY;
	enum check_state worst = CHECK_OK;
	_cleanup_free_ char *name = NULL;
	int error;

	error = check_all(host, &checks);
	if (error == 0 && options->json)
		error = host_read_name(host, &name);
	if (error < 0)
		return message_failed(error, &host->scan.fault);
	if (options->json)
		print_json(&checks, name && name[0] ? name : NULL);
	else
		error = print_rows(&checks);
	if (error < 0)
		return message_failed(error, NULL);
	for (size_t i = 0; i < checks.count; i++)
		if (checks.rows[i].state > worst)
			worst = checks.rows[i].state;
	return worst == CHECK_OK     ? EXIT_DONE
	       : worst == CHECK_WARN ? EXIT_WARNED
				     : EXIT_UNREADY;
}
