/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into rocks: a libvirt of the version in TEST_LIBVIRT_VERSION, such as 9000000. */
#include <stdlib.h>

#include <libvirt/libvirt.h>

int virConnectGetLibVersion(virConnectPtr connection, unsigned long *version)
{
	const char *text = getenv("TEST_LIBVIRT_VERSION");

	(void)connection;
	*version = text ? strtoul(text, NULL, 10) : LIBVIR_VERSION_NUMBER;
	return 0;
}
