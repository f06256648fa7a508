/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: who would claim a card at boot. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/boot.h"
#include "src/gpupci/check/fate.h"
#include "src/gpupci/check/fix.h"
#include "src/gpupci/check/initramfs.h"
#include "src/gpupci/check/kept.h"

/* The fates of a card's functions, and what they have in common. */
struct fates {
	struct fate *fates; /* one per member */
	size_t count;
	struct strbuf claims;	  /* the host's modules that want any of them */
	struct strbuf builtin;	  /* of these, built in */
	const struct fate *worst; /* of those that something is set for; NULL for none */
	size_t kept_back; /* functions that the host's drivers get although others are set */
};

static void fates_release(struct fates *fates)
{
	for (size_t i = 0; fates->fates && i < fates->count; i++)
		fate_release(&fates->fates[i]);
	free(fates->fates);
	strbuf_release(&fates->claims);
	strbuf_release(&fates->builtin);
}

#define _cleanup_fates_ __attribute__((cleanup(fates_release)))

static void add_names(struct strbuf *names, const struct strbuf *more)
{
	for (const char *at = strbuf_text(more); *at; at += *at == ' ') {
		size_t length = strcspn(at, " ");

		modules_add_name(names, at, length);
		at += length;
	}
}

/* Whether a driver of the host has the function, whatever else is set for it. */
static bool is_of_host(const struct fate *fate)
{
	return fate->claims.length &&
	       (fate->kind == FATE_HOST || fate->kind == FATE_NO_EFFECT);
}

static void sum_up(struct fates *fates)
{
	for (size_t i = 0; i < fates->count; i++) {
		const struct fate *fate = &fates->fates[i];

		add_names(&fates->claims, &fate->claims);
		add_names(&fates->builtin, &fate->builtin);
		if (fate->kind != FATE_HOST &&
		    (!fates->worst || fate->kind > fates->worst->kind))
			fates->worst = fate;
		fates->kept_back += is_of_host(fate);
	}
}

static int read_fates(struct fates *fates, const struct boot_facts *facts,
		      struct host *host, const struct card *card)
{
	int error = 0;

	fates->fates = calloc(card->count, sizeof(*fates->fates));
	if (!fates->fates)
		return -ENOMEM;
	fates->count = card->count;
	for (size_t i = 0; i < card->count && error == 0; i++) {
		const struct pci_function *function = card->members[i].function;

		error = fate_read(&fates->fates[i], facts, &host->scan.root, function);
	}
	if (error == 0)
		sum_up(fates);
	return error ? error : fates->claims.error;
}

/* "0000:02:00.1 (snd_hda_intel), 0000:02:00.2 (no driver)" */
static void list_functions(struct strbuf *text, const struct fates *fates, bool of_host)
{
	const char *between = "";

	for (size_t i = 0; i < fates->count; i++) {
		const struct fate *fate = &fates->fates[i];
		char address[PCI_ADDRESS_SIZE];

		if (is_of_host(fate) != of_host || (!of_host && fate->kind == FATE_HOST))
			continue;
		strbuf_add_format(text, "%s%s", between,
				  pci_address_sysfs(fate->function->address, address));
		if (of_host)
			strbuf_add_format(text, " (%s)", strbuf_text(&fate->claims));
		between = ", ";
	}
}

/* "vfio-pci.ids=10de:1b06,10de:10ef" of all functions. */
static void add_ids(struct strbuf *text, const struct fates *fates)
{
	strbuf_add_string(text, "vfio-pci.ids=");
	for (size_t i = 0; i < fates->count; i++)
		strbuf_add_format(text, "%s%04x:%04x", i ? "," : "",
				  fates->fates[i].function->vendor,
				  fates->fates[i].function->device);
}

/* gpupci's own way, whatever boots: its records outlive a boot. */
static void add_detach(struct strbuf *fix, const struct card *card)
{
	strbuf_add_format(fix, "gpupci --detach %s\n", card->name);
}

/*
 * Whether a function that the host keeps shares its group with one that it does not.
 * Without an IOMMU there are no groups.
 */
static bool is_group_divided(const struct fates *fates)
{
	for (size_t i = 0; i < fates->count; i++)
		for (size_t j = 0; j < fates->count; j++)
			if (fates->fates[i].function->group >= 0 &&
			    is_of_host(&fates->fates[i]) &&
			    fates->fates[j].kind != FATE_HOST &&
			    fates->fates[i].function->group ==
				    fates->fates[j].function->group)
				return true;
	return false;
}

/* A parameter names some of the functions: the host's drivers have the others. */
static void add_some(struct checks *checks, const struct card *card,
		     const struct fates *fates)
{
	_cleanup_strbuf_ struct strbuf taken = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf kept = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	const struct fate *fate = fates->worst;
	bool is_divided = is_group_divided(fates);

	list_functions(&taken, fates, false);
	list_functions(&kept, fates, true);
	add_detach(&fix, card);
	strbuf_add_string(&fix, "or set all of them: ");
	add_ids(&fix, fates);
	checks_add(checks, card->name, "boot", is_divided ? CHECK_FAIL : CHECK_WARN,
		   strbuf_text(&fix), "%s %s %s at boot (%s), but the host keeps %s%s",
		   fate->driver, fate->kind == FATE_SURE ? "gets" : "is to get",
		   strbuf_text(&taken), strbuf_text(&fate->set), strbuf_text(&kept),
		   is_divided
			   ? ": their IOMMU group is not viable, no VM can have any of "
			     "it"
			   : "");
}

static void add_no_effect(struct checks *checks, struct host *host,
			  const struct card *card, const struct fates *fates)
{
	_cleanup_strbuf_ struct strbuf words = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	const struct fate *fate = fates->worst;

	add_ids(&words, fates);
	fix_add_words(&fix, &host->scan.root, &checks->boot, strbuf_text(&words));
	checks_add(checks, card->name, "boot", CHECK_WARN, strbuf_text(&fix),
		   "the host's at boot: %s; %s has no effect, because %s is built into "
		   "this kernel",
		   fates->claims.length ? strbuf_text(&fates->claims) : "no driver",
		   strbuf_text(&fate->set), fate->driver);
}

/* Makes a driver's module load before those that claim the card. */
static void add_order(struct strbuf *fix, struct root *root,
		      const struct boot_facts *facts, const struct fates *fates)
{
	const char *driver = fates->worst->driver;

	if (root_exists(root, "/run/ostree-booted")) {
		_cleanup_strbuf_ struct strbuf words = STRBUF_EMPTY;

		strbuf_add_format(&words, "rd.driver.pre=%s", driver);
		fix_add_words(fix, root, facts, strbuf_text(&words));
		return;
	}
	for (const char *at = strbuf_text(&fates->claims); *at; at += *at == ' ') {
		size_t length = strcspn(at, " ");

		strbuf_add_format(fix,
				  "echo \"softdep %.*s pre: %s\" >> "
				  "/etc/modprobe.d/vfio.conf\n",
				  (int)length, at, driver);
		at += length;
	}
	fix_rebuild(fix, root);
}

/* Why a driver may not be the first, a sentence. */
static void add_why(struct strbuf *why, const struct fates *fates)
{
	const struct fate *fate = fates->worst;
	const char *first = fate->kind == FATE_RACE ? "may have" : "has";

	if (fates->builtin.length)
		strbuf_add_format(why, "%s is built into the kernel and %s it first",
				  strbuf_text(&fates->builtin), first);
	else if (fate->kind == FATE_NOT_LOADED)
		strbuf_add_format(why, "nothing that was found loads %s before %s",
				  fate->driver, strbuf_text(&fates->claims));
	else
		strbuf_add_format(why, "%s may be loaded first",
				  strbuf_text(&fates->claims));
}

static bool has_driver(const struct fate *fate)
{
	const char *driver = fate->function->details.driver;

	return driver && strcmp(driver, fate->driver) == 0;
}

/* All functions are to have the driver, but a module of the host may be first. */
static void add_race(struct checks *checks, struct host *host, const struct card *card,
		     const struct fates *fates)
{
	const struct fate *fate = fates->worst;
	const char *how = strbuf_text(&fate->how);
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf why = STRBUF_EMPTY;

	add_why(&why, fates);
	add_detach(&fix, card);
	if (!fates->builtin.length) {
		strbuf_add_string(&fix, "or:\n");
		add_order(&fix, &host->scan.root, &checks->boot, fates);
	}
	checks_add(checks, card->name, "boot", CHECK_WARN, strbuf_text(&fix),
		   "%s is to have it at boot (%s%s%s)%s, but %s", fate->driver,
		   strbuf_text(&fate->set), how[0] ? "; " : "", how,
		   has_driver(fate) ? " and has it now" : "", strbuf_text(&why));
}

static void add_sure(struct checks *checks, const struct card *card,
		     const struct fates *fates, bool kept)
{
	const struct fate *fate = fates->worst;
	const char *how = strbuf_text(&fate->how);
	bool is_stub = strcmp(fate->driver, "pci-stub") == 0;

	checks_add(checks, card->name, "boot", CHECK_OK, NULL,
		   "%s%s has it at boot: %s%s%s%s", kept ? "to stay detached; " : "",
		   fate->driver, strbuf_text(&fate->set), how[0] ? "; " : "", how,
		   is_stub && !kept ? "; for a VM: gpupci --detach" : "");
}

/* What this boot was told and the next one is not. */
static const struct setting *find_lost(const struct boot_facts *facts,
				       const struct card *card)
{
	for (size_t i = 0; i < card->count && facts->loader.options; i++) {
		const struct pci_function *function = card->members[i].function;
		const struct setting *now = fate_ids(&facts->running, function);

		if (now && now->is_word && !fate_ids(&facts->settings, function))
			return now;
	}
	return NULL;
}

static void add_host(struct checks *checks, struct host *host, const struct card *card,
		     const struct fates *fates)
{
	const struct boot_facts *facts = &checks->boot;
	const struct setting *lost = find_lost(facts, card);
	_cleanup_strbuf_ struct strbuf words = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	const char *names =
		fates->claims.length ? strbuf_text(&fates->claims) : "no driver";

	if (!lost) {
		checks_add(checks, card->name, "boot", CHECK_OK, NULL,
			   "the host's at boot: %s", names);
		return;
	}
	strbuf_add_format(&words, "%s.ids=%s", lost->module, lost->value);
	fix_add_words(&fix, &host->scan.root, facts, strbuf_text(&words));
	checks_add(checks, card->name, "boot", CHECK_WARN, strbuf_text(&fix),
		   "the host's at the next boot: %s; %s.ids= of this boot is not in %s",
		   names, lost->module, facts->loader.source);
}

/* gpupci keeps it detached; only what is built in has it before the service. */
static void add_kept(struct checks *checks, const struct card *card,
		     const struct fates *fates)
{
	const char *names = strbuf_text(&fates->claims);
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;

	if (!fates->builtin.length) {
		checks_add(checks, card->name, "boot", CHECK_OK, NULL,
			   "to stay detached, kept off %s",
			   names[0] ? names : "all drivers");
		return;
	}
	strbuf_add_format(&fix,
			  "a kernel with %s as a module, or: initcall_blacklist= on its "
			  "command line",
			  strbuf_text(&fates->builtin));
	checks_add(checks, card->name, "boot", CHECK_WARN, strbuf_text(&fix),
		   "to stay detached, but %s is built into the kernel and has it until "
		   "gpupci.service takes it",
		   strbuf_text(&fates->builtin));
}

/* Whether all functions that a driver of the host could have are surely kept off it. */
static bool is_sure(const struct fates *fates)
{
	return fates->worst && fates->worst->kind == FATE_SURE && !fates->kept_back;
}

static void add_row(struct checks *checks, struct host *host, const struct card *card,
		    const struct fates *fates, bool kept)
{
	const struct fate *worst = fates->worst;

	if (is_sure(fates))
		add_sure(checks, card, fates, kept);
	else if (kept)
		add_kept(checks, card, fates);
	else if (!worst)
		add_host(checks, host, card, fates);
	else if (worst->kind == FATE_NO_EFFECT)
		add_no_effect(checks, host, card, fates);
	else if (fates->kept_back)
		add_some(checks, card, fates);
	else if (!fates->claims.length)
		checks_add(
			checks, card->name, "boot", CHECK_OK, NULL,
			"no driver has it at boot: nothing that was found loads %s (%s)",
			worst->driver, strbuf_text(&worst->set));
	else
		add_race(checks, host, card, fates);
}

void check_boot(struct checks *checks, struct host *host, const struct card *card)
{
	bool kept = check_is_kept(host, card);
	_cleanup_fates_ struct fates fates = { .count = 0 };
	int error = read_fates(&fates, &checks->boot, host, card);

	if (error == -ENOENT) {
		checks_add(checks, card->name, "boot", CHECK_WARN,
			   modules_remedy(&checks->boot.modules),
			   "who would claim it at boot is not known: no modules.alias of "
			   "this kernel, or no modalias");
		return;
	}
	if (error < 0) {
		checks->error = error;
		return;
	}
	add_row(checks, host, card, &fates, kept);
	if (fates.claims.length)
		check_initramfs(checks, host, card, strbuf_text(&fates.claims),
				is_sure(&fates) ? fates.worst->driver : NULL, kept);
}
