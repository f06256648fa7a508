/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of a move share: the recorded move, and the hypervisor. */
#ifndef SRC_MOVE_MOVER_H
#define SRC_MOVE_MOVER_H

#include "db/model.h"
#include "db/move.h"
#include "lib/strbuf.h"
#include "src/vm/files.h"
#include "src/vm/hypervisor.h"

/* What a VM keeps in files besides its disks: their paths, or NULL. */
struct mover_kept {
	char *nvram; /* the variables of its firmware */
	char *tpm;   /* the state of its emulated TPM */
};

struct mover {
	const struct context *context;
	struct plugins *plugins;
	const struct rocks_hypervisor *hypervisor;
	struct host_ref *host;	   /* the VM's */
	const struct rocks_vm *vm; /* its facts: name, UUID, attributes */
	struct move move;
	struct mover_kept kept; /* as its definition on the target has it */
	struct vm_files files;	/* the same */
	char *next;		/* its XML there; NULL before mover_read_files() */
	bool has_files;		/* both were read */
	int lock;		/* -1 if not locked */
	bool ended;		/* the move is no longer recorded */
	struct models models;	/* of cards, while a move is planned */
};

#define _cleanup_mover_ _cleanup_(mover_close)

/*
 * Loads the plugins and, with alone, keeps others from moving and starting the VM until
 * mover_close(). ROCKS_DONE, or an exit status after printing an error; the functions below
 * return the same unless they say more.
 */
int mover_open(struct mover *mover, const struct context *context, struct host_ref *host,
	       bool alone);
void mover_close(struct mover *mover);

/* Reads the recorded move; prints an error if there is none. */
int mover_load(struct mover *mover);

/* Records, in one transaction, the step that begins now; back: on the way back. */
int mover_note(struct mover *mover, enum move_step step, bool back);

/*
 * Continues from the recorded step to the end; if that fails, prints how far the move is.
 */
int mover_go(struct mover *mover);

/* Prints how far an unfinished move is, and what to do. ROCKS_FAILED. */
int mover_stands(const struct mover *mover);

/* src/move/plan.c: checks and records a new move; ROCKS_DONE if it is recorded. */
int mover_plan(struct mover *mover, const struct host_ref *target, bool dryrun);

/*
 * Reads mover->kept and files of a recorded move that is not at MOVE_SWITCH yet. The facts
 * are the VM's on the target, in a transaction that is rolled back.
 */
int mover_read_target(struct mover *mover);

/*
 * src/move/kept.c: reads mover->kept and files by the XML that the VM, with its facts on
 * the target, is defined with there, and refuses what no move can take along.
 */
int mover_read_files(struct mover *mover, const struct rocks_vm *vm, const char *xml);

/* Whether the path is that of the state of the VM's TPM. */
bool mover_is_tpm(const struct mover *mover, const char *path);

/*
 * Refuses firmware variables that the target would take for another format than they have;
 * head is the beginning of the source's file, in hexadecimal digits.
 */
int mover_check_variables(const struct mover *mover, const char *head);

/* Refuses a TPM on the source that has more state than the file that is copied. */
int mover_check_tpm(const struct mover *mover);

/*
 * src/move/paths.c: checks that the paths of the VM's files may be copied, and that what
 * the source keeps of it is where its definition on the target looks.
 */
struct mover_domain;
int mover_check_paths(const struct mover *mover, const struct mover_domain *source);

/* The same for a recorded move: older versions took any path. */
int mover_check_record(const struct mover *mover);

/*
 * Whether it is one of the VM's disks, of the inventory or of its XML; another copied file
 * is what it keeps.
 */
bool mover_is_disk(const struct mover *mover, const char *path);

/*
 * src/move/look.c: finds the move's files on both containers, appends a line for each to
 * plan, and refuses what cannot move.
 */
int mover_look(struct mover *mover, const struct host_ref *target,
	       const struct mover_domain *source, struct strbuf *plan);

/* src/move/files.c: works on the files there. */
int mover_try_copy(const struct mover *mover);
int mover_copy(const struct mover *mover);
/* *ret_different is a file that is not the same on both, owned by the move, or NULL. */
int mover_compare(const struct mover *mover, const char **ret_different);
int mover_place(const struct mover *mover);
/* Removes the move's own names of the copies on the target and, with back, the copies. */
int mover_tidy(const struct mover *mover, bool back);

/* A script's words: f= the file's place, t= the move's own name for it, o= that's folder. */
int mover_add_names(const struct mover *mover, struct strbuf *script, const char *path);

/*
 * src/move/images.c: reads the images that were copied, on the target, and refuses one
 * that needs a file which was not recorded with the move. ROCKS_DONE, or an exit status
 * after printing an error.
 */
int mover_check_images(struct mover *mover);

/*
 * src/move/devices.c: a container's device does not move with a VM. ROCKS_DONE if
 * attributes of the VM say which PCI device of the target replaces each; vm has the VM's
 * facts there.
 */
struct vm_devices;
int mover_check_devices(const struct mover *mover, const struct rocks_vm *vm);
/* As vm_devices_find(), on the target. */
int mover_find_devices(const struct mover *mover, const struct rocks_vm *vm,
		       const char *xml, struct vm_devices *ret_devices);
/* As vm_claim(), for the devices that its XML passes on the target. */
int mover_claim(const struct mover *mover, const struct rocks_vm *vm, const char *xml);
/* In the transaction of the reservation: claims those on the target, and the source's. */
int mover_claim_both(struct mover *mover, const struct vm_devices *devices);

/* src/move/remote.c: a POSIX sh script to run on hosts. */
struct answers;
struct mover_script {
	const char *hosts[2]; /* or NULL */
	const char *text;
	const char *what; /* "copying the disks", for messages */
	int64_t seconds;  /* deadline */
	/* Called with each line as it arrives; or NULL. */
	void (*line)(void *data, const char *line);
	void *data;
};
/*
 * ROCKS_DONE and one answer per host if all succeeded, else an exit status after printing
 * an error about the first that did not. The caller releases the answers.
 */
int mover_run(const struct mover *mover, const struct mover_script *script,
	      struct answers *ret_answers);

/* The current state of a domain on a container. */
struct mover_domain {
	bool defined; /* the other members are set only then */
	uint32_t state;
	bool autostart;
	struct mover_kept kept;
	char *obstacle; /* or NULL */
	char *xml;
};

#define _cleanup_mover_domain_ _cleanup_(mover_domain_release)

/* src/move/domain.c: calls the hypervisors, and prints an error if they fail. */
int mover_domain(const struct mover *mover, const char *container,
		 struct mover_domain *ret_domain);
void mover_domain_release(struct mover_domain *domain);
bool mover_domain_is_off(const struct mover_domain *domain);
/*
 * The format that the target would take the variables of a VM with mover->next for; NULL
 * if its hypervisor does not say. The caller frees it.
 */
int mover_variables_format(const struct mover *mover, char **ret_format);
int mover_stop(const struct mover *mover, const char *container);
/*
 * Undefines the domain and syncs the container's disk: libvirt does not make sure that
 * the removal of its file survives a power failure.
 */
int mover_forget(const struct mover *mover, const char *container);
int mover_define(const struct mover *mover, const char *container, const char *xml,
		 int32_t autostart);
int mover_start(const struct mover *mover, const char *container, const char *xml);

#endif
