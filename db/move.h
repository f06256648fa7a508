/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMs that move from one container to another: the step of each, and what it needs. */
#ifndef DB_MOVE_H
#define DB_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/hosts.h"
#include "db/model.h"
#include "lib/strbuf.h"

/* The steps, each recorded before it begins, in this order; an undo runs in reverse. */
enum move_step {
	MOVE_STOP,
	MOVE_UNDEFINE,
	MOVE_COPY,
	MOVE_COMPARE,
	MOVE_PLACE,
	MOVE_SWITCH, /* the inventory: container and cards, in one transaction */
	MOVE_DEFINE,
	MOVE_START,
	MOVE_FINISH,
};

struct move_file {
	char *path;    /* the same on both containers */
	int64_t bytes; /* to read in full */
	/*
	 * By the move. Else both have it: a file that they share, or a device with the
	 * same contents; or, where the path has no slash in front, a disk on a network
	 * that a copied image needs.
	 */
	bool copied;
};

struct move {
	int64_t vm, source_id, target_id;
	char *name, *source, *target;
	enum move_step step;
	bool back;     /* it is being undone */
	char *token;   /* unique letters and digits of this move */
	int64_t slice; /* of the VM on the source */
	bool shared;   /* it was begun with shared=yes */
	bool ran, autostart;
	char *action;	  /* how it is stopped: poweroff, shutdown */
	int64_t patience; /* seconds that a shutdown may take */
	char *xml;	  /* as defined on the source; NULL: it was not defined */
	char *began, *who;
	struct move_file *files;
	size_t file_count;
};

#define _cleanup_move_ _cleanup_(move_release)

void move_release(struct move *move);

/* The step's word: stop, undefine, … Static. */
const char *move_step_word(enum move_step step);

/* The move of a VM: 1 and the caller releases it, 0 if it does not move, -errno. */
int db_move_get(struct db *db, int64_t vm, struct move *ret_move);

/*
 * All moves, sorted by the VM's name. The row lives for the call of each(); a nonzero
 * result ends the walk.
 */
int db_move_each(struct db *db, int (*each)(void *data, const struct move *row),
		 void *data);

/*
 * 0, or -EBUSY with a sentence that says what to type: while the host moves, or a VM
 * moves from or to it; or while a moving VM holds the card.
 */
int db_move_check(struct db *db, int64_t host);
int db_move_check_card(struct db *db, int64_t card);

/*
 * Reserves a card of the target, of the same model, for each of the VM's cards, and
 * appends a line per card to news. -ENOENT if one has no free equivalent.
 */
int db_move_reserve(struct db *db, const struct models *models, int64_t vm,
		    const struct host_ref *target, struct strbuf *news);

/*
 * Gives the VM the cards reserved for it on the container, reserves those it had, and
 * moves it there, with this slice if it is free.
 */
int db_move_switch(struct db *db, int64_t vm, int64_t container, int64_t slice);

/* Records a move from wish, except its ids, name and token, with its files. */
int db_move_add(struct db *db, const struct host_ref *vm, const struct host_ref *target,
		const struct move *wish, const char *who);

/* Record the step that begins now, or the source's XML and autostart. 0 or -errno. */
int db_move_set_step(struct db *db, int64_t vm, enum move_step step, bool back);
int db_move_set_xml(struct db *db, int64_t vm, const char *xml, bool autostart);

/*
 * Ends the move: frees cards still reserved for the VM, and its claims on the other
 * container.
 */
int db_move_end(struct db *db, int64_t vm);

/*
 * Appends the facts that a plan depends on, to check that they hold when the move is
 * recorded.
 */
int db_move_facts(struct db *db, int64_t vm, struct strbuf *facts);

/*
 * db/busy.c: keeps other commands from starting or moving the VM while the file
 * descriptor is open; the caller closes it. -EBUSY while another command does. alone: to
 * move it, else to start it. *ret_fd is -1 if there can be no move: nobody has added a VM
 * to this file.
 */
int db_vm_lock(struct db *db, const struct host_ref *vm, bool alone, int *ret_fd);

/* Whether a command is moving it now: 1, 0, -errno. */
int db_vm_is_locked(struct db *db, int64_t vm);

#endif
