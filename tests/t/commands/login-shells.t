#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Hosts whose users have a shell that is not a POSIX shell, or one that prints when it starts:
# what rocks sends itself is for sh, and just what that prints is read.
use strict;
use warnings;

use Fleet;
use Inventory;
use Rocks;
use Scan;
use Test::More;

my $container = 'vm-container-0-15';
my @cards     = (card('gpupci1', '0000:02:00', driver => 'vfio-pci', iommu_group => 7));
begin(@cards);
fleet();
rocks(qw(remove host vm-container-0-16));
spurt("$FOLDER/scan.json", document(\@cards));
on_host($container, 'gpupci', "cat '$FOLDER/scan.json'\n");
hypervisor($container);
rocks('set', 'host', 'vm', 'rocks-33', "disk=file:$FOLDER/disks/a!b.vda,vda,virtio", 'disksize=1');

# What sync, check and start say, which look at the host, run scripts there, make disks.
sub works {
    my ($what) = @_;
    unlink "$FOLDER/disks/a!b.vda";
    my $got = rocks(qw(sync host gpu));
    is($got->{err}, '', "$what: sync host gpu");
    like($got->{out}, qr/^vm-container-0-15: gpupci1 pci_0000_02_00_0 same /m, "$what: finds the card");
    prints('', qw(check host gpu));
    return prints("rocks-33: made $FOLDER/disks/a!b.vda on $container\n", qw(start host vm rocks-33));
}
works('sh');

# The user's shell, which has another language.
spurt("$FOLDER/csh", "#!/bin/sh\necho \"csh \$*\"\necho 'Illegal variable name.' >&2\nexit 1\n");
chmod 0755, "$FOLDER/csh" or die;
{
    local $ENV{SHELL} = "$FOLDER/csh";
    works('csh');
    unlike(ssh_words($container), qr/(?<!\\)!/, 'no ! is left to the history of a csh');
    is(rocks('run', 'host', $container, 'echo a')->{out}, "csh -c echo a\n",
        'what a person types is for the shell of the user there');
}

# A start-up file that prints: whole lines, and one that does not end.
for my $greeting ('Welcome\\n\\n', 'Welcome', '\\n', '{\\n{') {
    my $ssh = slurp("$FOLDER/ssh");
    spurt("$FOLDER/ssh", $ssh =~ s/^exec sh -c/printf '$greeting'; exec sh -c/mr);
    works("printf '$greeting'");
    my $got = rocks('run', 'host', $container, 'echo a');
    (my $shown = $greeting) =~ s/\\n/\n/g;
    is($got->{out}, $shown =~ s/(?<=[^\n])\z/\n/r . "a\n", 'run host passes it on');
    spurt("$FOLDER/ssh", $ssh);
}

done_testing;
