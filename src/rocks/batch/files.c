/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that lines of a batch name with file=, read before any line runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "src/cli/command.h"
#include "src/rocks/batch/files.h"
#include "src/rocks/batch/spool.h"
#include "src/rocks/dispatch/file-argument.h"
#include "src/rocks/dispatch/find.h"

static void note_sentence(void *data, const char *sentence)
{
	strbuf_add_string(data, sentence);
}

static int check_standard(struct batch_files *files, const struct batch_input *input,
			  size_t line)
{
	if (input->standard)
		return error("file=-: the batch itself is standard input; name a file");
	if (files->standard_line)
		return error("file=-: line %zu has read standard input; name a file",
			     files->standard_line);
	files->standard_line = line;
	return ROCKS_DONE;
}

static int make_room(struct batch_files *files)
{
	size_t room = files->room ? files->room * 2 : 16;
	struct batch_file *more;

	if (files->count < files->room)
		return 0;
	more = reallocarray(files->files, room, sizeof(*more));
	if (!more)
		return -ENOMEM;
	files->files = more;
	files->room = room;
	return 0;
}

/* Appends the text to the spool. */
static int keep(struct batch_files *files, struct batch_file *file, const char *text)
{
	file->length = strlen(text);
	if (files->spool < 0)
		files->spool = spool_open();
	if (files->spool < 0)
		return files->spool;
	file->offset = lseek(files->spool, 0, SEEK_CUR);
	return file->offset < 0 ? -errno
				: file_write_all(files->spool, text, file->length);
}

static void free_file(struct batch_file *file)
{
	free(file->path);
	free(file->fault);
}

static int read_one(struct batch_files *files, const struct command *command,
		    const char *path, const struct batch_input *input, size_t line)
{
	_cleanup_(free_file) struct batch_file file = { .line = line,
							.path = strdup(path) };
	_cleanup_free_ char *text = NULL;
	int r = strcmp(path, "-") == 0 ? check_standard(files, input, line) : ROCKS_DONE;

	if (!file.path || make_room(files) < 0)
		return -ENOMEM;
	if (r == ROCKS_DONE)
		r = read_file(command, path, &text);
	if (r == ROCKS_DONE) {
		r = keep(files, &file, text);
	} else {
		file.fault = strbuf_take(&files->sentence);
		r = file.fault ? 0 : -ENOMEM;
	}
	if (r < 0)
		return r;
	files->files[files->count++] = file;
	file = (struct batch_file){ 0 };
	return 0;
}

/* Most lines name no file: skips them before looking for their command. */
static bool may_name_file(const struct batch_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (file_path_of(words->list[i]))
			return !words->fault;
	return false;
}

static int read_all(struct batch_files *files, struct batch_input *input)
{
	_cleanup_batch_words_ struct batch_words words = { 0 };
	struct batch_line line;
	int r = 0;

	while (r == 0 && (r = batch_input_next(input, &words, &line)) == 1) {
		char **list = words.list;
		size_t count = words.count;
		const char *path = NULL;
		struct found found;

		r = 0;
		if (!may_name_file(&words))
			continue;
		skip_program(&list, &count);
		found = find_command(list, count);
		if (found.command)
			path = find_file(found.command, list + found.used,
					 count - found.used);
		if (path)
			r = read_one(files, found.command, path, input, line.number);
	}
	return r;
}

int batch_files_read(struct batch_files *files, struct batch_input *input)
{
	int r;

	catch_errors(note_sentence, &files->sentence);
	r = read_all(files, input);
	catch_errors(NULL, NULL);
	return r < 0 ? r : batch_input_rewind(input);
}

static int compare(const void *a, const void *b)
{
	const struct batch_file *left = a, *right = b;

	return (left->line > right->line) - (left->line < right->line);
}

int batch_files_take(const struct batch_files *files, size_t line, const char *path,
		     char **ret_text)
{
	struct batch_file wanted = { .line = line };
	const struct batch_file *file =
		files->count ? bsearch(&wanted, files->files, files->count,
				       sizeof(wanted), compare)
			     : NULL;
	_cleanup_free_ char *text = NULL;
	int r;

	if (!file || strcmp(file->path, path) != 0)
		return error("the batch changed while it was read; run it again");
	if (file->fault)
		return error("%s", file->fault);
	text = malloc(file->length + 1);
	if (!text)
		return memory_error();
	r = file_read_at(files->spool, text, file->length, file->offset);
	if (r < 0)
		return error("what file= named cannot be read again: %s", strerror(-r));
	text[file->length] = '\0';
	*ret_text = take_pointer(text);
	return ROCKS_DONE;
}

void batch_files_release(struct batch_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free_file(&files->files[i]);
	free(files->files);
	if (files->spool >= 0)
		close(files->spool);
	strbuf_release(&files->sentence);
	*files = (struct batch_files)BATCH_FILES_NONE;
}
