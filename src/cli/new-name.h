/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that people give, in a place where a command may have a word of its own. */
#ifndef SRC_CLI_NEW_NAME_H
#define SRC_CLI_NEW_NAME_H

/*
 * Whether a new model, project, flavor or aggregate may have that name: it must not be a word
 * of a command, in any case of letters, or stand for no value, as none does. What letters it
 * may have is for db/ to check. what is its kind, as in a sentence: "project". ROCKS_DONE, or
 * ROCKS_FAILED after printing an error.
 */
int check_new_name(const char *what, const char *name);

#endif
