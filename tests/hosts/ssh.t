#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The frontend with the real ssh and pdsh, to the real sshd of two hosts: commands, libvirt,
# other host keys, hosts that are down.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;

my @names = qw(vm-container-0-0 vm-container-0-1);
my ($first, $second) = @names;
my $vm = 'rocks-33';
my %host;
@host{@names} = fleet(map { $_ => 't4' } @names);
over_ssh();

# A call of rocks: its status, and both streams, in lines that are sorted as hosts answer in
# any order.
sub says {
    my ($status, $out, $err, @words) = @_;
    my $got  = rocks(@words);
    my $name = "rocks @words";
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{status}, $status, "$name: status");
    is(join('', sort $got->{out} =~ /.*\n/g), join('', sort $out =~ /.*\n/g), "$name: output");
    return like(join('', sort $got->{err} =~ /.*\n/g), qr/\A$err\z/, "$name: words");
}

scenario 'run host' => sub {
    my @run = ('run', 'host', @names);
    says(0, "$first\n$second\n", "rocks: 2 ok, 0 failed, 0 down\n", @run, 'hostname');
    says(
        0, join('', map {"$_: $_ it's \$HOME; 100% \"so\"\n"} @names),
        "rocks: 2 ok, 0 failed, 0 down\n",
        @run, 'collate=yes', q{printf '%s it'\''s $HOME; 100%% "so"\n' "$(hostname)"});
    says(1, "$first\n", "rocks: 1 ok, 1 failed, 0 down\nrocks: $second: exit status 7\nsorry\n",
        @run, "[ \$(hostname) = $first ] || { echo sorry >&2; exit 7; }; hostname");
    says(
        1, '',
        "rocks: 0 ok, 2 failed, 0 down\n" . join('', map {"rocks: $_: exit status 255\n"} @names),
        @run, 'exit 255');
    says(
        1, '',
        "rocks: 0 ok, 1 failed, 0 down\nrocks: $first: ended after 1 s; timeout= gives it longer\n",
        'run', 'host', $first, 'timeout=1', 'sleep 543');
    isnt($host{$first}->try("grep -qsa 'sleep.54[3]' /proc/[0-9]*/cmdline")->{status},
        0, 'and there it ended');
};

scenario 'cards and VMs' => sub {
    frontend(qw(sync host gpu));
    is(scalar(() = frontend(qw(list host gpu output-header=no)) =~ /\n/g), 8, 'the cards of both');
    frontend('add', 'host', 'vm', $first, 'hosted-vm', "name=$vm", 'mem=64',
        "disk=file:$DISKS/$vm.vda,vda,virtio", 'disksize=1');
    prints("$vm: made $DISKS/$vm.vda on $first\n", qw(start host vm), $vm);
    is(status_of($vm), 'active', 'it runs');
    finds('all agree');
};

scenario 'another host key' => sub {
    my $known = "$FOLDER/known_hosts";
    my $right = slurp($known);
    run_program('', qw(ssh-keygen -q -t ed25519 -N), '', '-f', "$FOLDER/other");
    my ($other) = slurp("$FOLDER/other.pub") =~ /^(\S+ \S+)/;
    frontend(qw(add host gpu), $vm, qw(gpupci gpupci1));
    for my $wrong ("$first $other\n", '') {
        my $which = $wrong ? 'changed' : 'unknown';
        spurt($known, $wrong);
        my $words = qr/its host key is not the one that ssh knows; compare them at its console, /;
        complains(1, qr/^rocks: $first: $words/m, 'run', 'host', $first, 'true');
        complains(1, qr/^rocks: $first: down: $words/m, qw(sync host gpu));
        complains(3, qr/^rocks: $first: down: $words/m, qw(check host gpu));
        complains(3, qr/^rocks: $first: $words/m, qw(list host vm status=yes));
        complains(1, qr/^rocks: $vm: $first cannot say whether [^\n]*$words/m,
            qw(start host vm), $vm);
        is(slurp($known), $wrong, "$which: no key was taken");
    }
    spurt($known, $right);
    frontend(qw(remove host gpu), $vm, 'gpupci');
    finds('with the right key');
};

scenario 'a host that lets nobody in' => sub {
    my @run = ('run', 'host', @names, 'hostname');
    $host{$first}->run('kill $(cat /run/sshd/pid)');
    says(1, "$second\n$first: down\n",
        qr/rocks: 1 ok, 0 failed, 1 down\nssh: connect to [^\n]+: Connection refused\r?\n/, @run);
    complains(1, qr/\Arocks: $first: down: [^\n]*Connection refused\n\z/, qw(sync host gpu));
    complains(3, qr/\Arocks: $first: down: [^\n]*Connection refused\n\z/, qw(check host gpu));
    complains(3, qr/\Arocks: $first: libvirt on $first cannot be reached[^\n]*Connection refused/,
        qw(list host vm status=yes));
    $host{$first}->run("/usr/sbin/sshd -f '" . $host{$first}->folder . "/sshd_config'");
    says(0, "$first\n$second\n", "rocks: 2 ok, 0 failed, 0 down\n", @run);
    is(status_of($vm), 'active', 'the VM runs through all this');
};

done_testing();
