/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines for OpenStack: the cards of hosts for Nova, and flavors. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "db/flavor.h"
#include "lib/text.h"
#include "src/inventory/report/nova.h"
#include "src/inventory/report/openstack.h"

/* What cards are called here and there. */
struct names {
	struct models models;
	struct nova_aliases aliases; /* of all hosts */
};

static void names_release(struct names *names)
{
	models_release(&names->models);
	nova_aliases_release(&names->aliases);
}

/* A walk over the functions of hosts' cards. */
struct walk {
	struct names *names;
	struct nova_aliases *host; /* of the host; NULL: collects those of all */
	char card[32];		   /* the last one; its comments are printed once */
	bool no_memory;
};

/* What is printed of a card that Nova does not get; NULL for one that it gets. */
static const char *why_not(const struct cluster_card *card)
{
	if (card->obstacle && strcmp(card->obstacle, "domain") == 0)
		return "its PCI domain is above ffff, which Nova cannot pass on";
	if (card->obstacle && strcmp(card->obstacle, "kept") == 0)
		return "a VM has a card that it cannot be kept apart from";
	return card->obstacle;
}

/* The comments on a card. Returns whether Nova gets it. */
static bool introduce(const struct cluster_card *card)
{
	const char *reason = why_not(card);

	if (card->vm)
		print_line("# %s: %s has it", card->name, card->vm);
	else if (reason)
		print_line("# %s: %s", card->name, reason);
	else if (!card->vfs_most && strcmp(card->kind, "pci") == 0)
		print_line("# %s: not known whether it can have virtual functions, which "
			   "would make it a type-PF; run `rocks sync host gpu %s`",
			   card->name, card->host);
	return !card->vm && !reason;
}

static int fail(struct walk *walk)
{
	walk->no_memory = true;
	return -ENOMEM;
}

static int take_function(void *data, const struct cluster_card *card,
			 const struct cluster_function *function)
{
	struct walk *walk = data;
	bool is_new = strcmp(walk->card, card->name) != 0, is_known;
	struct nova_alias alias;

	snprintf(walk->card, sizeof(walk->card), "%s", card->name);
	if (walk->host && is_new ? !introduce(card) : card->vm || card->obstacle)
		return 0;
	is_known = nova_alias_of(&walk->names->models, card, function, &alias) &&
		   function->address;
	if (!walk->host)
		return is_known && nova_aliases_add(&walk->names->aliases, &alias) < 0
			       ? fail(walk)
			       : 0;
	if (!is_known) {
		print_line("# %s: what its functions are is not known; run `rocks sync "
			   "host gpu %s`",
			   card->name, card->host);
		return 0;
	}
	nova_print_device(&alias, *function->address);
	return nova_aliases_add(walk->host, &alias) < 0 ? fail(walk) : 0;
}

/* Walks over a host's cards. ROCKS_DONE, or what to exit with after printing an error. */
static int walk_host(const struct invocation *invocation, const struct host_ref *host,
		     struct walk *walk)
{
	int r;

	walk->card[0] = '\0';
	r = db_cluster_function_each(invocation->db, host->id, take_function, walk);
	return walk->no_memory ? memory_error() : answer(invocation, r);
}

/* Collects the aliases of all hosts, so that each has the same name everywhere. */
static int collect(const struct invocation *invocation, const struct host_set *hosts,
		   struct names *ret_names)
{
	const struct context context = context_of(invocation);
	struct walk walk = { .names = ret_names };
	int r = models_load(&context, &ret_names->models);

	for (size_t i = 0; i < hosts->count && r == ROCKS_DONE; i++)
		r = walk_host(invocation, &hosts->hosts[i], &walk);
	return r;
}

static int print_aliases(const struct nova_aliases *all, const struct nova_aliases *some)
{
	for (size_t i = 0; i < some->count; i++) {
		const struct nova_alias *alias = &some->list[i];

		if (alias->number == 0 && nova_is_split(all, alias->model))
			print_line("# %s: each function has an alias; if a VM gets "
				   "several such cards, Nova may give it functions of "
				   "different ones",
				   alias->model);
		if (nova_print_alias(all, alias) < 0)
			return memory_error();
	}
	return ROCKS_DONE;
}

static int print_host(const struct invocation *invocation, const struct host_ref *host,
		      struct names *names)
{
	_cleanup_nova_aliases_ struct nova_aliases own = { 0 };
	struct walk walk = { .names = names, .host = &own };
	int r;

	print_line("# nova.conf of %s (nova-compute)", host->name);
	puts("[pci]");
	r = walk_host(invocation, host, &walk);
	return r == ROCKS_DONE ? print_aliases(&names->aliases, &own) : r;
}

/* Whether there is anything to print of a host: it has cards. 1, 0 or -errno. */
static int has_cards(void *data, const struct cluster_card *card,
		     const struct cluster_function *function)
{
	(void)data;
	(void)card;
	(void)function;
	return 1;
}

int report_nova(const struct invocation *invocation, const struct host_set *hosts)
{
	_cleanup_(names_release) struct names names = { 0 };
	int r = collect(invocation, hosts, &names);

	if (r == ROCKS_DONE)
		puts("# \"managed\" needs Nova 2025.1 or later: leave it out for an "
		     "older one. With gpupci --detach the\n"
		     "# cards are bound to vfio-pci already.");
	for (size_t i = 0; i < hosts->count && r == ROCKS_DONE; i++) {
		int found = db_cluster_function_each(invocation->db, hosts->hosts[i].id,
						     has_cards, NULL);

		if (found == 1)
			r = print_host(invocation, &hosts->hosts[i], &names);
		else
			r = answer(invocation, found);
	}
	if (r != ROCKS_DONE)
		return r;
	puts("# nova.conf of the controllers (nova-api, nova-scheduler); "
	     "[filter_scheduler] enabled_filters\n"
	     "# must have PciPassthroughFilter");
	puts("[pci]");
	return print_aliases(&names.aliases, &names.aliases);
}

/* What the flavors are printed with. */
struct flavors {
	const struct nova_aliases *aliases;
	bool no_memory;
};

/* Adds NAME:COUNT for each alias of a model; two ids with one alias are one. */
static void add_model(const struct nova_aliases *aliases, const struct wish *wish,
		      struct strbuf *text)
{
	_cleanup_strbuf_ struct strbuf last = STRBUF_EMPTY;
	bool is_known = false;

	for (size_t i = 0; i < aliases->count; i++) {
		const struct nova_alias *alias = &aliases->list[i];
		_cleanup_strbuf_ struct strbuf name = STRBUF_EMPTY;

		if (strcasecmp(alias->model, wish->model) != 0)
			continue;
		nova_add_name(aliases, alias, &name);
		if (is_known && strcmp(strbuf_text(&name), strbuf_text(&last)) == 0)
			continue;
		strbuf_add_format(text, "%s%s:%" PRId64, text->length ? "," : "",
				  strbuf_text(&name), wish->count);
		strbuf_reset(&last);
		strbuf_add_string(&last, strbuf_text(&name));
		is_known = true;
	}
	if (last.error)
		text->error = last.error;
	if (is_known)
		return;
	print_line("# no card of model %s is recorded: what its functions are is not "
		   "known",
		   wish->model);
	strbuf_add_format(text, "%s%s:%" PRId64, text->length ? "," : "", wish->model,
			  wish->count);
}

/* Adds a command for each project that a flavor is for. */
static void add_projects(const struct flavor *flavor, struct strbuf *text)
{
	_cleanup_free_ char *names = flavor->projects ? strdup(flavor->projects) : NULL;
	char *rest = names, *name;

	if (flavor->projects && !names)
		text->error = -ENOMEM;
	while ((name = strsep(&rest, " "))) {
		strbuf_add_string(text, "openstack flavor set --project ");
		text_quote_shell(text, name);
		strbuf_add_string(text, " ");
		text_quote_shell(text, flavor->name);
		strbuf_add_string(text, "\n");
	}
}

/* --disk takes the first disk, --ephemeral the sum of the others. */
static void add_disks(struct strbuf *text, const char *sizes)
{
	int64_t first = 0, rest = 0;
	int used = 0;

	while (sizes && *sizes) {
		int64_t size;

		if (sscanf(sizes, "%" SCNd64 "%n", &size, &used) != 1)
			break;
		*(first ? &rest : &first) += size;
		sizes += used;
	}
	if (first)
		strbuf_add_format(text, " --disk %" PRId64, first);
	if (rest)
		strbuf_add_format(text, " --ephemeral %" PRId64, rest);
}

static void print_comments(const struct flavor *flavor)
{
	if (flavor->aggregate)
		print_line(
			"# %s is for the aggregate %s: make one of that name, and give "
			"both the same property",
			flavor->name, flavor->aggregate);
	if (strcmp(flavor->near, "no") != 0)
		print_line("# %s: near=%s, cards near one another, is nothing that Nova "
			   "can be asked for",
			   flavor->name, flavor->near);
}

static int print_flavor(void *data, const struct flavor *flavor)
{
	struct flavors *flavors = data;
	_cleanup_strbuf_ struct strbuf wish = STRBUF_EMPTY, text = STRBUF_EMPTY;

	print_comments(flavor);
	for (size_t i = 0; i < flavor->cards.count; i++)
		add_model(flavors->aliases, &flavor->cards.wishes[i], &wish);
	strbuf_add_format(&text, "openstack flavor create --%s",
			  flavor->projects ? "private" : "public");
	if (flavor->cpus)
		strbuf_add_format(&text, " --vcpus %" PRId64, *flavor->cpus);
	if (flavor->mem)
		strbuf_add_format(&text, " --ram %" PRId64, *flavor->mem);
	add_disks(&text, flavor->disk_sizes);
	if (wish.length) {
		strbuf_add_string(&text, " --property pci_passthrough:alias=");
		text_quote_shell(&text, strbuf_text(&wish));
	}
	strbuf_add_string(&text, " ");
	text_quote_shell(&text, flavor->name);
	strbuf_add_string(&text, "\n");
	add_projects(flavor, &text);
	flavors->no_memory = text.error || wish.error;
	if (flavors->no_memory)
		return -ENOMEM;
	fputs(strbuf_text(&text), stdout);
	return 0;
}

int report_flavors(const struct invocation *invocation, const struct host_set *hosts)
{
	_cleanup_(names_release) struct names names = { 0 };
	struct flavors flavors = { .aliases = &names.aliases };
	int r = collect(invocation, hosts, &names);

	if (r != ROCKS_DONE)
		return r;
	r = db_flavor_each(invocation->db, print_flavor, &flavors);
	return flavors.no_memory ? memory_error() : answer(invocation, r);
}
