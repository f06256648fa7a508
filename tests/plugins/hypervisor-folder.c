/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hypervisors that are folders. */
/*
 * HYPERVISOR_FOLDER/CONTAINER has UUID.xml for each domain that is defined, UUID.running
 * and UUID.autostart where it is so, and down when it cannot be reached.
 * HYPERVISOR_FOLDER/trigger says what is to go wrong: «kill before stop», «kill after
 * stop» (the program that asks, once), «fail stop». HYPERVISOR_NVRAM and HYPERVISOR_TPM are
 * what a host says that lies.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugins/rocks-plugin.h"

static void path_of(char path[512], const char *container, const char *name,
		    const char *ending)
{
	snprintf(path, 512, "%s/%s%s%s%s", getenv("HYPERVISOR_FOLDER"), container,
		 *name ? "/" : "", name, ending);
}

static bool is_there(const struct rocks_vm *vm, const char *ending)
{
	char path[512];

	path_of(path, vm->container, vm->uuid, ending);
	return access(path, F_OK) == 0;
}

static void put(const struct rocks_vm *vm, const char *ending, const char *text)
{
	char path[512];
	FILE *file;

	path_of(path, vm->container, vm->uuid, ending);
	if (!text) {
		unlink(path);
		return;
	}
	file = fopen(path, "w");
	if (file) {
		fputs(text, file);
		fclose(file);
	}
}

static void note(const char *operation, const char *container)
{
	char path[512];
	FILE *file;

	path_of(path, "log", "", "");
	file = fopen(path, "a");
	if (file) {
		fprintf(file, "%s %s\n", operation, container);
		fclose(file);
	}
}

/* What the trigger says of this moment. */
static bool is_triggered(const char *when, const char *operation, bool once)
{
	char path[512], line[128] = "", wanted[128];
	FILE *file;

	path_of(path, "trigger", "", "");
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	snprintf(wanted, sizeof(wanted), "%s %s\n", when, operation);
	if (strcmp(line, wanted) != 0)
		return false;
	if (once)
		unlink(path);
	return true;
}

static void maybe_kill(const char *when, const char *operation)
{
	if (!is_triggered(when, operation, true))
		return;
	kill(getppid(), SIGKILL);
	pause();
}

static int enter(const struct rocks_vm *vm, const char *operation,
		 struct rocks_failure *failure)
{
	char path[512];

	path_of(path, vm->container, "down", "");
	if (access(path, F_OK) == 0) {
		failure->explain(failure, "it cannot be reached");
		return -EIO;
	}
	maybe_kill("kill before", operation);
	note(operation, vm->container);
	if (is_triggered("fail", operation, false)) {
		failure->explain(failure, "it was told to fail");
		return -EIO;
	}
	return 0;
}

static int end(const char *operation, int r)
{
	maybe_kill("kill after", operation);
	return r;
}

static int stop(const struct rocks_vm *vm, const char *action,
		struct rocks_failure *failure)
{
	int r = enter(vm, "stop", failure);

	if (r < 0)
		return r;
	if (!is_there(vm, ".running"))
		return end("stop", 1);
	if (strcmp(action, "shutdown") != 0 || !is_there(vm, ".deaf"))
		put(vm, ".running", NULL);
	return end("stop", 0);
}

static int define(const struct rocks_vm *vm, const char *xml, int32_t autostart,
		  struct rocks_failure *failure)
{
	const char *wanted = NULL;
	int r = enter(vm, "define", failure);

	if (r < 0)
		return r;
	put(vm, ".xml", xml);
	if (autostart < 0)
		wanted = vm->attribute(vm, "kvm_autostart");
	put(vm, ".autostart",
	    autostart > 0 || (wanted && strcmp(wanted, "yes") == 0) ? "" : NULL);
	return end("define", 0);
}

static int start(const struct rocks_vm *vm, const char *xml,
		 struct rocks_failure *failure)
{
	int r = enter(vm, "start", failure);

	if (r < 0)
		return r;
	if (is_there(vm, ".running"))
		return end("start", 1);
	put(vm, ".xml", xml);
	put(vm, ".running", "");
	return end("start", 0);
}

static int undefine(const struct rocks_vm *vm, struct rocks_failure *failure)
{
	int r = enter(vm, "undefine", failure);

	if (r < 0)
		return r;
	if (is_there(vm, ".running")) {
		failure->explain(failure, "it runs");
		return -EBUSY;
	}
	r = is_there(vm, ".xml") ? 0 : 1;
	put(vm, ".xml", NULL);
	put(vm, ".autostart", NULL);
	return end("undefine", r);
}

/* What libvirt 9.0 keeps of a domain with this XML besides its disks. */
static void read_kept(const struct rocks_vm *vm, const char *xml,
		      struct rocks_definition *row)
{
	static char nvram[512], tpm[512];
	const char *begin = strstr(xml, "<nvram>");

	if (begin && sscanf(begin, "<nvram>%511[^<]", nvram) == 1)
		row->nvram = nvram;
	else if (strstr(xml, "<os firmware="))
		row->nvram = nvram;
	if (row->nvram && !begin)
		snprintf(nvram, sizeof(nvram), "/var/lib/libvirt/qemu/nvram/%s_VARS.fd",
			 vm->name);
	if (!strstr(xml, "<tpm "))
		return;
	snprintf(tpm, sizeof(tpm), "/var/lib/libvirt/swtpm/%s/tpm2/tpm2-00.permall",
		 vm->uuid);
	row->tpm = tpm;
}

static int kept(const struct rocks_vm *vm, const char *xml,
		int (*each)(void *data, const struct rocks_definition *definition),
		void *data, struct rocks_failure *failure)
{
	struct rocks_definition row = { .size = sizeof(row), .xml = xml };

	(void)failure;
	read_kept(vm, xml, &row);
	return each(data, &row);
}

static int nvram_format(const struct rocks_vm *vm, const char *xml,
			int (*each)(void *data, const char *format), void *data,
			struct rocks_failure *failure)
{
	const char *format = getenv("HYPERVISOR_FORMAT");

	(void)vm;
	(void)xml;
	(void)failure;
	return format ? each(data, format) : 1;
}

static int definition(const struct rocks_vm *vm,
		      int (*each)(void *data, const struct rocks_definition *definition),
		      void *data, struct rocks_failure *failure)
{
	static char xml[65536], obstacle[512];
	struct rocks_definition row = { .size = sizeof(row),
					.persistent = 1,
					.xml = xml };
	char path[512];
	FILE *file;
	int r = enter(vm, "definition", failure);

	if (r < 0 || !is_there(vm, ".xml"))
		return r < 0 ? r : 1;
	path_of(path, vm->container, vm->uuid, ".xml");
	file = fopen(path, "r");
	if (file) {
		xml[fread(xml, 1, sizeof(xml) - 1, file)] = '\0';
		fclose(file);
	}
	row.state = is_there(vm, ".running") ? ROCKS_DOMAIN_ACTIVE : ROCKS_DOMAIN_SHUTOFF;
	row.autostart = is_there(vm, ".autostart");
	read_kept(vm, xml, &row);
	if (getenv("HYPERVISOR_NVRAM"))
		row.nvram = getenv("HYPERVISOR_NVRAM");
	if (getenv("HYPERVISOR_TPM"))
		row.tpm = getenv("HYPERVISOR_TPM");
	if (getenv("HYPERVISOR_OBSTACLE")) {
		snprintf(obstacle, sizeof(obstacle), "%s", getenv("HYPERVISOR_OBSTACLE"));
		row.obstacle = obstacle;
	}
	return each(data, &row);
}

static const struct rocks_hypervisor hypervisor = {
	.size = sizeof(hypervisor),
	.stop = stop,
	.start = start,
	.definition = definition,
	.define = define,
	.undefine = undefine,
	.kept = kept,
	.nvram_format = nvram_format,
};

ROCKS_PLUGIN(.name = "hypervisor-folder", .hypervisor = &hypervisor);
