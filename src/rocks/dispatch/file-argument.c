/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file=PATH in place of a positional. */
#include <string.h>

#include "src/cli/file-value.h"
#include "src/rocks/dispatch/file-argument.h"

const struct argument file_parameter[] = {
	ARGUMENT_TEXT(FILE_PARAMETER, NULL, 0, PATH),
	ARGUMENTS_END,
};

const struct argument *file_argument(const struct command *command)
{
	const struct argument *argument = command->arguments;

	while (argument && argument->name && !(argument->flags & ARGUMENT_FILE))
		argument++;
	return argument && argument->name ? argument : NULL;
}

const char **file_slot(struct invocation *invocation)
{
	const struct command *command = invocation->command;

	return &invocation->values[file_argument(command) - command->arguments];
}

const char *file_path_of(const char *word)
{
	static const char key[] = FILE_PARAMETER "=";

	return strncmp(word, key, strlen(key)) == 0 ? word + strlen(key) : NULL;
}

const char *find_file(const struct command *command, char *const *words, size_t count)
{
	const char *path = NULL;

	if (!file_argument(command))
		return NULL;
	for (size_t i = 0; i < count && !path; i++)
		path = file_path_of(words[i]);
	return path;
}

int read_file(const struct command *command, const char *path, char **ret_text)
{
	return read_document(path, ARGUMENT_MOST_MIB, file_argument(command)->name,
			     ret_text);
}
