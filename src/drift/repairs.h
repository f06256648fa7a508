/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What drift may be put right without asking anybody. */
#ifndef SRC_DRIFT_REPAIRS_H
#define SRC_DRIFT_REPAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/drift/vms.h"

/*
 * What takes nothing from anybody: recording what a host was seen to have, and defining a
 * VM that is off as it is recorded. Not: whatever runs, is another domain's, or takes a
 * card from its host or gives it back; that somebody did on purpose, maybe.
 */
struct drift_repairs {
	bool *sync; /* for each host: its scan is to be recorded */
	struct drift_define {
		size_t host;
		int64_t vm_id;
		char *vm;
	} * defines;
	size_t count, room;
	/* Claims of VMs to what libvirt gives them, and those that it does not bear out. */
	struct drift_claim_repair {
		size_t host;
		int64_t vm_id, address;
		char *vm, *uuid;
		bool ends; /* it is removed, else written */
	} * claims;
	size_t claim_count;
};

#define _cleanup_drift_repairs_ _cleanup_(drift_repairs_release)

/* 0 or -ENOMEM. Names are copied; NULL repairs are passed over. */
int drift_repairs_open(struct drift_repairs *repairs, size_t hosts);
int drift_repairs_add(struct drift_repairs *repairs, size_t host,
		      const struct drift_vm *vm);
int drift_repairs_add_claim(struct drift_repairs *repairs,
			    const struct drift_claim_repair *claim);
void drift_repairs_release(struct drift_repairs *repairs);

#endif
