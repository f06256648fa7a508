/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that nobody can guess. */
#ifndef LIB_TOKEN_H
#define LIB_TOKEN_H

#define TOKEN_SIZE 17 /* with the NUL */

/* Makes a word of 16 random hexadecimal digits. 0, or -EIO. */
int token_make(char token[TOKEN_SIZE]);

#endif
