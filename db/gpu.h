/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of physical hosts and cards of VMs, under one set of verbs. */
#ifndef DB_GPU_H
#define DB_GPU_H

#include <stdbool.h>
#include <stdint.h>

#include "db/hosts.h"
#include "lib/strbuf.h"

/* A card of a physical host, or a card that a VM has. */
struct gpu {
	int64_t card;	       /* the card's row */
	const char *name;      /* gpupci1 on its host; gpupci on a VM */
	const char *card_name; /* gpupci1 */
	const char *host;      /* the physical host */
	const char *kind, *uuid;
	const char *parent;	/* the card that it is a part of, or NULL */
	const int64_t *address; /* packed; NULL while missing */
	const int64_t *last_address;
	const char *state;		 /* present, missing, swapped, quarantined */
	const char *ids, *serial, *path; /* or NULL */
	const int64_t *numa, *group;	 /* or NULL; the IOMMU group when last seen */
	const char *same_as;		 /* UUID of the card that it may be, or NULL */
	bool is_unconfirmed;		 /* and that one is missing, so no VM gets this */
	const char *last_seen;		 /* by a scan, 2026-11-20T12:00:00Z, or NULL */
	/* "ready", "none" or NULL; as struct scan_card in db/scan.h */
	const char *vgpu;
	bool is_divided;   /* virtual functions of it are there: they are given, not it */
	const char *vm;	   /* who has it; NULL on a physical host's card that no VM has */
	int64_t owner;	   /* the row's owner: the host, or the VM that has it */
	const char *asked; /* of a VM's card: the model that it was picked for, or NULL */
};

/* Facts of a card besides its name and address; NULL: not given. */
struct gpu_facts {
	const char *functions; /* N[@ADDRESS][/CLASS[/VENDOR:DEVICE[/BARBYTES]]],… */
	const char *serial, *path;
	const char *ids;    /* vendor:device or vendor:device:subvendor:subdevice */
	const char *state;  /* present, missing, quarantined */
	const char *kind;   /* pci, vf, mdev, fabric */
	const char *parent; /* name of the card it is a part of */
	const char *uuid, *last_seen;
	const char *vgpu;    /* ready, none; "" for neither */
	const char *same_as; /* UUID of the card that it may be; none: of no other */
	const int64_t *numa, *group;
	const char *asked; /* of a VM's card: the model that it was picked for */
};

struct gpu_function {
	int64_t number;
	int64_t address;      /* packed */
	const int64_t *class; /* 24 bits, or NULL */
	const char *ids;      /* vendor:device, or NULL */
	/* Sum of its 64-bit prefetchable memory windows; NULL if unknown. */
	const int64_t *bar_bytes;
	/* Ignored when a function is added; vm is 0 when a card's functions are read. */
	int64_t card, vm;
};

/*
 * The cards of a host or VM, sorted by name. Strings live for the call of each(); a
 * nonzero result ends the walk and is returned.
 */
int db_gpu_each(struct db *db, int64_t host,
		int (*each)(void *data, const struct gpu *row), void *data);

/* The cards of the VMs of a list (db_host_list()), VM by VM, sorted by id. */
int db_gpu_each_of(struct db *db, const char *vms,
		   int (*each)(void *data, const struct gpu *row), void *data);

/*
 * The same for listings: only names and addresses (NULL while missing); doubted is NULL, or
 * the card's row if db_elsewhere_doubt() may say something of it.
 */
int db_gpu_place_each(struct db *db, int64_t host,
		      int (*each)(void *data, const char *name, const int64_t *address,
				  const int64_t *doubted),
		      void *data);

/*
 * The name of the host's card in the slot of a packed address, unless it is missing: 1
 * and the caller frees it, 0, -errno.
 */
int db_gpu_at(struct db *db, int64_t host, int64_t address, char **ret_name);

/* The functions of a card, sorted by number. */
int db_gpu_function_each(struct db *db, int64_t card,
			 int (*each)(void *data, const struct gpu_function *row),
			 void *data);

/* The same for all cards of the VMs of a list, VM by VM, sorted by id. */
int db_gpu_function_each_of(struct db *db, const char *vms,
			    int (*each)(void *data, const struct gpu_function *row),
			    void *data);

/*
 * On a physical host: records a card at an address. On a VM: gives it a card of its
 * container, by address or by the card's name there.
 */
int db_gpu_add(struct db *db, const struct host_ref *host, const char *name,
	       const char *value, const struct gpu_facts *facts);

/* Changes what is given; with a value, adds a card that is not there. value may be NULL. */
int db_gpu_set(struct db *db, const struct host_ref *host, const char *name,
	       const char *value, const struct gpu_facts *facts);

/*
 * Removes the card with this name from each host (-EBUSY while a VM has it), and takes it
 * from each VM. -ENOENT if one of them has none.
 */
int db_gpu_remove(struct db *db, const struct host_set *hosts, const char *name);

/*
 * Cards whose host was removed: their facts wait for a scan that finds their serial
 * number. Sorted by serial number; host and vm are NULL. Add needs a state other than
 * present; remove takes a serial number or UUID: -ENOENT, or -EINVAL if two cards have
 * it.
 */
int db_retired_each(struct db *db, int (*each)(void *data, const struct gpu *row),
		    void *data);
int db_retired_add(struct db *db, const char *name, const char *value,
		   const struct gpu_facts *facts);
int db_retired_remove(struct db *db, const char *word);

/*
 * Whether a VM's card cannot be kept apart from a card of another VM: one IOMMU group, or
 * a card and its virtual function. 1 and the other VM's name, which the caller frees; 0;
 * -errno.
 */
int db_gpu_conflict(struct db *db, int64_t card, char **ret_vm);

/* Calls each() for the cards of the VMs of a list that have such a conflict. */
int db_gpu_conflict_each_of(struct db *db, const char *vms,
			    int (*each)(void *data, int64_t card, const char *vm),
			    void *data);

/*
 * As db_gpu_conflict(), for the card with this name of a physical host; 0 if there is
 * none.
 */
int db_gpu_conflict_named(struct db *db, int64_t host, const char *name, char **ret_vm);

/* Takes all cards from a VM and appends a sentence for each to news. 0 or -errno. */
int db_gpu_release(struct db *db, const struct host_ref *vm, struct strbuf *news);

/* Appends the functions as functions= takes them; nothing if only function 0 is known. */
int db_gpu_functions_text(struct db *db, int64_t card, struct strbuf *text);

#endif
