/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host arguments: resolves names, patterns, groups, addresses and selects to a set of hosts. */
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
	char *name; /* belongs to the set */
};

/*
 * As db_hosts_*() return it: without duplicates; sorted by rack, rank, then name with
 * numbers compared as numbers.
 */
struct host_set {
	struct host_ref *hosts;
	size_t count;
};

#define _cleanup_host_set_ _cleanup_(host_set_release)

void host_set_release(struct host_set *set);

/* Appends a host with a copy of its name; neither sorts nor drops duplicates. 0 or -ENOMEM. */
int host_set_add(struct host_set *set, const struct host_ref *host);

/*
 * Appends the ids of hosts as a JSON list, [3,7], which functions for several hosts take.
 * 0 or -ENOMEM.
 */
int db_host_list(const struct host_ref *hosts, size_t count, struct strbuf *ret_list);

/* 1 if the host of that id is a VM, 0 if not, -errno. */
int db_vm_exists(struct db *db, int64_t host);

/* All hosts. 0 or -errno; the caller releases the set. */
int db_hosts_all(struct db *db, struct host_set *ret_set);

/*
 * The hosts that the words name; none without words. Patterns, groups and selects may
 * match nothing; any other word that is not a host is -ENOENT. 0 or -errno; the caller
 * releases the set.
 */
int db_hosts_resolve(struct db *db, char *const *words, size_t count,
		     struct host_set *ret_set);

/* Whether a word is a pattern or a select, which may match hosts by chance. */
bool db_names_by_chance(const char *word);

/*
 * As db_hosts_resolve(), but patterns and selects match only VMs. Names and groups may
 * still name other hosts.
 */
int db_hosts_resolve_vms(struct db *db, char *const *words, size_t count,
			 struct host_set *ret_set);

/*
 * The one host that a word names. -ENOENT if there is no such host, -EINVAL if a group,
 * pattern or select names several or none. The caller releases the set.
 */
int db_hosts_resolve_one(struct db *db, const char *word, struct host_set *ret_set);

#endif
