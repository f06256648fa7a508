/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the hypervisors of several containers at once, each in a child process. */
#include "lib/children.h"
#include "lib/progress.h"
#include "src/vm/listing.h"
#include "src/vm/plugin.h"
#include "src/vm/view.h"

#define LISTING_SECONDS 45
#define AT_ONCE 32

struct work {
	const struct listing *listing;
	struct vm_view *views;
	struct progress progress;
	bool failed; /* out of memory */
};

static int ask_one(void *data, size_t index, FILE *text)
{
	const struct work *work = data;
	const struct listing *listing = work->listing;
	const struct vm_view *view = &work->views[index];
	_cleanup_plugins_failure_ struct plugins_failure failure;
	int r;

	plugins_failure_init(&failure);
	r = vm_view_check(view, &failure.base);
	if (r == 0)
		r = listing->ask(listing->hypervisor, &view->vm, text, &failure.base);
	if (r < 0)
		fprintf(text, "%c%s", VM_VIEW_SENTENCE, strbuf_text(&failure.sentence));
	return r;
}

static void take_answer(void *data, size_t index, int result, const char *text)
{
	_cleanup_strbuf_ struct strbuf why = STRBUF_EMPTY;
	struct work *work = data;
	const struct listing *listing = work->listing;
	bool is_bad = result < 0;

	if (is_bad)
		vm_view_explain(&why, listing->hosts->hosts[index].name, LISTING_SECONDS,
				result, text);
	if (why.error || listing->answered(listing->data, index, is_bad ? NULL : text,
					   is_bad ? strbuf_text(&why) : NULL) < 0)
		work->failed = true;
	progress_step(&work->progress);
}

static int ask_all(const struct context *context, struct work *work)
{
	const struct host_set *hosts = work->listing->hosts;
	const struct children children = { .count = hosts->count,
					   .at_once = AT_ONCE,
					   .seconds = LISTING_SECONDS,
					   .work = ask_one,
					   .done = take_answer,
					   .data = work };
	int r = ROCKS_DONE;

	for (size_t i = 0; i < hosts->count && r == ROCKS_DONE; i++)
		r = vm_view_open(context, hosts->hosts[i].name, NULL, &work->views[i]);
	if (r != ROCKS_DONE)
		return r;
	progress_open(&work->progress, "hypervisors have answered", hosts->count);
	r = children_run(&children);
	progress_hide(&work->progress);
	return r < 0 || work->failed ? memory_error() : ROCKS_DONE;
}

int hypervisors_list(const struct context *context, const struct listing *listing)
{
	size_t count = listing->hosts->count;
	struct work work = { .listing = listing,
			     .views = calloc(count + 1, sizeof(*work.views)) };
	int r = work.views ? ask_all(context, &work) : memory_error();

	for (size_t i = 0; work.views && i < count; i++)
		free(work.views[i].uri);
	free(work.views);
	return r;
}
