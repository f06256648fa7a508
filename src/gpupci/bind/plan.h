/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan: the driver each function of a card had and will have, and the steps between. */
#ifndef SRC_GPUPCI_BIND_PLAN_H
#define SRC_GPUPCI_BIND_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/driver-name.h"
#include "lib/pci-address.h"
#include "lib/strbuf.h"
#include "src/gpupci/bind/kernel.h"

#define PLAN_NAME_SIZE 64 /* of a card */
#define PLAN_BOOT_SIZE 40 /* of /proc/sys/kernel/random/boot_id */

/* Stands for whichever driver the kernel finds for the device. */
#define DRIVER_ANY "*"

enum plan_verb {
	PLAN_DETACH,
	PLAN_ATTACH,
};

enum plan_side {
	PLAN_BEFORE,
	PLAN_AFTER,
};

/* How a function is bound, or will be. */
struct binding {
	char driver[DRIVER_SIZE];   /* "" for none, or DRIVER_ANY */
	char override[DRIVER_SIZE]; /* the final driver_override, "" for unset */
};

struct plan_function {
	struct pci_address address;
	uint16_t vendor, device;
	char module[DRIVER_SIZE]; /* of the host's driver, "" if unknown */
	struct binding sides[2];  /* by enum plan_side */
};

struct plan {
	enum plan_verb verb;
	char card[PLAN_NAME_SIZE];
	char boot[PLAN_BOOT_SIZE]; /* the boot it was made in */
	bool runtime;		   /* for this boot only */
	int64_t left;		   /* the process that hangs in the kernel, or 0 */
	uint64_t left_since;	   /* see process_started() */
	struct plan_function *functions;
	size_t count;
};

enum step_kind {
	STEP_LOAD,  /* modprobe of a module */
	STEP_WRITE, /* a text to a file */
};

/* One step; path and text exactly as the kernel gets them. */
struct step {
	enum step_kind kind;
	size_t function; /* index in the plan */
	char path[160];	 /* below the root; "" for STEP_LOAD */
	char text[DRIVER_SIZE + 64];
};

struct steps {
	struct step *steps;
	size_t count;
};

#define STEPS_EMPTY     \
	{               \
		NULL, 0 \
	}

/* Appends a copy of the function. Returns 0 or -ENOMEM. */
int plan_add(struct plan *plan, const struct plan_function *function);
/* Makes a deep copy. Returns 0 or -ENOMEM; release with plan_release(). */
int plan_copy(struct plan *copy, const struct plan *plan);
void plan_release(struct plan *plan);

/* Returns the side on which the host has the card, which is always safe to return to. */
enum plan_side plan_host_side(const struct plan *plan);

/* Returns "detach" or "attach"; static. */
const char *plan_verb_name(enum plan_verb verb);

/*
 * Lists the steps to one side of the plan from the bindings in now[], one per function:
 * first load modules, then set driver_override of all functions, then unbind, then bind,
 * then set the final driver_override, so that a function that fails leaves the others
 * bound. No steps if nothing is left to do. aliases[] holds the modalias of each
 * function, for DRIVER_ANY; entries may be NULL. Returns 0 or -ENOMEM; release with
 * steps_release().
 */
int plan_steps(struct steps *steps, const struct plan *plan, enum plan_side side,
	       const struct binding now[], const char *const aliases[],
	       const struct kernel *kernel);
void steps_release(struct steps *steps);

/* Prints the steps as equivalent shell commands. */
void steps_print(FILE *file, const struct steps *steps);

/* Whether a function bound like this needs no step to be as wanted. */
bool binding_is_there(const struct binding *now, const struct binding *wanted);

#define _cleanup_plan_ __attribute__((cleanup(plan_release)))
#define _cleanup_steps_ __attribute__((cleanup(steps_release)))

#endif
