/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The repairs of drift that need nobody's consent. */
#ifndef SRC_DRIFT_REPAIRS_H
#define SRC_DRIFT_REPAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/drift/vms.h"
#include "src/vm/definition.h"

/*
 * Repairs that take nothing from anybody: recording what a host has, and defining a VM
 * that is off as recorded. Not: anything that runs, belongs to another domain, takes
 * something out of a definition, or takes a card from its host or returns it; somebody
 * may have done that on purpose.
 */
struct drift_repairs {
	bool *sync; /* for each host: record its scan */
	struct drift_define {
		size_t host;
		int64_t vm_id;
		char *vm;
		enum vm_defined defined; /* once it was tried */
		bool done;		 /* it is defined, or runs */
	} * defines;
	size_t count, room;
	/*
	 * Claims to add, for what libvirt gives VMs, and claims to remove, which it does
	 * not confirm.
	 */
	struct drift_claim_repair {
		size_t host;
		int64_t vm_id, address;
		char *vm, *uuid;
		bool ends; /* remove it, else write it */
	} * claims;
	size_t claim_count;
};

#define _cleanup_drift_repairs_ _cleanup_(drift_repairs_release)

/* 0 or -ENOMEM. Names are copied; the functions ignore NULL repairs. */
int drift_repairs_open(struct drift_repairs *repairs, size_t hosts);
int drift_repairs_add(struct drift_repairs *repairs, size_t host,
		      const struct drift_vm *vm);
int drift_repairs_add_claim(struct drift_repairs *repairs,
			    const struct drift_claim_repair *claim);

/* The result of defining a VM; VM_DEFINED if that was not tried. */
enum vm_defined drift_repairs_find(const struct drift_repairs *repairs, int64_t vm);

void drift_repairs_release(struct drift_repairs *repairs);

#endif
