/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host arguments: names, patterns, groups, addresses and selects become a set of hosts. */
#ifndef DB_HOSTS_H
#define DB_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/store/db.h"
#include "lib/strbuf.h"

struct host_ref {
	int64_t id;
	int64_t rack, rank;
	char *name;
};

/* Without duplicates, by rack, rank, then name with numbers compared as numbers. */
struct host_set {
	struct host_ref *hosts;
	size_t count;
};

#define _cleanup_host_set_ _cleanup_(host_set_release)

void host_set_release(struct host_set *set);

/* Adds a host behind the others, its name copied; 0 or -ENOMEM. */
int host_set_add(struct host_set *set, const struct host_ref *host);

/*
 * The ids of hosts as a text: what is read of several hosts at once takes them so. Appended to
 * ret_list; 0 or -ENOMEM.
 */
int db_host_list(const struct host_ref *hosts, size_t count, struct strbuf *ret_list);

/* 1 when the host is a VM, 0 when not, -errno. */
int db_vm_exists(struct db *db, int64_t host);

/* All hosts. */
int db_hosts_all(struct db *db, struct host_set *ret_set);

/*
 * The hosts that the words name. Patterns, groups and selects may name none; a word that
 * is none of these and no host is -ENOENT. The set is released by the caller.
 */
int db_hosts_resolve(struct db *db, char *const *words, size_t count,
		     struct host_set *ret_set);

/* Whether a word, a pattern or a select, names hosts that nobody may have meant. */
bool db_names_by_chance(const char *word);

/* The same, but for hosts that are no VMs and that only such a word names. */
int db_hosts_resolve_vms(struct db *db, char *const *words, size_t count,
			 struct host_set *ret_set);

/* The one host that a word names; -EINVAL when it names several or none. */
int db_hosts_resolve_one(struct db *db, const char *word, struct host_set *ret_set);

#endif
