/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which format QEMU takes the variables of a VM's firmware for. */
#ifndef PLUGINS_LIBVIRT_VARIABLES_H
#define PLUGINS_LIBVIRT_VARIABLES_H

#include <libxml/tree.h>

#define VARIABLES_FORMAT 16 /* bytes of a format's name, with its end */

/*
 * Cuts a VM's XML down to what libvirt picks the firmware by, so that a host that lacks the
 * VM's devices can be asked. Freed with xmlFree(). NULL if the XML cannot be parsed,
 * or if out of memory.
 */
xmlChar *variables_domain(const char *xml);

/*
 * Reads the format, such as raw or qcow2, from the QEMU command line that libvirt makes. 0; 1
 * if it passes no variables, or not as libvirt 5.10 and later does.
 */
int variables_format(const char *line, char ret_format[VARIABLES_FORMAT]);

#endif
