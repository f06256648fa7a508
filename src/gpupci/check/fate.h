/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which driver gets a function at boot, by what is set on the host. */
#ifndef SRC_GPUPCI_CHECK_FATE_H
#define SRC_GPUPCI_CHECK_FATE_H

#include "lib/strbuf.h"
#include "src/gpupci/check/facts.h"
#include "src/gpupci/scan/scan.h"

enum fate_kind {
	FATE_HOST,	 /* nothing is set: any driver of the host may claim it */
	FATE_SURE,	 /* the driver that is set gets it before all others */
	FATE_RACE,	 /* it may come too late */
	FATE_LATE,	 /* it does come too late */
	FATE_NOT_LOADED, /* nothing loads it */
	FATE_NO_EFFECT,	 /* a parameter in modprobe.d(5) of what is built in */
};

struct fate {
	enum fate_kind kind;
	const struct pci_function *function;
	char driver[32];      /* that is set: "vfio-pci", "pci-stub"; "" with FATE_HOST */
	struct strbuf set;    /* where: "ids= in /etc/modprobe.d/vfio.conf" */
	struct strbuf how;    /* what loads it, a few words; "" if nothing does */
	struct strbuf claims; /* modules of the host that want it, without the driver */
	struct strbuf builtin; /* of these, built in */
};

#define FATE_EMPTY                                                                \
	{                                                                         \
		.set = STRBUF_EMPTY, .how = STRBUF_EMPTY, .claims = STRBUF_EMPTY, \
		.builtin = STRBUF_EMPTY                                           \
	}

/*
 * Finds out what is set for the function, whose details have been read. Returns 0,
 * -ENOENT if the kernel's lists of modules or the function's modalias cannot be read, or
 * -ENOMEM. Release with fate_release().
 */
int fate_read(struct fate *fate, const struct boot_facts *facts, struct root *root,
	      const struct pci_function *function);

/* Returns the "ids" for the function in these settings, of either driver; NULL for none. */
const struct setting *fate_ids(const struct settings *settings,
			       const struct pci_function *function);

void fate_release(struct fate *fate);

#endif
