/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of kernel drivers and modules, as sysfs has them. */
#ifndef LIB_DRIVER_NAME_H
#define LIB_DRIVER_NAME_H

#include <stdbool.h>

/* Room for a driver's or a module's name and its NUL; MODULE_NAME_LEN is 56 on 64 bits. */
#define DRIVER_SIZE 64

/* Whether a word can be a driver's name: it fits, prints, has no blank and no slash. */
bool driver_is_name(const char *word);

#endif
