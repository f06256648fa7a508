/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMs on their way from one container to another: how far each is, and what it needs. */
#ifndef DB_MOVE_H
#define DB_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/hosts.h"
#include "lib/strbuf.h"

/*
 * What is written down before it is done, in this order; going back the other way round.
 */
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
	char *path; /* the same on both containers */
	int64_t bytes;
	bool copied; /* by the move; else it is there, and is to be the same */
};

struct move {
	int64_t vm, source_id, target_id;
	char *name, *source, *target;
	enum move_step step;
	bool back;     /* it is being undone */
	char *token;   /* letters and digits of this move alone */
	int64_t slice; /* of the VM on the source */
	bool shared;   /* files are on storage that both have */
	bool ran, autostart;
	char *action;	  /* how it is stopped: poweroff, shutdown */
	int64_t patience; /* seconds that a shutdown may take */
	char *xml;	  /* as the source had it defined; NULL: it was not */
	char *began, *who;
	struct move_file *files;
	size_t file_count;
};

#define _cleanup_move_ _cleanup_(move_release)

void move_release(struct move *move);

/* stop, undefine, … */
const char *move_step_word(enum move_step step);

/*
 * The move that a VM is on: 1 and released by the caller, 0 when it is on none, -errno.
 */
int db_move_get(struct db *db, int64_t vm, struct move *ret_move);

/* All of them by the VM's name. The row lasts for the call of each(). */
int db_move_each(struct db *db, int (*each)(void *data, const struct move *row),
		 void *data);

/*
 * -EBUSY with a sentence that says what to type while the host moves, or a VM moves from
 * or to it; or while the card is held by a VM that moves.
 */
int db_move_check(struct db *db, int64_t host);
int db_move_check_card(struct db *db, int64_t card);

/*
 * Reserves a card of the target for each that the VM has, the same model each: a line a
 * card to told. -ENOENT when one has no equivalent that is free.
 */
int db_move_reserve(struct db *db, int64_t vm, const struct host_ref *target,
		    struct strbuf *told);

/*
 * Gives the VM the cards that are reserved for it on that container, reserves those it
 * had, and puts it there, with that slice if it is free.
 */
int db_move_switch(struct db *db, int64_t vm, int64_t container, int64_t slice);

/* Writes a move down, its ids, name and token apart, with its files. */
int db_move_add(struct db *db, const struct host_ref *vm, const struct host_ref *target,
		const struct move *wish, const char *who);

int db_move_set_step(struct db *db, int64_t vm, enum move_step step, bool back);
int db_move_set_xml(struct db *db, int64_t vm, const char *xml, bool autostart);

/* Ends it: what is still reserved for the VM, or claimed where it is not, is free again. */
int db_move_end(struct db *db, int64_t vm);

/* What a plan was made of, as text: that it is still so when the move is written down. */
int db_move_facts(struct db *db, int64_t vm, struct strbuf *facts);

/*
 * db/busy.c: keeps other commands from starting or moving the VM while the file
 * descriptor is open: that is the caller's to close. -EBUSY while one does; alone:
 * whoever moves it, else who starts it. A -1 where there can be no move: nobody has
 * added a VM to this file.
 */
int db_vm_lock(struct db *db, const struct host_ref *vm, bool alone, int *ret_fd);

/* Whether somebody moves it just now: 1, 0, -errno. */
int db_vm_is_locked(struct db *db, int64_t vm);

#endif
