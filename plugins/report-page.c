/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin for the page: which cards are free, as one HTML file without scripts. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <libxml/parser.h>
#include <libxml/xmlwriter.h>

#include "plugins/rocks-plugin.h"

#define REFRESH "300" /* seconds */

/* Nothing may be loaded, and no script run, whatever a name should bring in. */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'"

static const char STYLE[] =
	"\n"
	":root { color-scheme:light dark; --bg:#fff; --fg:#1a1a1a; --dim:#57606a;\n"
	"  --line:#d0d7de; --row:#f6f8fa; --free:#0b6b4f; --freebg:#d9f2e8;\n"
	"  --used:#0a4a8f; --usedbg:#cfe3fa; --out:#505050; --outbg:#e4e4e4;\n"
	"  --none:#9a2400 }\n"
	"@media (prefers-color-scheme: dark) { :root { --bg:#14171a; --fg:#e6e6e6;\n"
	"  --dim:#a3acb5; --line:#3a4149; --row:#1c2126; --free:#7fe0bd;\n"
	"  --freebg:#0f3d2f; --used:#a5cdff; --usedbg:#123559; --out:#c8c8c8;\n"
	"  --outbg:#3a3a3a; --none:#ffb199 } }\n"
	"* { box-sizing:border-box }\n"
	"body { margin:0 auto; padding:1rem 1.25rem 3rem; max-width:60rem;\n"
	"  background:var(--bg); color:var(--fg); overflow-wrap:anywhere;\n"
	"  font:16px/1.45 system-ui,\"DejaVu Sans\",sans-serif }\n"
	"h1 { font-size:1.6rem; line-height:1.2; margin:.2rem 0 .4rem }\n"
	"h2 { font-size:1.15rem; margin:2rem 0 .5rem }\n"
	"p { margin:.3rem 0 } .dim { color:var(--dim) }\n"
	"table { border-collapse:collapse; width:100% }\n"
	"th, td { text-align:left; padding:.35rem .55rem;\n"
	"  border-bottom:1px solid var(--line) }\n"
	"thead th { font-size:.85rem; font-weight:600; color:var(--dim);\n"
	"  vertical-align:bottom; white-space:nowrap }\n"
	".n { text-align:right; white-space:nowrap;\n"
	"  font-variant-numeric:tabular-nums }\n"
	"td.n { font-size:1.35rem } td.zero { color:var(--dim) }\n"
	"td.big { font-size:1.9rem; font-weight:700; line-height:1.1 }\n"
	"td.big.zero { font-weight:400 }\n"
	".s { display:inline-block; padding:.05rem .5rem; font-size:.85rem;\n"
	"  border-radius:.8rem; overflow-wrap:normal }\n"
	".free { color:var(--free); background:var(--freebg) }\n"
	".used { color:var(--used); background:var(--usedbg) }\n"
	".out { color:var(--out); background:var(--outbg) }\n"
	".none { color:var(--none); font-size:.85rem; font-weight:400 }\n"
	".bar { display:flex; gap:2px; height:.5rem; margin:.3rem 0 .2rem;\n"
	"  max-width:24rem }\n"
	".bar span { min-width:3px; border-radius:2px }\n"
	".bar .free { background:var(--free) }\n"
	".bar .used { border:1px solid var(--used) }\n"
	".bar .out { background:repeating-linear-gradient(45deg,\n"
	"  var(--out) 0 2px,transparent 2px 5px) }\n"
	".models th:first-child { width:45% }\n"
	".cards tbody th { min-width:5.2em } .cards tbody td { min-width:3em }\n"
	".cards tbody td:nth-child(2) { min-width:6.1em }\n"
	".cards tbody th { font-weight:600 }\n"
	".cards tr.host th { background:var(--row); padding-top:.6rem }\n"
	"@media (max-width:36rem) { body { padding:1rem .75rem 2rem }\n"
	"  h1 { font-size:1.4rem } th, td { padding:.3rem }\n"
	"  td.n { font-size:1.1rem } td.big { font-size:1.5rem }\n"
	"  .models th:first-child { width:36% }\n"
	"  .models thead .s { padding:0; background:none }\n"
	"  .cards, .cards .s, .cards thead th { font-size:.8rem }\n"
	"  .cards th, .cards td { padding:.3rem .2rem }\n"
	"  .cards tr.host th { font-size:.9rem } .cards .s { padding:.05rem .35rem } }\n"
	"@media print { :root { font-size:11px } body { max-width:none; padding:0 }\n"
	"  body { font-size:1rem } tr { break-inside:avoid } h2 { break-after:avoid }\n"
	"  .s { background:none; border:1px solid currentColor } }\n";

static const struct state {
	const char *class, *sign, *word;
} states[] = {
	[ROCKS_CARD_FREE] = { "s free", "○ ", "free" },
	[ROCKS_CARD_USED] = { "s used", "● ", "in use" },
	[ROCKS_CARD_OUT] = { "s out", "✕ ", "out" },
};

struct page {
	xmlTextWriter *writer;
	const struct rocks_cluster *cluster;
	int (*put)(void *data, const char *bytes, size_t length);
	void *data;
	int put_error;
	int failed; /* the writer ran out of memory */
	/* Of the last card, whose rows are open; names have 255 bytes, escapes four each. */
	char host[1024];
};

/* libxml2 would print that the output failed: what follows goes nowhere instead. */
static int pass_on(void *context, const char *bytes, int length)
{
	struct page *page = context;

	if (!page->put_error)
		page->put_error = page->put(page->data, bytes, (size_t)length);
	return length;
}

static void note(struct page *page, int result)
{
	page->failed |= result < 0;
}

/* An element with text, attributes or both: begin(), give(), say(), end(). */
static void begin(struct page *page, const char *name)
{
	note(page, xmlTextWriterStartElement(page->writer, BAD_CAST name));
}

static void give(struct page *page, const char *name, const char *value)
{
	note(page,
	     xmlTextWriterWriteAttribute(page->writer, BAD_CAST name, BAD_CAST value));
}

static void say(struct page *page, const char *text)
{
	note(page, xmlTextWriterWriteString(page->writer, BAD_CAST text));
}

/* With an end tag: <td/> would not end a cell in HTML. */
static void end(struct page *page)
{
	note(page, xmlTextWriterFullEndElement(page->writer));
}

static void break_line(struct page *page)
{
	note(page, xmlTextWriterWriteRaw(page->writer, BAD_CAST "\n"));
}

static void add(struct page *page, const char *name, const char *class, const char *text)
{
	begin(page, name);
	if (class)
		give(page, "class", class);
	say(page, text);
	end(page);
}

/* An element that HTML gives no end tag. */
static void add_meta(struct page *page, const char *key, const char *name,
		     const char *content)
{
	begin(page, "meta");
	give(page, key, name);
	if (content)
		give(page, "content", content);
	note(page, xmlTextWriterEndElement(page->writer));
	break_line(page);
}

static void begin_of_class(struct page *page, const char *name, const char *class)
{
	begin(page, name);
	give(page, "class", class);
}

/* A state by sign and word, not by colour alone; more follows the word. */
static void add_state(struct page *page, uint32_t state, const char *more)
{
	const struct state *is = &states[state];

	begin_of_class(page, "span", is->class);
	begin(page, "span");
	give(page, "aria-hidden", "true");
	say(page, is->sign);
	end(page);
	say(page, is->word);
	if (more) {
		say(page, ": ");
		say(page, more);
	}
	end(page);
}

static void begin_column(struct page *page, const char *class)
{
	begin(page, "th");
	give(page, "scope", "col");
	if (class)
		give(page, "class", class);
}

static void add_column(struct page *page, const char *class, const char *text)
{
	begin_column(page, class);
	say(page, text);
	end(page);
}

static void begin_section(struct page *page, const char *id, const char *title)
{
	begin(page, "section");
	give(page, "aria-labelledby", id);
	begin(page, "h2");
	give(page, "id", id);
	say(page, title);
	end(page);
	break_line(page);
}

static void add_head(struct page *page, const char *title)
{
	begin(page, "head");
	break_line(page);
	add_meta(page, "charset", "utf-8", NULL);
	add_meta(page, "name", "viewport", "width=device-width, initial-scale=1");
	add_meta(page, "http-equiv", "refresh", REFRESH);
	add_meta(page, "http-equiv", "Content-Security-Policy", POLICY);
	add_meta(page, "name", "robots", "noindex");
	add(page, "title", NULL, title);
	break_line(page);
	begin(page, "style");
	note(page, xmlTextWriterWriteRaw(page->writer, BAD_CAST STYLE));
	end(page);
	end(page);
	break_line(page);
}

static void add_time(struct page *page)
{
	static const char *const months[] = { "January", "February", "March",
					      "April",	 "May",	     "June",
					      "July",	 "August",   "September",
					      "October", "November", "December" };
	const time_t at = page->cluster->at;
	struct tm is = { 0 };
	char text[64];

	gmtime_r(&at, &is);
	begin(page, "time");
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%MZ", &is);
	give(page, "datetime", text);
	snprintf(text, sizeof(text), "%d %s %d, %02d:%02d UTC", is.tm_mday,
		 months[is.tm_mon], is.tm_year + 1900, is.tm_hour, is.tm_min);
	say(page, text);
	end(page);
}

static void add_top(struct page *page, const char *title)
{
	begin(page, "header");
	add(page, "h1", NULL, title);
	break_line(page);
	begin_of_class(page, "p", "dim");
	say(page, "As recorded on ");
	add_time(page);
	say(page, ". If that is long ago, tell the administrator: nothing writes this "
		  "page any more.");
	end(page);
	end(page);
	break_line(page);
}

static void add_number(struct page *page, const char *class, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%" PRIu32, number);
	add(page, "td", class, text);
}

static void add_part(struct page *page, const char *class, uint32_t number)
{
	char style[32];

	if (!number)
		return;
	snprintf(style, sizeof(style), "flex-grow:%" PRIu32, number);
	begin_of_class(page, "span", class);
	give(page, "style", style);
	end(page);
}

static int add_model(void *data, const struct rocks_cluster_model *model)
{
	struct page *page = data;

	begin(page, "tr");
	begin(page, "th");
	give(page, "scope", "row");
	say(page, model->name);
	begin_of_class(page, "span", "bar");
	give(page, "aria-hidden", "true");
	add_part(page, "free", model->free);
	add_part(page, "used", model->used);
	add_part(page, "out", model->out);
	end(page);
	if (!model->free)
		add(page, "span", "none", "none free");
	end(page);
	add_number(page, model->free ? "n big" : "n big zero", model->free);
	add_number(page, model->used ? "n" : "n zero", model->used);
	add_number(page, model->out ? "n" : "n zero", model->out);
	add_number(page, "n", model->count);
	end(page);
	break_line(page);
	return page->put_error || page->failed ? -EIO : 0;
}

static int add_models(struct page *page)
{
	int r;

	begin_section(page, "models", "By model");
	begin_of_class(page, "table", "models");
	begin(page, "thead");
	begin(page, "tr");
	add_column(page, NULL, "Model");
	for (uint32_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		begin_column(page, "n");
		add_state(page, i, NULL);
		end(page);
	}
	add_column(page, "n", "all");
	end(page);
	end(page);
	break_line(page);
	begin(page, "tbody");
	break_line(page);
	r = page->cluster->models(page->cluster, add_model, page);
	end(page);
	end(page);
	break_line(page);
	add(page, "p", "dim",
	    "in use: a VM has it, even one that is off. out: no VM can be given it.");
	end(page);
	break_line(page);
	return r;
}

/* Ends the rows of the last host and begins those of the next. */
static void begin_host(struct page *page, const char *host)
{
	if (*page->host)
		end(page);
	snprintf(page->host, sizeof(page->host), "%s", host);
	begin(page, "tbody");
	begin_of_class(page, "tr", "host");
	begin(page, "th");
	give(page, "scope", "rowgroup");
	give(page, "colspan", page->cluster->names_users ? "5" : "3");
	say(page, host);
	end(page);
	end(page);
	break_line(page);
}

static int add_card(void *data, const struct rocks_cluster_card *card)
{
	struct page *page = data;

	if (strncmp(page->host, card->host, sizeof(page->host) - 1) != 0)
		begin_host(page, card->host);
	begin(page, "tr");
	begin(page, "th");
	give(page, "scope", "row");
	say(page, card->name);
	end(page);
	add(page, "td", NULL, card->model);
	begin(page, "td");
	add_state(page, card->state, card->obstacle);
	end(page);
	if (page->cluster->names_users) {
		add(page, "td", NULL, card->vm ? card->vm : "");
		add(page, "td", NULL, card->user ? card->user : "");
	}
	end(page);
	break_line(page);
	return page->put_error || page->failed ? -EIO : 0;
}

static int add_cards(struct page *page)
{
	int r;

	begin_section(page, "cards", "By host");
	begin_of_class(page, "table", "cards");
	begin(page, "thead");
	begin(page, "tr");
	add_column(page, NULL, "Card");
	add_column(page, NULL, "Model");
	add_column(page, NULL, "State");
	if (page->cluster->names_users) {
		add_column(page, NULL, "VM");
		add_column(page, NULL, "User");
	}
	end(page);
	end(page);
	break_line(page);
	r = page->cluster->cards(page->cluster, add_card, page);
	if (*page->host)
		end(page);
	end(page);
	end(page);
	break_line(page);
	return r;
}

static int add_body(struct page *page, const char *title)
{
	int r = 0;

	begin(page, "body");
	break_line(page);
	add_top(page, title);
	begin(page, "main");
	break_line(page);
	if (page->cluster->card_count) {
		r = add_models(page);
		if (r == 0)
			r = add_cards(page);
	}
	end(page);
	begin_of_class(page, "footer", "dim");
	begin(page, "p");
	begin(page, "small");
	say(page, "Made by ");
	add(page, "code", NULL, "rocks report gpu page");
	say(page, page->cluster->names_users
			  ? ". VMs and users are named: the attribute page_users is yes."
			  : ".");
	end(page);
	end(page);
	end(page);
	end(page);
	return r;
}

static int add_document(struct page *page)
{
	const struct rocks_cluster *cluster = page->cluster;
	char title[64] = "No GPUs are recorded";
	int r;

	if (cluster->card_count)
		snprintf(title, sizeof(title), "GPUs: %" PRIu32 " of %" PRIu32 " %s free",
			 cluster->free_count, cluster->card_count,
			 cluster->free_count == 1 ? "is" : "are");
	note(page,
	     xmlTextWriterWriteDTD(page->writer, BAD_CAST "html", NULL, NULL, NULL));
	break_line(page);
	begin(page, "html");
	give(page, "lang", "en");
	break_line(page);
	add_head(page, title);
	r = add_body(page, title);
	end(page);
	break_line(page);
	note(page, xmlTextWriterFlush(page->writer));
	return r;
}

static int write_page(const struct rocks_cluster *cluster,
		      int (*put)(void *data, const char *bytes, size_t length),
		      void *data, struct rocks_failure *failure)
{
	struct page page = { .cluster = cluster, .put = put, .data = data };
	xmlOutputBuffer *output;
	int r;

	/* Without it libxml2, when it is unloaded, frees nothing (xmlCleanupParser()). */
	xmlInitParser();
	output = xmlOutputBufferCreateIO(pass_on, NULL, &page, NULL);
	page.writer = output ? xmlNewTextWriter(output) : NULL;
	if (!page.writer) {
		xmlOutputBufferClose(output);
		failure->explain(failure, "memory ran out; try again");
		return -ENOMEM;
	}
	r = add_document(&page);
	xmlFreeTextWriter(page.writer);
	if (page.put_error)
		return page.put_error;
	if (page.failed) {
		failure->explain(failure, "libxml2 cannot write the page, memory may "
					  "have run out; try again");
		return -ENOMEM;
	}
	return r;
}

static const struct rocks_report report = {
	.size = sizeof(report),
	.name = "page",
	.write = write_page,
};

ROCKS_PLUGIN(.name = "report-page", .report = &report);
