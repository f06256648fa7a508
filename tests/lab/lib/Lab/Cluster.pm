# SPDX-License-Identifier: GPL-2.0-or-later
# Several VM hosts that reach each other by name, and that this machine reaches by ssh.
package Lab::Cluster;
use strict;
use warnings;

use IO::Socket::INET;
use Lab::Kernel qw($LAB command);
use Rocks qw(slurp spurt);

# Boots hosts, each with ssh; { name => hardware } and a function that makes one of them that
# is off. A cluster: { hosts, ssh_config }.
sub boot {
    my ($hardware, $make, $folder) = @_;
    my @names = sort keys %$hardware;
    my @hosts = map { $make->($_, "$hardware->{$_} ssh=yes") } @names;
    # One group of receivers for all of them, which no other cluster has.
    my $port = _free_datagram_port();
    my $number = 0;
    $_->join_cluster($port, ++$number) for @hosts;
    $_->start()                        for @hosts;
    $_->wait_ready()                   for @hosts;
    my $self = { hosts => { map { $_->name => $_ } @hosts }, ssh_config => "$folder/ssh_config" };
    my $addresses = join '', map { $_->cluster_address . ' ' . $_->name . "\n" } @hosts;
    $_->start_ssh("127.0.0.1 localhost\n$addresses") for @hosts;
    _write_ssh_config($self->{ssh_config}, @hosts);
    return $self;
}

sub _free_datagram_port {
    my $socket = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1', LocalPort => 0)
        or die "no free port: $!\n";
    return $socket->sockport;
}

sub _write_ssh_config {
    my ($path, @hosts) = @_;
    my $text = '';
    for my $host (@hosts) {
        my ($name, $port) = ($host->name, $host->ssh_port);
        $text .= "Host $name\n  HostName 127.0.0.1\n  Port $port\n  HostKeyAlias $name\n";
    }
    spurt("$path.known", join '', map { $_->name . ' ' . $_->ssh_key . "\n" } @hosts);
    spurt($path, $text . <<"TEXT");
Host *
  User root
  IdentityFile $LAB/key
  IdentitiesOnly yes
  UserKnownHostsFile $path.known
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  LogLevel ERROR
TEXT
}

1;
