/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which drivers of a card the initramfs contains. */
#include <errno.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/fix.h"
#include "src/gpupci/check/image.h"
#include "src/gpupci/check/initramfs.h"

/* What is found of the modules that claim a card. */
struct finding {
	struct strbuf found; /* those in the initramfs */
	struct strbuf
		skipped; /* those in it that rd.driver.blacklist= keeps from loading */
	struct strbuf
		where; /* how that is known: the image, or a file that requests them */
};

static void finding_release(struct finding *finding)
{
	strbuf_release(&finding->found);
	strbuf_release(&finding->skipped);
	strbuf_release(&finding->where);
}

#define _cleanup_finding_ __attribute__((cleanup(finding_release)))

/* Whether the initramfs has the module; *ret_where says from what that is known. */
static bool is_in(const struct boot_facts *facts, const char *module, size_t length,
		  const char **ret_where)
{
	const struct requests *requests = &facts->requests;
	size_t request = requests_find(requests, module, length);

	*ret_where = facts->image.path;
	if (facts->image.list)
		return image_has(facts->image.list, module, length);
	if (request == requests->count)
		return false;
	*ret_where = requests->requests[request].source;
	return true;
}

static void find_modules(struct finding *finding, const struct boot_facts *facts,
			 const char *modules)
{
	for (const char *at = modules; *at; at += *at == ' ') {
		size_t length = strcspn(at, " ");
		bool is_skipped =
			settings_find(&facts->settings, SETTING_SKIPPED, at, length);
		const char *where;

		if (is_in(facts, at, length, &where)) {
			modules_add_name(is_skipped ? &finding->skipped : &finding->found,
					 at, length);
			strbuf_reset(&finding->where);
			strbuf_add_string(&finding->where, where);
		}
		at += length;
	}
}

static void add_found(struct checks *checks, struct root *root, const struct card *card,
		      const struct finding *finding, bool is_kept)
{
	const char *found = strbuf_text(&finding->found);
	const char *where = strbuf_text(&finding->where);
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;

	fix_leave_out(&fix, root, &checks->boot, found);
	if (is_kept)
		checks_add(checks, card->name, "initramfs", CHECK_WARN, strbuf_text(&fix),
			   "to stay detached, but %s in %s has it first, until "
			   "gpupci.service takes it",
			   found, where);
	else
		checks_add(checks, card->name, "initramfs", CHECK_OK, NULL,
			   "%s in %s has it first: remove it before you detach the card "
			   "for good",
			   found, where);
}

/* A driver that is set to be first must be in the initramfs, if others are. */
static void add_order(struct checks *checks, struct root *root, const struct card *card,
		      const struct finding *finding, const char *taker)
{
	const char *found = strbuf_text(&finding->found);
	const char *where = strbuf_text(&finding->where);
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	const char *its;

	fix_rebuild(&fix, root);
	if (modules_is_builtin(&checks->boot.modules, taker))
		checks_add(checks, card->name, "initramfs", CHECK_OK, NULL,
			   "%s in %s comes after %s, which is built in", found, where,
			   taker);
	else if (is_in(&checks->boot, taker, strlen(taker), &its))
		checks_add(checks, card->name, "initramfs", CHECK_OK, NULL,
			   "%s is in %s, and so is %s", found, where, taker);
	else if (checks->boot.image.list)
		checks_add(checks, card->name, "initramfs", CHECK_WARN, strbuf_text(&fix),
			   "%s in %s has it first: %s is not there", found, where, taker);
	else
		checks_add(checks, card->name, "initramfs", CHECK_OK, NULL,
			   "%s is in the initramfs (%s), whether %s is too is not known: "
			   "%s",
			   found, where, taker, checks->boot.image.why);
}

static void add_unknown(struct checks *checks, const struct card *card,
			const char *modules, bool is_kept)
{
	const struct image *image = &checks->boot.image;

	checks_add(checks, card->name, "initramfs", is_kept ? CHECK_WARN : CHECK_OK,
		   is_kept ? "look with lsinitramfs, lsinitrd or lsinitcpio" : NULL,
		   "whether %s is in %s is not known: %s", modules,
		   image->path ? image->path : "the initramfs", image->why);
}

void check_initramfs(struct checks *checks, struct host *host, const struct card *card,
		     const char *modules, const char *taker, bool is_kept)
{
	struct root *root = &host->scan.root;
	const struct image *image = &checks->boot.image;
	_cleanup_finding_ struct finding finding = { STRBUF_EMPTY, STRBUF_EMPTY,
						     STRBUF_EMPTY };
	int error = facts_read_image(&checks->boot, root);

	if (error < 0) {
		checks->error = error;
		return;
	}
	if (image->is_none) {
		checks_add(checks, card->name, "initramfs", CHECK_OK, NULL,
			   "%s names no initramfs", checks->boot.loader.source);
		return;
	}
	find_modules(&finding, &checks->boot, modules);
	if (finding.found.length && taker)
		add_order(checks, root, card, &finding, taker);
	else if (finding.found.length)
		add_found(checks, root, card, &finding, is_kept);
	else if (finding.skipped.length)
		checks_add(checks, card->name, "initramfs", CHECK_OK, NULL,
			   "rd.driver.blacklist= keeps %s from loading there",
			   strbuf_text(&finding.skipped));
	else if (image->list)
		checks_add(checks, card->name, "initramfs", CHECK_OK, NULL,
			   "%s is not in %s", modules, image->path);
	else
		add_unknown(checks, card, modules, is_kept && !taker);
}
