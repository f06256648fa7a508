/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMs. */
#include <errno.h>
#include <string.h>

#include "db/aggregate.h"
#include "db/appliance.h"
#include "db/attr.h"
#include "db/card.h"
#include "db/host.h"
#include "db/interface.h"
#include "db/mac.h"
#include "db/move.h"
#include "db/names.h"
#include "db/owner.h"
#include "db/store/internal.h"
#include "db/store/limits.h"
#include "db/vm.h"
#include "lib/text.h"

#define DEFAULT_MEMORY 2048 /* MiB */
#define DEFAULT_DISK_FOLDER "/state/partition1"

#define COLUMNS                                                                      \
	"SELECT vm.host, vm.container, host.name, container.name, vm.uuid, vm.mem, " \
	"host.cpus, vm.slice, vm.virt_type, vm.cdrom, vm.definition, "               \
	"ifnull(vm.domain, host.name), vm.owner, "                                   \
	"(SELECT name FROM project WHERE project.id = vm.project) FROM vm "          \
	"JOIN host ON host.id = vm.host JOIN host container ON container.id = "      \
	"vm.container "

static const char GET[] =
	COLUMNS "WHERE vm.host = ?1 OR vm.container = ?1 ORDER BY vm.slice";
static const char GET_MANY[] = COLUMNS "WHERE vm.host " DB_AMONG " ORDER BY vm.host";
static const char CONTAINER[] = "SELECT container FROM vm WHERE host = ?";
static const char FREE_SLICE[] =
	"SELECT min(slice) FROM (SELECT 0 AS slice UNION ALL "
	"SELECT slice + 1 FROM vm WHERE container = ?1) "
	"WHERE slice NOT IN (SELECT slice FROM vm WHERE container = ?1)";
static const char SLICE_OWNER[] =
	"SELECT host.name FROM vm JOIN host ON host.id = vm.host "
	"WHERE vm.container = ? AND vm.slice = ? AND vm.host <> ?";
static const char UUID_OWNER[] =
	"SELECT host.name FROM vm JOIN host ON host.id = vm.host "
	"WHERE vm.uuid = ? AND vm.host <> ?";
static const char DOMAIN_OWNER[] =
	"SELECT host.name FROM vm JOIN host ON host.id = vm.host "
	"WHERE vm.container = ?1 AND vm.host <> ?2 AND ifnull(vm.domain, host.name) = ?3";
static const char DOMAIN[] = "SELECT ifnull(domain, name) FROM vm JOIN host "
			     "ON host.id = vm.host WHERE vm.host = ?";
static const char OWN_CARDS[] =
	"SELECT group_concat(name, ', ') FROM card WHERE host = ?";
static const char ADD[] =
	"INSERT INTO vm (host, container, uuid, mem, slice, virt_type, definition, "
	"domain) "
	"VALUES (:vm, :host, ?, ?, ?, ifnull(?, 'hvm'), ifnull(?, 'rocks'), "
	"nullif(?, (SELECT name FROM host WHERE id = :vm)))";
static const char SET[] =
	"UPDATE vm SET container = ifnull(:host, container), mem = ifnull(?2, mem), "
	"slice = ifnull(?3, slice), virt_type = ifnull(?4, virt_type), uuid = ifnull(?5, "
	"uuid), definition = ifnull(?6, definition), "
	"domain = nullif(ifnull(?7, domain), (SELECT name FROM host WHERE id = vm.host)) "
	"WHERE host = :vm";
static const char SET_CDROM[] = "UPDATE vm SET cdrom = ?2 WHERE host = ?1";
static const char REMOVE[] = "DELETE FROM vm WHERE host = ?";
static const char APPLIANCE_NAME[] = "SELECT name FROM appliance WHERE id = ?";
static const char HELD[] =
	"SELECT group_concat(card.name, ', ') FROM assignment "
	"JOIN card ON card.id = assignment.card WHERE vm = ? AND assignment.host <> ?";

int db_vm_container(struct db *db, int64_t host, int64_t *ret_container)
{
	return db_fetch_integer(db, ret_container, CONTAINER, "i", host);
}

static int walk(struct query *query, int (*each)(void *data, const struct vm *row),
		void *data)
{
	int r = 0;

	while (r == 0 && (r = query_step(query)) == 1) {
		struct vm row = {
			.id = query_integer(query, 0),
			.container_id = query_integer(query, 1),
			.name = query_text(query, 2),
			.container = query_text(query, 3),
			.uuid = query_text(query, 4),
			.mem = query_integer(query, 5),
			.cpus = query_integer(query, 6),
			.slice = query_integer(query, 7),
			.virt_type = query_text(query, 8),
			.cdrom = query_text(query, 9),
			.definition = query_text(query, 10),
			.domain = query_text(query, 11),
			.owner = query_text(query, 12),
			.project = query_text(query, 13),
		};

		r = each(data, &row);
	}
	return r;
}

static int each_of_host(struct db *db, int64_t host,
			int (*each)(void *data, const struct vm *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, GET, "i", host);

	return r < 0 ? r : walk(&query, each, data);
}

int db_vm_each_of(struct db *db, const char *vms,
		  int (*each)(void *data, const struct vm *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, GET_MANY, "t", vms);

	return r < 0 ? r : walk(&query, each, data);
}

/* Each VM once, with its container, though both may be named. */
struct once {
	int64_t *ids; /* of the set, sorted */
	size_t count;
	int64_t current;
	int (*each)(void *data, const struct vm *row);
	void *data;
};

static int compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static int pass_once(void *data, const struct vm *row)
{
	struct once *once = data;

	if (row->id == once->current &&
	    bsearch(&row->container_id, once->ids, once->count, sizeof(*once->ids),
		    compare_ids))
		return 0;
	return once->each(once->data, row);
}

int db_vm_each(struct db *db, const struct host_set *hosts,
	       int (*each)(void *data, const struct vm *row), void *data)
{
	_cleanup_free_ int64_t *ids = calloc(hosts->count + 1, sizeof(*ids));
	struct once once = {
		.ids = ids, .count = hosts->count, .each = each, .data = data
	};
	int r = 0;

	if (!ids)
		return db_fail_memory(db);
	for (size_t i = 0; i < hosts->count; i++)
		ids[i] = hosts->hosts[i].id;
	qsort(ids, hosts->count, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < hosts->count && r == 0; i++) {
		once.current = hosts->hosts[i].id;
		r = each_of_host(db, once.current, pass_once, &once);
	}
	return r;
}

/* The slice that was asked for, or the next free one of the container. */
static int pick_slice(struct db *db, int64_t container, int64_t host,
		      const int64_t *wanted, int64_t *ret_slice)
{
	_cleanup_free_ char *owner = NULL;
	int r;

	if (!wanted) {
		r = db_fetch_integer(db, ret_slice, FREE_SLICE, "i", container);
		return r < 0 ? r : 0;
	}
	r = db_fetch_text(db, &owner, SLICE_OWNER, "iii", container, *wanted, host);
	if (r == 1)
		return db_fail(db, -EEXIST, "slice %lld is taken by %s",
			       (long long)*wanted, owner);
	*ret_slice = *wanted;
	return r;
}

/* A disk for each size, one at the least: NAME.vda, NAME.vdb, … */
static int default_disks(struct db *db, const struct host_ref *container,
			 const char *name, const char *sizes, struct strbuf *disks)
{
	_cleanup_free_ char *set = NULL;
	int r = db_attr_get(db, container->id, "vm_disk_dir", &set);
	const char *folder = r == 1 && *set ? set : DEFAULT_DISK_FOLDER;

	if (r < 0)
		return r;
	if (*folder != '/' || strchr(folder, ' '))
		return db_fail(db, -EINVAL,
			       "the attribute vm_disk_dir of %s is «%s»; set it to a "
			       "folder, which starts with / and has no blank, or give "
			       "disk=",
			       container->name, folder);
	for (char letter = 'a'; letter == 'a' || (sizes && *sizes && letter <= 'z');
	     letter++) {
		strbuf_add_format(disks, "%sfile:%s/kvm/disks/%s.vd%c,vd%c,virtio",
				  letter == 'a' ? "" : " ", folder, name, letter, letter);
		sizes = sizes ? strpbrk(sizes, " ") : NULL;
		sizes = sizes ? sizes + strspn(sizes, " ") : NULL;
	}
	return disks->error ? db_fail_memory(db) : 0;
}

static int add_disks(struct db *db, int64_t host, const struct host_ref *container,
		     const char *name, const struct vm_wish *wish)
{
	_cleanup_strbuf_ struct strbuf disks = STRBUF_EMPTY;
	int r = wish->disks
			? 0
			: default_disks(db, container, name,
					wish->is_disk_a_size ? wish->disk_sizes : NULL,
					&disks);

	return r < 0 ? r
		     : db_disks_set(db, host,
				    wish->disks ? wish->disks : strbuf_text(&disks),
				    wish->disk_sizes);
}

/*
 * Takes the first of the VLANs, which is stored in *storage, and steps over it; NULL is
 * none.
 */
static int take_vlan(struct db *db, const char **vlans, int64_t *storage,
		     const int64_t **ret_vlan)
{
	size_t length = strcspn(*vlans, ",");
	_cleanup_free_ char *word = strndup(*vlans, length);
	bool is_none;

	if (!word)
		return db_fail_memory(db);
	is_none = *word && text_is_none(word);
	if (!is_none && text_parse_integer(word, 0, DB_VLAN_MOST, storage) < 0)
		return db_fail(db, -EINVAL,
			       "«%s» is not a VLAN: a number from 0 "
			       "to " DB_LIMIT_TEXT(DB_VLAN_MOST) ", or none",
			       word);
	*ret_vlan = is_none || !*storage ? NULL : storage;
	*vlans += length + ((*vlans)[length] == ',' && (*vlans)[length + 1]);
	return 0;
}

static int add_interface(struct db *db, int64_t host, const struct host_ref *container,
			 const struct vm_wish *wish, int64_t i, const char **vlans)
{
	char device[32], mac[DB_MAC_SIZE];
	struct interface interface = { .device = device, .mac = mac };
	int64_t vlan;
	int r = 0;

	snprintf(device, sizeof(device), "eth%lld", (long long)i);
	if (i == 0) {
		interface.ip = wish->ip;
		interface.network = wish->network;
	}
	if (**vlans)
		r = take_vlan(db, vlans, &vlan, &interface.vlan);
	if (r == 0 && i == 0 && wish->mac)
		interface.mac = wish->mac;
	else if (r == 0)
		r = db_mac_next(db, container->id, mac);
	return r < 0 ? r : db_interface_add(db, host, &interface);
}

static int add_interfaces(struct db *db, int64_t host, const struct host_ref *container,
			  const struct vm_wish *wish)
{
	int64_t count = wish->interfaces ? *wish->interfaces : 1;
	const char *vlans = wish->vlans ? wish->vlans : "";
	int r = 0;

	if (!count && (wish->mac || wish->ip || wish->network || wish->vlans))
		return db_fail(
			db, -EINVAL,
			"num-macs=0 leaves no interface for mac=, ip=, subnet= or vlan=");
	for (int64_t i = 0; i < count && r == 0; i++)
		r = add_interface(db, host, container, wish, i, &vlans);
	if (r == 0 && *vlans)
		return db_fail(db, -EINVAL,
			       "vlan=%s has more VLANs than there are interfaces: "
			       "num-macs= says how many",
			       wish->vlans);
	return r;
}

static int check_uuid(struct db *db, int64_t host, const char *uuid)
{
	_cleanup_free_ char *owner = NULL;
	int r = db_check_uuid(db, uuid);

	if (r < 0)
		return r;
	r = db_fetch_text(db, &owner, UUID_OWNER, "ti", uuid, host);
	if (r == 1)
		return db_fail(db, -EEXIST, "the UUID %s is taken by %s", uuid, owner);
	return r;
}

/* A name that libvirt takes, and that no other VM has on the container. */
static int check_domain(struct db *db, int64_t host, int64_t container,
			const char *domain)
{
	_cleanup_free_ char *owner = NULL;
	int r = db_check_label(db, "name of the domain", domain);

	if (r == 0 && strchr(domain, '/'))
		r = db_fail(db, -EINVAL,
			    "the name of the domain «%s» has a /, which libvirt does "
			    "not take",
			    domain);
	if (r == 0)
		r = db_fetch_text(db, &owner, DOMAIN_OWNER, "iit", container, host,
				  domain);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "libvirt has the name «%s» for %s on that container; "
			       "domain= gives one of them another",
			       domain, owner);
	return r;
}

/* Of change, what a VM record has. */
static int add_record(struct db *db, const struct host_ref *host, int64_t container,
		      int64_t slice, const struct vm_change *change)
{
	char made[37];
	int r = change->uuid ? 0 : db_make_uuid(db, made);

	if (r == 0)
		r = check_domain(db, host->id, container,
				 change->domain ? change->domain : host->name);
	if (r < 0)
		return r;
	return db_run(db, ADD, "iitiittt", host->id, container,
		      change->uuid ? change->uuid : made,
		      change->mem ? *change->mem : DEFAULT_MEMORY, slice,
		      change->virt_type, change->definition, change->domain);
}

static int add_vm_host(struct db *db, const struct host_ref *container, int64_t appliance,
		       int64_t slice, const struct vm_wish *wish, char **ret_name,
		       int64_t *ret_id)
{
	_cleanup_free_ char *word = NULL, *name = NULL;
	struct host_change change = { .rack = &container->rack,
				      .rank = &container->rank,
				      .cpus = wish->cpus };
	int r = db_fetch_text(db, &word, APPLIANCE_NAME, "i", appliance);

	if (r < 0)
		return r;
	if (wish->name)
		name = strdup(wish->name);
	else if (asprintf(&name, "%s-%lld-%lld-%lld", word, (long long)container->rack,
			  (long long)container->rank, (long long)slice) < 0)
		name = NULL;
	if (!name)
		return db_fail_memory(db);
	change.membership = word;
	r = db_host_add(db, name, &change, ret_id);
	if (r == 0)
		*ret_name = take_pointer(name);
	return r;
}

int db_vm_add(struct db *db, const struct host_ref *container, const struct vm_wish *wish,
	      char **ret_name)
{
	_cleanup_free_ char *name = NULL;
	struct host_ref host = { 0 };
	int64_t appliance, slice = 0;
	int r = db_vm_exists(db, container->id);

	if (r == 1)
		return db_fail(db, -EINVAL, "%s is a VM itself: it houses none",
			       container->name);
	if (r == 0 && wish->uuid)
		r = check_uuid(db, 0, wish->uuid);
	if (r == 0)
		r = db_appliance_find(db, wish->membership, &appliance);
	if (r == 0)
		r = pick_slice(db, container->id, 0, wish->slice, &slice);
	if (r == 0)
		r = add_vm_host(db, container, appliance, slice, wish, &name, &host.id);
	host.name = name;
	if (r == 0)
		r = add_record(db, &host, container->id, slice,
			       &(struct vm_change){ .mem = wish->mem,
						    .virt_type = wish->virt_type,
						    .uuid = wish->uuid,
						    .definition = wish->definition,
						    .domain = wish->domain });
	if (r == 0)
		r = db_vm_set_owner(db, host.id, wish->owner, wish->project);
	if (r == 0)
		r = add_disks(db, host.id, container, name, wish);
	if (r == 0)
		r = add_interfaces(db, host.id, container, wish);
	if (r < 0)
		return r;
	/* Made now: the user who later starts the VM may not be allowed to write. */
	db_busy_make(db);
	*ret_name = take_pointer(name);
	return 0;
}

static int check_move(struct db *db, const struct host_ref *host, int64_t container)
{
	_cleanup_free_ char *cards = NULL;
	int r = db_fetch_text(db, &cards, HELD, "ii", host->id, container);

	if (r < 0)
		return r;
	if (*cards)
		return db_fail(db, -EBUSY,
			       "%s holds %s of its container; take it from the VM first "
			       "(`rocks remove host gpu %s …`)",
			       host->name, cards, host->name);
	return 0;
}

/* Whether a host that is not a VM yet may become one on that container. */
static int check_becoming(struct db *db, const struct host_ref *host, int64_t container)
{
	_cleanup_free_ char *cards = NULL;
	int r = db_aggregate_check_vm(db, host);

	if (r == 0)
		r = db_cards_hand_over(db, host);
	if (r == 0)
		r = db_fetch_text(db, &cards, OWN_CARDS, "i", host->id);
	if (r < 0)
		return r;
	if (container == host->id)
		return db_fail(db, -EINVAL, "%s cannot house itself", host->name);
	if (*cards)
		return db_fail(
			db, -EBUSY,
			"%s has cards of its own, %s: a VM has none; remove them first",
			host->name, cards);
	return 0;
}

/* domain is the new name, or NULL for the one that it has. */
static int check_change_of_domain(struct db *db, const struct host_ref *host,
				  int64_t container, const char *domain)
{
	_cleanup_free_ char *present = NULL;
	int r = domain ? 0 : db_fetch_text(db, &present, DOMAIN, "i", host->id);

	return r < 0 ? r
		     : check_domain(db, host->id, container, domain ? domain : present);
}

static int change_record(struct db *db, const struct host_ref *host, int64_t container,
			 const struct vm_change *change)
{
	const int64_t *wanted = change->slice;
	bool moves = change->container && *change->container != container;
	int64_t slice;
	int r = 0;

	if (moves)
		r = check_move(db, host, *change->container);
	if (r == 0 && (change->slice || moves)) {
		r = pick_slice(db, moves ? *change->container : container, host->id,
			       change->slice, &slice);
		wanted = &slice;
	}
	if (r == 0 && (change->domain || moves))
		r = check_change_of_domain(
			db, host, moves ? *change->container : container, change->domain);
	if (r < 0)
		return r;
	return db_run(db, SET, "oootttti", change->container, change->mem, wanted,
		      change->virt_type, change->uuid, change->definition, change->domain,
		      host->id);
}

int db_vm_set(struct db *db, const struct host_ref *host, const struct vm_change *change)
{
	int64_t container, slice = 0;
	int r = db_move_check(db, host->id);

	if (r == 0 && change->virt_type && strcmp(change->virt_type, "hvm") != 0 &&
	    strcmp(change->virt_type, "para") != 0)
		r = db_fail(db, -EINVAL, "virt-type= is hvm or para, not «%s»",
			    change->virt_type);
	if (r == 0 && change->uuid)
		r = check_uuid(db, host->id, change->uuid);
	if (r == 0)
		r = db_vm_container(db, host->id, &container);
	if (r < 0)
		return r;
	if (r == 1) {
		r = change_record(db, host, container, change);
	} else if (!change->container) {
		return db_fail(
			db, -EINVAL,
			"%s is not a VM; physnode= makes it one, naming its container",
			host->name);
	} else {
		r = check_becoming(db, host, *change->container);
		if (r == 0)
			r = pick_slice(db, *change->container, 0, change->slice, &slice);
		if (r == 0)
			r = add_record(db, host, *change->container, slice, change);
	}
	if (r == 0)
		r = db_vm_set_owner(db, host->id, change->owner, change->project);
	return r < 0 ? r : db_disks_set(db, host->id, change->disks, change->disk_sizes);
}

int db_vm_set_cdrom(struct db *db, const struct host_ref *host, const char *path)
{
	int r = db_vm_exists(db, host->id);

	if (r == 0)
		return db_fail(db, -ENOENT, "%s is not a VM; see `rocks list host vm`",
			       host->name);
	if (r < 0)
		return r;
	r = db_move_check(db, host->id);
	if (r < 0)
		return r;
	if (path && *path != '/')
		return db_fail(db, -EINVAL,
			       "«%s» is not a path of a CD-ROM on the container: "
			       "/export/debian.iso, or none",
			       path);
	r = path ? db_check_path(db, "path of the CD-ROM", path) : 0;
	return r < 0 ? r : db_run(db, SET_CDROM, "it", host->id, path);
}

int db_vm_remove(struct db *db, const struct host_ref *host, struct strbuf *news)
{
	int r = db_vm_exists(db, host->id);

	if (r != 1)
		return r;
	r = db_move_check(db, host->id);
	if (r == 0)
		r = db_gpu_release(db, host, news);
	if (r == 0)
		r = db_run(db, REMOVE, "i", host->id);
	return r < 0 ? r : 1;
}
