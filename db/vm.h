/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMs: hosts that another host, their container, houses; and their disks. */
#ifndef DB_VM_H
#define DB_VM_H

#include <stdint.h>

#include "db/hosts.h"
#include "lib/strbuf.h"

struct vm {
	int64_t id; /* the host's */
	int64_t container_id;
	const char *name, *container, *uuid;
	const char *domain; /* what libvirt calls it, usually its name */
	int64_t mem;	    /* MiB */
	int64_t cpus, slice;
	const char *virt_type;
	const char *cdrom;	     /* or NULL */
	const char *definition;	     /* libvirt: its own; rocks: made by it */
	const char *owner, *project; /* or NULL */
};

struct disk {
	const char *type, *path, *device, *bus;
	const int64_t *size; /* GB, decimal; NULL when unknown */
	int64_t vm;
};

/* Properties of a new VM; NULL for the default. */
struct vm_wish {
	const char *membership; /* or the appliance's name */
	const char *name, *mac, *ip, *network, *disks, *disk_sizes;
	const char *virt_type;	     /* hvm or para */
	const char *vlans;	     /* of its interfaces, with commas: 3,none */
	const char *uuid;	     /* made by default */
	const char *definition;	     /* rocks by default */
	const char *domain;	     /* libvirt's name of it; its own by default */
	const char *owner, *project; /* none by default */
	bool is_disk_a_size;	     /* without disks: one for each of disk_sizes */
	const int64_t *mem, *cpus, *slice, *interfaces;
};

/* What to set in a VM record; NULL leaves a value unchanged. */
struct vm_change {
	const int64_t *container;
	const int64_t *mem, *slice;
	const char *virt_type, *disks, *disk_sizes, *uuid, *definition, *domain;
	const char *owner, *project; /* none: no longer one */
};

/* The container of a VM: 1, 0 if the host is not a VM, -errno. */
int db_vm_container(struct db *db, int64_t host, int64_t *ret_container);

/*
 * Calls each() for the hosts of a set that are VMs, and for the VMs of those that are
 * containers, in the set's order. Strings live for the call; a nonzero result ends the
 * walk and is returned.
 */
int db_vm_each(struct db *db, const struct host_set *hosts,
	       int (*each)(void *data, const struct vm *row), void *data);

/* The same for the VMs of a list (db_host_list()), sorted by id; skips other hosts. */
int db_vm_each_of(struct db *db, const char *vms,
		  int (*each)(void *data, const struct vm *row), void *data);

/* The disks of a VM. Strings live for the call; a nonzero result ends the walk and is returned. */
int db_disk_each(struct db *db, int64_t vm,
		 int (*each)(void *data, const struct disk *row), void *data);

/* The disks of the VMs of a list, VM by VM, sorted by id. */
int db_disk_each_of(struct db *db, const char *vms,
		    int (*each)(void *data, const struct disk *row), void *data);

/* Adds a host and its VM record on a container; the caller frees the name. */
int db_vm_add(struct db *db, const struct host_ref *container, const struct vm_wish *wish,
	      char **ret_name);

/* Changes the VM record, or makes one for a host that has none. */
int db_vm_set(struct db *db, const struct host_ref *host, const struct vm_change *change);

/*
 * path is an image or device on the container, NULL for none. -ENOENT if the host is not
 * a VM.
 */
int db_vm_set_cdrom(struct db *db, const struct host_ref *host, const char *path);

/*
 * Drops the VM record and returns its cards, with a sentence for each to news: 1, 0 if
 * there is no record, -errno.
 */
int db_vm_remove(struct db *db, const struct host_ref *host, struct strbuf *news);

/*
 * db/disk.c: adds the disks of a JSON list of objects with type, path, device and bus to a
 * VM that has none; skips one whose device another one has.
 */
int db_disks_add(struct db *db, int64_t vm, const char *disks);

/* db/disk.c: replaces a VM's disks by disks, TYPE:PATH,DEVICE,BUS separated by blanks. */
int db_disks_set(struct db *db, int64_t vm, const char *disks, const char *sizes);

#endif
