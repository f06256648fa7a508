/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The models of cards that commands know: those of the inventory, and the usual ones. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/secure-path.h"
#include "lib/wish.h"
#include "src/inventory/models.h"

#define SITE "/etc/rocks/gpu-models"
#define FILE_MOST (1 << 20) /* bytes */

/* A line: NAME and ids, or a comment; an error names the file and the line's number. */
static int add_line(struct models *models, enum model_source source, char *line,
		    const char *path, int number)
{
	char *state = NULL, *name, *ids;

	line[strcspn(line, "#")] = '\0';
	name = strtok_r(line, " \t\r", &state);
	ids = name ? strtok_r(NULL, " \t\r", &state) : NULL;
	if (!name)
		return ROCKS_DONE;
	if (!ids || strtok_r(NULL, " \t\r", &state) || !wish_is_name(name) ||
	    !wish_is_ids(ids))
		return error("%s, line %d: a line is a name and ids, as in «T4 "
			     "10de:1eb8»; correct it",
			     path, number);
	for (char *c = ids; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return models_add(models, name, ids, source) < 0 ? memory_error() : ROCKS_DONE;
}

/* The site's file may be absent. */
static int read_file(struct models *models, enum model_source source, const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	char *rest, *line;
	int number = 0, r;

	if (fd < 0 && errno == ENOENT && source == MODEL_SITE)
		return ROCKS_DONE;
	r = fd < 0 ? -errno : file_read_all(fd, FILE_MOST, &text);
	if (r < 0)
		return error("%s: the models of cards cannot be read: %s", path,
			     strerror(-r));
	rest = text.bytes;
	r = ROCKS_DONE;
	while (r == ROCKS_DONE && (line = strsep(&rest, "\n")))
		r = add_line(models, source, line, path, ++number);
	return r;
}

/* The file of a build folder, else the one that is installed. */
static int find_usual(struct strbuf *path)
{
	_cleanup_free_ char *program = NULL;
	int r = secure_path_program_folder(&program);

	if (r < 0)
		return error("the folder of this program cannot be found: %s",
			     strerror(-r));
	strbuf_add_format(path, "%s/gpu-models", program);
	if (!path->error && access(strbuf_text(path), F_OK) < 0) {
		strbuf_reset(path);
		strbuf_add_format(path, "%s/../lib/rocks/gpu-models", program);
	}
	return path->error ? memory_error() : ROCKS_DONE;
}

int models_load(const struct context *context, struct models *ret_models)
{
	_cleanup_strbuf_ struct strbuf usual = STRBUF_EMPTY;
	const char *site = secure_getenv("ROCKS_MODELS");
	int r = context_answer(context, db_models_read(context->db, ret_models));

	if (r == ROCKS_DONE)
		r = find_usual(&usual);
	if (r == ROCKS_DONE)
		r = read_file(ret_models, MODEL_SITE, site && *site ? site : SITE);
	if (r == ROCKS_DONE)
		r = read_file(ret_models, MODEL_USUAL, strbuf_text(&usual));
	models_sort(ret_models);
	return r;
}

const char *models_name(const struct models *models, const char *ids,
			char text[MODEL_IDS_SIZE])
{
	const char *model = models_of(models, ids);

	if (model || !ids)
		return model ? model : MODEL_UNKNOWN;
	snprintf(text, MODEL_IDS_SIZE, "%.9s", ids);
	return text;
}

/* A word that names no model is an error, not an empty list. */
int models_check_words(const struct invocation *invocation, const struct models *models)
{
	for (size_t i = 0; i < invocation->many_count; i++) {
		const char *word = invocation->many[i];

		if (!wish_is_ids(word) && !models_find(models, word))
			return error("there is no model «%s»; see `rocks list gpu model`",
				     word);
	}
	return ROCKS_DONE;
}

bool models_is_wanted(const struct invocation *invocation, const char *name,
		      const char *ids)
{
	for (size_t i = 0; i < invocation->many_count; i++) {
		const char *word = invocation->many[i];

		if (wish_is_ids(word) ? ids && strncasecmp(word, ids, strlen(word)) == 0
				      : name && strcasecmp(word, name) == 0)
			return true;
	}
	return invocation->many_count == 0;
}
