/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions that a domain's XML gives it. */
#ifndef PLUGINS_LIBVIRT_FUNCTIONS_H
#define PLUGINS_LIBVIRT_FUNCTIONS_H

#include <stdint.h>

#include "plugins/passed.h"

/* 32 cards of 8 functions, and as many other devices as a guest has room for. */
#define MOST_FUNCTIONS 1024

struct functions {
	char texts[MOST_FUNCTIONS][PASSED_TEXT_SIZE];
	const char *list[MOST_FUNCTIONS];
	uint32_t count;
};

/*
 * The functions that a domain's XML gives it. An interface of a running domain may have a
 * device that libvirt took from a network's pool: it counts only if the definition,
 * known, has it too. known is NULL if the XML is the definition. 0; -EINVAL if the XML
 * cannot be parsed, -E2BIG if there are more than MOST_FUNCTIONS.
 */
int functions_read(const char *xml, const struct functions *known,
		   struct functions *functions);

#endif
