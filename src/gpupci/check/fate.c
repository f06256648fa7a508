/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which driver gets a function at boot, by what is set on the host. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"
#include "src/gpupci/check/fate.h"
#include "src/gpupci/check/ids.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/scan/sysfs.h"

/* Drivers that take a device by its ids and keep it off all others, for no use of the host. */
static const struct {
	const char *driver, *module;
} takers[] = {
	{ "vfio-pci", "vfio_pci" },
	{ "pci-stub", "pci_stub" },
};

static const struct setting *find_ids(const struct settings *settings, size_t taker,
				      const struct pci_function *function)
{
	const char *module = takers[taker].module;
	const struct setting *setting =
		settings_find(settings, SETTING_IDS, module, strlen(module));

	return setting && ids_match(setting->value, function) ? setting : NULL;
}

const struct setting *fate_ids(const struct settings *settings,
			       const struct pci_function *function)
{
	for (size_t i = 0; i < ARRAY_SIZE(takers); i++) {
		const struct setting *setting = find_ids(settings, i, function);

		if (setting)
			return setting;
	}
	return NULL;
}

/* Whether the paths of depmod(8) have one of which the softdep is. */
static const struct setting *find_softdep_below(const struct settings *settings,
						const char *paths, const char *module)
{
	for (const char *at = paths; at && *at && *at != '\n'; at += strspn(at, " ")) {
		size_t length = strcspn(at, " \n");
		const char *base = memrchr(at, '/', length);
		const struct setting *found;

		base = base ? base + 1 : at;
		found = settings_find_word(settings, SETTING_PRE, base,
					   strcspn(base, ". \n"), module);
		if (found)
			return found;
		at += length;
	}
	return NULL;
}

/* Returns what loads the module in front of another: a softdep, an "install". */
static const struct setting *find_before(const struct boot_facts *facts, const char *name,
					 size_t length, const char *module)
{
	const struct setting *found =
		settings_find_word(&facts->settings, SETTING_PRE, name, length, module);

	if (!found)
		found = settings_find_word(&facts->settings, SETTING_INSTALL, name,
					   length, module);
	return found ? found
		     : find_softdep_below(&facts->settings,
					  modules_depends(&facts->modules, name, length),
					  module);
}

/* Whether each module that claims it first loads the driver's. */
static bool is_before_all(struct fate *fate, const struct boot_facts *facts,
			  const char *module)
{
	const struct setting *found = NULL;

	for (const char *at = strbuf_text(&fate->claims); *at; at += *at == ' ') {
		size_t length = strcspn(at, " ");

		found = find_before(facts, at, length, module);
		if (!found)
			return false;
		at += length;
	}
	if (found)
		strbuf_add_format(&fate->how, "%s in %s",
				  found->kind == SETTING_PRE ? "softdep" : "install",
				  found->source);
	return found;
}

/* Whether the initramfs loads the driver's module, and no other that claims it first. */
static bool is_requested_first(struct fate *fate, const struct boot_facts *facts,
			       const char *module)
{
	const struct requests *requests = &facts->requests;
	size_t place = requests_find_load(requests, module, strlen(module));

	if (place == requests->count)
		return false;
	for (const char *at = strbuf_text(&fate->claims); *at; at += *at == ' ') {
		size_t length = strcspn(at, " ");

		if (requests_find_load(requests, at, length) < place)
			return false;
		at += length;
	}
	strbuf_add_format(&fate->how, "loaded first by the initramfs, %s",
			  requests->requests[place].source);
	return true;
}

/* A built-in driver comes before its competitors, unless those are built in, too. */
static enum fate_kind judge_builtin(struct fate *fate, const struct setting *setting)
{
	if (!setting->is_word)
		return FATE_NO_EFFECT;
	if (fate->builtin.length)
		return FATE_RACE;
	strbuf_add_string(&fate->how, "built into the kernel");
	return FATE_SURE;
}

static enum fate_kind judge_module(struct fate *fate, const struct boot_facts *facts,
				   const char *module)
{
	const struct settings *settings = &facts->settings;
	size_t length = strlen(module);
	const struct setting *load =
		settings_find(settings, SETTING_LOAD, module, length);
	const struct setting *first =
		settings_find(settings, SETTING_LOAD_FIRST, module, length);

	if (settings_find(settings, SETTING_FORBIDDEN, module, length))
		return FATE_NOT_LOADED;
	if (fate->builtin.length)
		return FATE_LATE;
	if (first) {
		strbuf_add_format(&fate->how, "rd.driver.pre= %s %s", setting_at(first),
				  first->source);
		return FATE_SURE;
	}
	if (is_requested_first(fate, facts, module) || is_before_all(fate, facts, module))
		return FATE_SURE;
	if (!load)
		return FATE_NOT_LOADED;
	strbuf_add_format(&fate->how, "loaded by %s", load->source);
	return fate->claims.length ? FATE_RACE : FATE_SURE;
}

static void judge(struct fate *fate, const struct boot_facts *facts)
{
	for (size_t i = 0; i < ARRAY_SIZE(takers); i++) {
		const struct setting *setting =
			find_ids(&facts->settings, i, fate->function);

		if (!setting)
			continue;
		snprintf(fate->driver, sizeof(fate->driver), "%s", takers[i].driver);
		strbuf_add_format(&fate->set, "%s%s %s %s",
				  setting->is_word ? takers[i].driver : "",
				  setting->is_word ? ".ids=" : "ids=",
				  setting_at(setting), setting->source);
		fate->kind = modules_is_builtin(&facts->modules, takers[i].module)
				     ? judge_builtin(fate, setting)
				     : judge_module(fate, facts, takers[i].module);
		return;
	}
}

/*
 * driverctl(8) keeps a driver's name in a file "pci-0000:02:00.0", and has its service
 * unbind whatever driver has the device by then.
 */
static int read_driverctl(struct fate *fate, struct root *root)
{
	char address[PCI_ADDRESS_SIZE];
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	_cleanup_free_ char *driver = NULL;

	strbuf_add_format(&path, "/etc/driverctl.d/pci-%s",
			  pci_address_sysfs(fate->function->address, address));
	if (path.error)
		return path.error;
	driver = check_read_line(root, strbuf_text(&path));
	if (!driver || !driver[0] || strlen(driver) >= sizeof(fate->driver))
		return 0;
	if (driver_is_of_host(driver)) {
		strbuf_reset(&fate->claims);
		modules_add_name(&fate->claims, driver, strlen(driver));
		return fate->claims.error;
	}
	snprintf(fate->driver, sizeof(fate->driver), "%s", driver);
	strbuf_add_format(&fate->set, "driverctl's %s", strbuf_text(&path));
	fate->kind = FATE_SURE;
	return fate->set.error;
}

int fate_read(struct fate *fate, const struct boot_facts *facts, struct root *root,
	      const struct pci_function *function)
{
	_cleanup_free_ char *modalias = NULL;
	int error = sysfs_read_text(root, function->address, "modalias", &modalias);

	if (error == -ENOMEM)
		return error;
	if (error < 0 || !facts->modules.aliases)
		return -ENOENT;
	fate->function = function;
	modules_match(&facts->modules, &facts->settings, modalias, &fate->claims,
		      &fate->builtin);
	error = read_driverctl(fate, root);
	if (error == 0 && !fate->driver[0])
		judge(fate, facts);
	if (error == 0)
		error = fate->claims.error ? fate->claims.error : fate->builtin.error;
	if (error == 0)
		error = fate->set.error ? fate->set.error : fate->how.error;
	return error;
}

void fate_release(struct fate *fate)
{
	strbuf_release(&fate->set);
	strbuf_release(&fate->how);
	strbuf_release(&fate->claims);
	strbuf_release(&fate->builtin);
}
