/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A VM of a flavor: on which of several containers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db/aggregate.h"
#include "db/flavor.h"
#include "lib/text.h"
#include "src/inventory/models.h"
#include "src/inventory/pick.h"
#include "src/inventory/place.h"

/* A container, and whether the VM fits there. */
struct candidate {
	const struct host_ref *host;
	char *why_not; /* NULL: it fits */
	size_t left;   /* free cards of the models that the VM gets */
};

struct placing {
	const struct invocation *invocation;
	const struct vm_wish *wish;
	const struct host_set *containers;
	struct models models;
	struct candidate *candidates;
	size_t count;
	int status; /* ROCKS_…, once the flavor is found */
	bool found;
};

static void release(struct placing *placing)
{
	for (size_t i = 0; i < placing->count; i++)
		free(placing->candidates[i].why_not);
	free(placing->candidates);
	models_release(&placing->models);
}

static int is_it(void *data, const char *name)
{
	return strcasecmp(name, data) == 0;
}

/* 0; 1 with *why_not, which may be NULL if out of memory; -errno. */
static int check_aggregate(struct db *db, const struct flavor *flavor,
			   const struct host_ref *host, char **why_not)
{
	int r = flavor->aggregate ? db_aggregate_each_of(db, host->id, is_it,
							 (void *)flavor->aggregate)
				  : 1;

	if (r == 0 && asprintf(why_not, "%s is not in the aggregate %s", host->name,
			       flavor->aggregate) < 0)
		*why_not = NULL;
	return r < 0 ? r : r == 0;
}

/* Picks the cards of each model; vm is NULL for one that is not there yet. */
static int pick_all(const struct placing *placing, const struct flavor *flavor,
		    const struct host_ref *container, const struct host_ref *vm,
		    size_t *ret_left, struct strbuf *news)
{
	const struct host_ref nobody = { .name = (char *)"the VM" };
	struct db *db = placing->invocation->db;
	int r = 0;

	*ret_left = 0;
	for (size_t i = 0; i < flavor->cards.count && r == 0; i++) {
		_cleanup_picked_ struct picked picks = { 0 };
		const struct pick_wish wish = { .vm = vm ? vm : &nobody,
						.container = container->id,
						.container_name = container->name,
						.wish = &flavor->cards.wishes[i],
						.near = pick_near_of(flavor->near),
						.models = &placing->models };

		r = db_pick(db, &wish, &picks);
		*ret_left += picks.left;
		if (r == 0 && vm)
			r = give_picked(db, &wish, &picks, 0, news);
	}
	return r;
}

/* Whether the VM fits on a container. 0 or -errno. */
static int judge(const struct placing *placing, const struct flavor *flavor,
		 struct candidate *candidate)
{
	struct db *db = placing->invocation->db;
	int r = check_aggregate(db, flavor, candidate->host, &candidate->why_not);

	if (r == 1)
		return candidate->why_not ? 0 : -ENOMEM;
	if (r == 0)
		r = pick_all(placing, flavor, candidate->host, NULL, &candidate->left,
			     NULL);
	if (r != -ENOENT)
		return r;
	candidate->why_not = strdup(db_error(db));
	return candidate->why_not ? 0 : -ENOMEM;
}

static const struct candidate *choose(const struct placing *placing)
{
	const struct candidate *chosen = NULL;

	for (size_t i = 0; i < placing->count; i++) {
		const struct candidate *candidate = &placing->candidates[i];

		if (!candidate->why_not && (!chosen || candidate->left < chosen->left))
			chosen = candidate;
	}
	return chosen;
}

/* What each container would be. */
static void tell(const struct placing *placing, const struct candidate *chosen)
{
	for (size_t i = 0; i < placing->count; i++) {
		const struct candidate *candidate = &placing->candidates[i];

		if (candidate->why_not)
			print_line("%s: no: %s", candidate->host->name,
				   candidate->why_not);
		else
			print_line("%s: %s, %zu free cards of its models would be left",
				   candidate->host->name,
				   candidate == chosen ? "this one" : "fits",
				   candidate->left);
	}
}

static int fail_none(const struct placing *placing, const struct flavor *flavor)
{
	for (size_t i = 0; i < placing->count; i++)
		say("%s", placing->candidates[i].why_not);
	return error("no container has room for a VM of the flavor %s", flavor->name);
}

static int add(const struct placing *placing, const struct flavor *flavor,
	       const struct host_ref *container)
{
	_cleanup_strbuf_ struct strbuf news = STRBUF_EMPTY;
	_cleanup_host_set_ struct host_set vms = { 0 };
	_cleanup_free_ char *name = NULL;
	struct db *db = placing->invocation->db;
	struct vm_wish wish = *placing->wish;
	size_t left;
	int r;

	wish.cpus = wish.cpus ? wish.cpus : flavor->cpus;
	wish.mem = wish.mem ? wish.mem : flavor->mem;
	if (!wish.disks && !wish.disk_sizes)
		wish.disk_sizes = flavor->disk_sizes;
	wish.is_disk_a_size = true;
	r = db_vm_add(db, container, &wish, &name);
	if (r == 0)
		r = db_hosts_resolve_one(db, name, &vms);
	if (r < 0)
		return answer(placing->invocation, r);
	strbuf_add_format(&news, "added VM %s on physical node %s\n", name,
			  container->name);
	r = pick_all(placing, flavor, container, &vms.hosts[0], &left, &news);
	if (r < 0)
		return answer(placing->invocation, r);
	if (news.error)
		return memory_error();
	fputs(strbuf_text(&news), stdout);
	return ROCKS_DONE;
}

/* A flavor of projects is theirs. */
static int check_project(const struct placing *placing, const struct flavor *flavor)
{
	const char *project = placing->wish->project;

	if (!flavor->projects ||
	    (project && text_lists_word_in_any_case(flavor->projects, project)))
		return ROCKS_DONE;
	return error(
		"the flavor %s belongs to projects: %s; give one of them as project=",
		flavor->name, flavor->projects);
}

static int place(struct placing *placing, const struct flavor *flavor)
{
	bool dryrun = boolean_argument(placing->invocation, "dryrun", false);
	const struct candidate *chosen;
	int r = check_project(placing, flavor);

	if (r != ROCKS_DONE)
		return r;
	placing->candidates =
		calloc(placing->containers->count + 1, sizeof(*placing->candidates));
	if (!placing->candidates)
		return memory_error();
	for (; placing->count < placing->containers->count && r == 0; placing->count++) {
		struct candidate *candidate = &placing->candidates[placing->count];

		candidate->host = &placing->containers->hosts[placing->count];
		r = judge(placing, flavor, candidate);
	}
	if (r < 0)
		return r == -ENOMEM ? memory_error() : answer(placing->invocation, r);
	chosen = choose(placing);
	if (dryrun)
		tell(placing, chosen);
	if (!chosen)
		return dryrun ? ROCKS_FAILED : fail_none(placing, flavor);
	return dryrun ? ROCKS_DONE : add(placing, flavor, chosen->host);
}

static int place_if(void *data, const struct flavor *flavor)
{
	struct placing *placing = data;

	if (strcasecmp(flavor->name, argument(placing->invocation, "flavor")) != 0)
		return 0;
	placing->found = true;
	placing->status = place(placing, flavor);
	return 1;
}

int add_vm_of_flavor(const struct invocation *invocation, const struct vm_wish *wish,
		     const struct host_set *containers)
{
	_cleanup_(release) struct placing placing = { .invocation = invocation,
						      .wish = wish,
						      .containers = containers };
	const struct context context = context_of(invocation);
	int64_t id;
	int r = models_load(&context, &placing.models);

	if (r == ROCKS_DONE)
		r = answer(invocation,
			   db_flavor_find(invocation->db, argument(invocation, "flavor"),
					  &id));
	if (r != ROCKS_DONE)
		return r;
	r = db_flavor_each(invocation->db, place_if, &placing);
	return placing.found ? placing.status : answer(invocation, r < 0 ? r : 0);
}
