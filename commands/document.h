/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a file that the user names, whole. */
#ifndef COMMANDS_DOCUMENT_H
#define COMMANDS_DOCUMENT_H

/*
 * The text of a file of at most 64 MiB, of standard input for "-"; freed by the caller.
 * ROCKS_DONE, or ROCKS_FAILED after a word about it.
 */
int read_document(const char *path, char **ret_text);

#endif
