# SPDX-License-Identifier: GPL-2.0-or-later
# What a scenario of the lab is written with: hosts that boot, and stories that run on
# them. Run by tests/lab/run, which makes what this needs and prints how long each took.
package Lab;
use strict;
use warnings;

use Exporter qw(import);
use Frontend;
use JSON::PP qw(decode_json);
use Lab::Cluster;
use Lab::Frontend qw(ssh_program reach);
use Lab::Guest;
use Lab::Host;
use Lab::Kernel qw($LAB);
use Rocks;
use Scenario ();
use Test::More;
use Time::HiRes qw(time);

our @EXPORT = (
    qw(boot boot_cluster scenario scan_of cards_of ssh_program reach),
    @Frontend::EXPORT, @Rocks::EXPORT, @Test::More::EXPORT
);

# The folder of this test: what stays of it when it fails.
my ($name) = $0 =~ m{tests/lab/(.*)\.t$};
$name =~ tr{/}{-};
my $folder = "$LAB/run/$name";
my @hosts;

# Cards of the lab are QEMU's own devices.
my $CONFIGURATION = "vendor 1234\nclass 03\n";

# A host of that name and hardware (see Lab::Hardware), booted.
sub boot { return _host(@_)->boot() }

# Hosts that reach each other by name, { name => hardware }; see Lab::Cluster.
sub boot_cluster {
    my ($hardware) = @_;
    return Lab::Cluster::boot($hardware, \&_host, $folder);
}

# One that is off.
sub _host {
    my ($host_name, $hardware) = @_;
    my $host = Lab::Host->new($host_name, $hardware, "$folder/$host_name",
        { '/etc/gpupci.conf' => $CONFIGURATION });
    push @hosts, $host;
    return $host;
}

sub _write_time {
    my ($title, $passed, $seconds) = @_;
    open my $file, '>>', "$LAB/times" or die "$LAB/times: $!\n";
    printf {$file} "%s\t%s\t%.1f\t%s\n", $passed ? 'ok' : 'FAILED', $name, $seconds, $title;
    close $file or die "$LAB/times: $!\n";
}

# A story with a title; what it took goes into the table.
sub scenario {
    my ($title, $story) = @_;
    my $begun  = time;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $passed = Scenario::scenario($title, $story);
    _write_time($title, $passed, time - $begun);
    return $passed;
}

# What gpupci finds on a host, as the document it prints.
sub scan_of { return decode_json($_[0]->run('gpupci --list --json')) }

# The same by card: { gpupci1 => [ functions ] }.
sub cards_of {
    my %cards;
    push @{ $cards{ $_->{card} // 'none' } }, $_ for @{ scan_of($_[0])->{functions} };
    return \%cards;
}

END {
    my $status = $?;
    $_->power_off() for @hosts;
    my $failed = $status || !Test::More->builder->is_passing;
    diag("what the hosts said is kept in $folder") if $failed;
    system 'rm', '-rf', $folder if !$failed;
    $? = $status;
}

1;
