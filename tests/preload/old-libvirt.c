/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into rocks by a test: every libvirt says that it is the one before 8.9.0. */
int virConnectGetLibVersion(void *connection, unsigned long *version);

int virConnectGetLibVersion(void *connection, unsigned long *version)
{
	(void)connection;
	*version = 8008000;
	return 0;
}
