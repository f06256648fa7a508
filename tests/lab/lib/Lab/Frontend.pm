# SPDX-License-Identifier: GPL-2.0-or-later
# The frontend of a cluster of the lab: this machine, with an inventory of its own.
package Lab::Frontend;
use strict;
use warnings;

use Exporter qw(import);
use JSON::PP qw(decode_json);
use Rocks;
use Test::More;

our @EXPORT_OK = qw(frontend ssh_program reach types finds);

# A frontend command that has to succeed; its output.
sub frontend {
    my $got = rocks(@_);
    die "rocks @_: $got->{err}\n" if $got->{status};
    return $got->{out};
}

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

# Types in a shell what rocks told to type.
sub types {
    my ($line) = @_;
    local $ENV{PATH} = "$BUILD:$ENV{PATH}";
    my $got = run_program('', 'sh', '-c', $line);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is($got->{status}, 0, $line) || diag($got->{err});
}

# The rows of rocks check host gpu: card, VM, what; then the commands that it tells to type.
sub finds {
    my ($what, @rows) = @_;
    my $got   = rocks(qw(check host gpu json=yes));
    my @found = map { @{ $_->{gpu} } } @{ decode_json($got->{out} || '[]') };
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{err},    '',            "$what: no complaint");
    is($got->{status}, @rows ? 1 : 0, "$what: status");
    is_deeply([ map { [ $_->{gpu}, $_->{vm}, $_->{what} =~ s/ \(pid \d+\)$//r ] } @found ], \@rows,
        "$what: rows")
        or diag($got->{out});
    return map { $_->{repair} } @found;
}

1;
