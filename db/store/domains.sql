-- Version 15: the name that libvirt has for a VM, if it is not the host's.

ALTER TABLE vm ADD COLUMN domain TEXT CHECK (domain <> '');
