/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of a move share: the move as it is written down, and whom it asks. */
#ifndef SRC_MOVE_MOVER_H
#define SRC_MOVE_MOVER_H

#include "db/move.h"
#include "lib/strbuf.h"
#include "src/vm/hypervisor.h"

struct mover {
	const struct context *context;
	struct plugins *plugins;
	const struct rocks_hypervisor *hypervisor;
	struct host_ref *host;	   /* the VM's */
	const struct rocks_vm *vm; /* its facts: name, UUID, attributes */
	struct move move;
	int lock;   /* -1 for none */
	bool ended; /* the move is no longer written down */
};

#define _cleanup_mover_ _cleanup_(mover_close)

/* Loads the plugins and, if it is to, keeps others from moving and starting the VM. */
int mover_open(struct mover *mover, const struct context *context, struct host_ref *host,
	       bool alone);
void mover_close(struct mover *mover);

/* The move as it is written down; a word when there is none. */
int mover_load(struct mover *mover);

/* One transaction: the step that is begun now. */
int mover_note(struct mover *mover, enum move_step step, bool back);

/* Goes on from the step that is written down, to the end; says where it stands if not. */
int mover_go(struct mover *mover);

/* What a person is told when a move did not come to its end. ROCKS_FAILED. */
int mover_stands(const struct mover *mover);

/* src/move/plan.c: ROCKS_DONE when the move is written down. */
int mover_plan(struct mover *mover, const struct host_ref *target, bool dryrun);

/*
 * src/move/paths.c: whether the VM's disks, and the file that the source calls its
 * firmware's variables, or NULL, may be copied. ROCKS_DONE, or after printing an error.
 */
int mover_check_paths(const struct mover *mover, const char *nvram);

/* The same for what is written down: older versions took any path. */
int mover_check_record(const struct mover *mover);

/* Whether it is one of the VM's disks: a copied file that is not is the variables. */
bool mover_is_disk(const struct mover *mover, const char *path);

/*
 * src/move/look.c: the files of the move, found on both containers; what forbids it.
 */
int mover_look(struct mover *mover, const struct host_ref *target, const char *nvram,
	       struct strbuf *plan);

/* src/move/files.c: what is done with them there. */
int mover_try_copy(const struct mover *mover);
int mover_copy(const struct mover *mover);
/* ROCKS_DONE; *ret_different: a file that is not the same on both, NULL when all are. */
int mover_compare(const struct mover *mover, const char **ret_different);
int mover_place(const struct mover *mover);
/* The target's own names for what was copied, and with back the files themselves. */
int mover_tidy(const struct mover *mover, bool back);

/*
 * src/move/devices.c: a device of the container moves with no VM. ROCKS_DONE when
 * attributes of the VM, whose facts are those of the target, say which PCI device each has
 * there.
 */
struct vm_devices;
int mover_check_devices(const struct mover *mover, const struct rocks_vm *vm);
/* As vm_devices_find(), on the target. */
int mover_find_devices(const struct mover *mover, const struct rocks_vm *vm,
		       const char *xml, struct vm_devices *ret_devices);
/* The VM claims those that its XML passes on the target, as vm_claim(). */
int mover_claim(const struct mover *mover, const struct rocks_vm *vm, const char *xml);
/* In the transaction of the reservation: those on the target, and what the source has. */
int mover_claim_both(struct mover *mover, const struct vm_devices *devices);

/* src/move/remote.c: a script of POSIX sh, run on hosts by that shell. */
struct answers;
struct mover_script {
	const char *hosts[2]; /* or NULL */
	const char *text;
	const char *what; /* "copying the disks": what failed */
	int64_t seconds;  /* it may take */
	/* A line when it comes, or NULL. */
	void (*line)(void *data, const char *line);
	void *data;
};
/*
 * ROCKS_DONE and an answer a host when all did it, else after a word about the first that
 * did not.
 */
int mover_run(const struct mover *mover, const struct mover_script *script,
	      struct answers *ret_answers);

/* A domain as a container has it now. */
struct mover_domain {
	bool defined; /* all else is known only then */
	uint32_t state;
	bool autostart;
	char *nvram, *obstacle; /* or NULL */
	char *xml;
};

#define _cleanup_mover_domain_ _cleanup_(mover_domain_release)

/* src/move/domain.c: asking the hypervisors; a word is said when they fail. */
int mover_domain(const struct mover *mover, const char *container,
		 struct mover_domain *ret_domain);
void mover_domain_release(struct mover_domain *domain);
bool mover_domain_is_off(const struct mover_domain *domain);
int mover_stop(const struct mover *mover, const char *container);
/*
 * Undefines it, also on the container's disk: libvirt removes a file and does not wait until
 * that would outlive a loss of power.
 */
int mover_forget(const struct mover *mover, const char *container);
int mover_define(const struct mover *mover, const char *container, const char *xml,
		 int32_t autostart);
int mover_start(const struct mover *mover, const char *container, const char *xml);

#endif
