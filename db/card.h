/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of physical hosts, for use inside db/ only. All return 0 or -errno. */
#ifndef DB_CARD_H
#define DB_CARD_H

#include "db/gpu.h"

/* As db_gpu_add(), db_gpu_set() and db_gpu_remove(), for one physical host. */
int db_card_add(struct db *db, const struct host_ref *host, const char *name,
		const char *value, const struct gpu_facts *facts);
int db_card_set(struct db *db, const struct host_ref *host, const char *name,
		const char *value, const struct gpu_facts *facts);
int db_card_remove(struct db *db, const struct host_ref *host, const char *name);

/* db/batch.c: passes on the cards that a host got before it was known to be a VM. */
int db_cards_hand_over(struct db *db, const struct host_ref *host);

/* db/function.c: replaces a card's functions by those of the text; base is the card's slot. */
int db_functions_set(struct db *db, int64_t card, int64_t base, const char *text);
/* Removes the functions of a card, and adds one: the only places that write them. */
int db_functions_remove(struct db *db, int64_t card);
int db_function_add(struct db *db, int64_t card, const struct gpu_function *function);
/* Fails because a function's place belongs to the card with this name. */
int db_function_fail_taken(struct db *db, const char *other);
/* Sets the functions of a card of which only its own address is known. */
int db_functions_set_lone(struct db *db, int64_t card, int64_t address);

/* db/assignment.c */
int db_assignment_add(struct db *db, const struct host_ref *vm, int64_t container,
		      const char *name, const char *value, const char *asked);

/*
 * Sets *place, of gpupciN, to the next one after it that no card of the VM has. 0 or -errno.
 */
int db_assignment_next(struct db *db, int64_t vm, int64_t *place);
int db_assignment_set(struct db *db, const struct host_ref *vm, int64_t container,
		      const char *name, const char *value);
int db_assignment_remove(struct db *db, const struct host_ref *vm, const char *name);

#endif
