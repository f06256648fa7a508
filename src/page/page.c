/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of all cards, written by a plugin to a file or to stdout. */
#include <errno.h>
#include <string.h>

#include "lib/replace-file.h"
#include "src/cli/error.h"
#include "src/page/cluster.h"
#include "src/page/page.h"
#include "src/vm/plugins.h"

/* Where the page goes. */
struct output {
	const char *path; /* NULL: stdout */
	struct replace_file file;
	int error; /* of the last write */
};

static int put(void *data, const char *bytes, size_t length)
{
	struct output *output = data;

	if (output->path)
		output->error = replace_file_write(&output->file, bytes, length);
	else
		output->error = fwrite(bytes, 1, length, stdout) == length ? 0 : -EIO;
	return output->error;
}

/* What is wrong with the file. Returns ROCKS_FAILED. */
static int refuse(const char *path, int r, const struct strbuf *reason)
{
	if (r == -ENOMEM)
		return memory_error();
	if (reason->length)
		return error("%s was not written, because %s; make that root's "
			     "(chown) and writable by nobody else (chmod go-w), or "
			     "trust it: ROCKS_TRUST=FOLDER",
			     path, strbuf_text(reason));
	if (r == -EISDIR || r == -EINVAL)
		return error("%s is %s; name the file of the page", path,
			     r == -EISDIR ? "a folder" : "not a regular file");
	return error("cannot write %s (%s); what was there is unchanged. Mend that and "
		     "try again",
		     path, strerror(-r));
}

static int write_page(const struct context *context, const struct plugins *plugins,
		      struct output *output)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_cluster_ struct cluster cluster = { 0 };
	int r = cluster_read(context, &cluster);

	if (r != ROCKS_DONE)
		return r;
	r = plugins_report(plugins, "page", &cluster.base, put, output, &complaint);
	if (cluster.fault != CLUSTER_FINE)
		return cluster_error(&cluster);
	if (r == 0)
		return ROCKS_DONE;
	if (output->error && !output->path)
		return flush_output();
	if (output->error)
		return refuse(output->path, output->error, &(struct strbuf){ 0 });
	return error("%s", strbuf_text(&complaint));
}

int page_write(const struct context *context, const char *path)
{
	_cleanup_plugins_ struct plugins *plugins = NULL;
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY, reason = STRBUF_EMPTY;
	struct output output = { .path = path, .file = REPLACE_FILE_NONE };
	int r;

	if (plugins_load(&plugins, PLUGINS_REPORT, &complaint) < 0)
		return error("%s", strbuf_text(&complaint));
	if (!path)
		return write_page(context, plugins, &output);
	r = replace_file_open(&output.file, path, &reason);
	if (r == 0) {
		int result = write_page(context, plugins, &output);

		if (result == ROCKS_DONE)
			r = replace_file_keep(&output.file);
		replace_file_release(&output.file);
		if (result != ROCKS_DONE)
			return result;
	}
	return r < 0 ? refuse(path, r, &reason) : ROCKS_DONE;
}
