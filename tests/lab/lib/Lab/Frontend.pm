# SPDX-License-Identifier: GPL-2.0-or-later
# The frontend of a cluster of the lab: this machine, with an inventory of its own.
package Lab::Frontend;
use strict;
use warnings;

use Exporter qw(import);
use Frontend;
use Rocks;

our @EXPORT_OK = qw(ssh_program reach);

# ssh to the hosts of a cluster, as one word: libvirt takes no more for its ssh command.
sub ssh_program {
    my ($cluster) = @_;
    spurt("$FOLDER/ssh", "#!/bin/sh\nexec ssh -F $cluster->{ssh_config} \"\$@\"\n");
    chmod 0755, "$FOLDER/ssh" or die "$FOLDER/ssh: $!\n";
    return "$FOLDER/ssh";
}

# Has the inventory reach the hosts of a cluster, and their VMs run as the lab can run them.
sub reach {
    my ($cluster) = @_;
    $ENV{ROCKS_SSH} = "ssh -F $cluster->{ssh_config}";
    my $ssh = ssh_program($cluster);
    frontend('set', 'attr', 'libvirt_uri', "qemu+ssh://HOST/system?no_tty=1&command=$ssh");
    frontend(qw(set attr kvm_domain_type qemu));
    frontend(qw(set attr cpu_mode maximum));
    frontend('add', 'host', $_) for sort keys %{ $cluster->{hosts} };
}

1;
