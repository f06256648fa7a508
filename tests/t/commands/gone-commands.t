#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands of Rocks that are not here: an error that says so and what to type, never a host of
# that name, and nothing changes.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

walkthrough_inventory();
sub is_gone {
    my ($command, $advice, @rest) = @_;
    my $before = inventory();
    my $got    = rocks((split / /, $command), @rest);
    is("$got->{status} $got->{out}", '2 ', "rocks $command @rest: wrong usage");
    like($got->{err}, qr/\Arocks: there is no command «\Q$command\E» any more, which Rocks had: $advice\n\z/,
        "rocks $command @rest: why, and what to do");
    return ok(inventory() eq $before, "rocks $command @rest: changed nothing");
}

# Each of them, after what is a command of ours, with hosts that exist.
my @gone = slurp('src/rocks/dispatch/gone.c') =~ /^\t\{ "([^"]+)",/mg;
cmp_ok(scalar @gone, '>', 50, 'there are some');
is_gone($_, '[^\n]+', 'rocks-33', 'x') for @gone;
is_gone('set host boot', 'rocks does not install hosts; the attribute kvm_boot says what a VM starts from',
    qw(rocks-33 action=install));
is_gone('set host power', 'use `rocks start host vm` and `rocks stop host vm`, or the host\'s BMC', qw(rocks-33 action=on));
is_gone('save host vm', 'libvirt cannot save a VM with a card; see `rocks pause host vm`', 'rocks-33');
is_deeply([ @gone ], [ sort @gone ], 'they are sorted');
my %known = map { $_ => 1 } rocks()->{out} =~ /^(\S+(?: \S+)*)  /mg;
is_deeply([ grep { $known{$_} } @gone ], [], 'none of them is there');
# What they say to type is there.
my %advised = map { $_ => 1 } slurp('src/rocks/dispatch/gone.c') =~ /`rocks ([a-z ]+)`/g;
is_deeply([ grep { !$known{$_} } sort keys %advised ], [], 'what they advise is');

# A host of such a name is there by quoting the words of the command.
prints('', 'add host', qw(boot membership=compute rack=0 rank=1));
prints('', 'set host', qw(boot cpus=4));
is(sql("SELECT cpus FROM host WHERE name = 'boot'"), 4, 'a host called boot');
my $got = rocks_in("set host power rocks-33 action=on\n", qw(--batch -));
like($got->{err}, qr/^rocks: -:1: there is no command «set host power» any more/, 'in a batch, too');

# A command of the site comes first.
mkdir "$FOLDER/libexec", 0755;
spurt("$FOLDER/libexec/rocks-set-host-boot", "#!/bin/sh\necho \"site: \$*\"\n");
chmod 0755, "$FOLDER/libexec/rocks-set-host-boot";
$ENV{ROCKS_LIBEXEC} = "$FOLDER/libexec";
prints("site: rocks-33 action=os\n", qw(set host boot rocks-33 action=os));

done_testing;
