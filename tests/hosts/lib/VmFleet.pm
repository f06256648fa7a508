# SPDX-License-Identifier: GPL-2.0-or-later
# The frontend of some VM hosts (see VmHost), and all that a test of tests/hosts is written
# with. `use Namespaces` comes before it.
package VmFleet;
use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(basename);
use Frontend;
use Rocks;
use Scenario;
use Test::More;
use VmHost qw($DISKS);

our @EXPORT = (qw($DISKS fleet set_up_inventory over_ssh), @Frontend::EXPORT, @Scenario::EXPORT,
    @Rocks::EXPORT, @Test::More::EXPORT);

# What stays of a test that failed.
my $KEPT = "$BUILD/hosts/" . basename($0, '.t');

my @hosts;

# Boots hosts and has the inventory reach them: fleet(name => machine of tests/data/hosts or
# undef, ...); the VmHosts, in this order.
sub fleet {
    my (@pairs) = @_;
    while (my ($name, $cards) = splice @pairs, 0, 2) {
        push @hosts, VmHost->new($name, @hosts + 1, $cards);
    }
    _set_up_network();
    $_->start()      for @hosts;
    $_->wait_ready() for @hosts;
    $ENV{VM_HOSTS}  = "$FOLDER/hosts";
    $ENV{ROCKS_SSH} = abs_path('tests/hosts/ssh');
    set_up_inventory();
    return @hosts;
}

# A new inventory: the hosts, how libvirt is reached, and VMs that need no KVM.
sub set_up_inventory {
    unlink glob "$ENV{ROCKS_DB}*";
    frontend('set', 'attr', 'libvirt_uri',
        "qemu+unix:///system?socket=$FOLDER/hosts/HOST/run/libvirt/libvirt-sock");
    frontend(qw(set attr kvm_domain_type qemu));
    frontend(qw(set attr cpu_mode maximum));
    frontend('add', 'host', $_->name) for @hosts;
    return;
}

# The hosts reach each other by name, with the real ssh; so does the frontend, see over_ssh().
sub _set_up_network {
    for my $words (
        [qw(link add hosts type bridge)],
        [qw(address add 10.1.0.254/24 dev hosts)],
        [qw(link set hosts up)],
    ) {
        system('ip', @$words) == 0 or die "failed: ip @$words\n";
    }
    system('ssh-keygen', qw(-q -t ed25519 -N), '', '-f', "$FOLDER/key") == 0
        or die "ssh-keygen failed\n";
    my $addresses = join '', map { $_->address . ' ' . $_->name . "\n" } @hosts;
    my $known     = join '', map { $_->name . ' ' . $_->public_key . "\n" } @hosts;
    for my $host (@hosts) {
        $host->introduce(
            $addresses,
            authorized_keys => slurp("$FOLDER/key.pub"),
            id_ed25519      => slurp("$FOLDER/key"),
            known_hosts     => $known,
        );
    }
    spurt("$FOLDER/known_hosts", $known);
    my $config = <<"END";
Host *
  User root
  IdentityFile $FOLDER/key
  IdentitiesOnly yes
  UserKnownHostsFile $FOLDER/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  LogLevel ERROR
END
    for my $host (@hosts) {
        my ($name, $address) = ($host->name, $host->address);
        $config .= "Host $name\n  HostName $address\n  HostKeyAlias $name\n";
    }
    spurt("$FOLDER/ssh_config", $config);
    return;
}

# From now on the frontend reaches ssh and libvirt of the hosts by the real ssh.
sub over_ssh {
    my $program = "$FOLDER/ssh";
    spurt($program, "#!/bin/sh\nexec ssh -F $FOLDER/ssh_config \"\$@\"\n");
    chmod 0755, $program or die "$program: $!\n";
    $ENV{ROCKS_SSH} = $program;
    frontend('set', 'attr', 'libvirt_uri', "qemu+ssh://HOST/system?no_tty=1&command=$program");
    return;
}

END {
    my $status = $?;
    system 'rm', '-rf', $KEPT;
    if (@hosts && ($status || !Test::More->builder->is_passing)) {
        system 'mkdir', '-p', $KEPT;
        system 'cp', '-r', $_->folder . '/log', "$KEPT/" . $_->name for @hosts;
        diag("what the hosts said is kept in $KEPT");
    }
    $? = $status;
}

1;
