/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan: which driver each function of a card had and is to have, and the way there. */
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

/* As a driver: whichever the kernel finds for the device. */
#define DRIVER_ANY "*"

enum plan_verb {
	PLAN_DETACH,
	PLAN_ATTACH,
};

enum plan_side {
	PLAN_BEFORE,
	PLAN_AFTER,
};

/* How a function is bound, or is to be. */
struct binding {
	char driver[DRIVER_SIZE]; /* "" for none, or DRIVER_ANY */
	char override
		[DRIVER_SIZE]; /* what driver_override is left with, "" for nothing */
};

struct plan_function {
	struct pci_address address;
	uint16_t vendor, device;
	char module[DRIVER_SIZE]; /* of the host's driver, "" when not known */
	struct binding sides[2];  /* by enum plan_side */
};

struct plan {
	enum plan_verb verb;
	char card[PLAN_NAME_SIZE];
	char boot[PLAN_BOOT_SIZE]; /* the boot it was made in */
	bool runtime;		   /* for this boot only */
	int64_t left;		   /* the process that hangs in the kernel for it, or 0 */
	uint64_t left_since;	   /* see process_started() */
	struct plan_function *functions;
	size_t count;
};

enum step_kind {
	STEP_LOAD,  /* modprobe of a module */
	STEP_WRITE, /* a text to a file */
};

/* What to do next; path and text as the kernel gets them. */
struct step {
	enum step_kind kind;
	size_t function; /* whose it is, an index in the plan */
	char path[160];	 /* below the root; of a module "" */
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

/* Adds a function. 0 or -ENOMEM. */
int plan_add(struct plan *plan, const struct plan_function *function);
/* Makes an independent copy of it. 0 or -ENOMEM. */
int plan_copy(struct plan *copy, const struct plan *plan);
void plan_release(struct plan *plan);

/* On which side the host has the card: it is never wrong to go there. */
enum plan_side plan_host_side(const struct plan *plan);

/* "detach", "attach". */
const char *plan_verb_name(enum plan_verb verb);

/*
 * The way to one side of the plan from where the functions are now, which now[] says (one
 * for each function): first what is to be loaded, then driver_override of all functions,
 * then unbind, then bind, then what driver_override is left with, so that a function that
 * does not go leaves the others bound. No steps when all is there already. aliases[] has
 * each function's modalias, for DRIVER_ANY; it may have NULLs. 0 or -ENOMEM; released with
 * steps_release().
 */
int plan_steps(struct steps *steps, const struct plan *plan, enum plan_side side,
	       const struct binding now[], const char *const aliases[],
	       const struct kernel *kernel);
void steps_release(struct steps *steps);

/* The steps as the lines of a shell that do the same. */
void steps_print(FILE *file, const struct steps *steps);

/* Whether a function that is bound so needs nothing to be on the side. */
bool binding_is_there(const struct binding *now, const struct binding *wanted);

#define _cleanup_plan_ __attribute__((cleanup(plan_release)))
#define _cleanup_steps_ __attribute__((cleanup(steps_release)))

#endif
