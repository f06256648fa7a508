#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks help: a command, a search of the usages, the list.
use strict;
use warnings;

use Rocks;
use Test::More;

my $list = rocks()->{out};
prints($list, 'help');

# All sections, with what the tables have in common.
prints(<<'END', qw(help list host vm));
usage: rocks list host vm [host]... [showdisks=] [showdefinition=]
    [showowner=] [status=] [output-header=] [output-col=] [json=]

list VMs and the hosts they are on

Arguments:
    {host}
        VMs, or containers for all VMs on them; all by default

Parameters:
    showdisks=
        yes: with disks and CD-ROM
    showdefinition=
        yes: with libvirt's name for each, and whose definition it has
    showowner=
        yes: with the owner and the project of each
    status=
        yes: with the state of each VM, as libvirt on its container reports it
    output-header=
        no: without the line of column names
    output-col=
        only these columns, by their names in the header
    json=
        yes: JSON, an object for each value of the first column

Examples:
    rocks list host vm
    rocks list host vm vm-container-0-15 showdisks=yes

Related:
    rocks start host vm
    rocks add host vm
    rocks set host vm
    rocks set host vm cdrom
    rocks remove host vm
    rocks list host gpu
END
prints(<<'END', qw(help list appliance));
usage: rocks list appliance [appliance]... [output-header=] [output-col=]
    [json=]

list the appliances: the kinds of host

Arguments:
    {appliance}
        appliances, or patterns with %; all by default

Parameters:
    output-header=
        no: without the line of column names
    output-col=
        only these columns, by their names in the header
    json=
        yes: JSON, an object for each value of the first column

Examples:
    rocks list appliance

Related:
    rocks add appliance
    rocks remove appliance
    rocks list appliance attr
END

# Every command: its words, its summary as in the list, related commands that exist.
my %summaries = map { /^(.*?)  +(.*)$/ ? ($1 => $2) : () } split /\n/, $list;
for my $words (sort keys %summaries) {
    my $help = rocks('help', split / /, $words)->{out};
    like($help, qr/^usage: rocks \Q$words\E/, "$words: usage");
    my ($summary) = $help =~ /\n\n(.*?)\n\n/s;
    is($summary =~ s/\n/ /gr, $summaries{$words}, "$words: summary");
    like($help, qr/^Examples:\n    rocks /m, "$words: examples");
    my ($related) = $help =~ /^Related:\n(.*)\z/ms;
    for my $other (($related // '') =~ /^    rocks (.*)$/mg) {
        ok($summaries{$other}, "$words: related: $other");
        isnt($other, $words, "$words: not related to itself");
    }
}

# Other words are searched for in the usages, in any case.
my $serial = <<'END';
usage: rocks add host gpu {host} {gpu} {value} [functions=] [serial=]
    [path=] [id=] [numa=] [state=] [kind=] [parent=] [group=] [vgpu=] [seen=]
    [uuid=] [same-as=] [near=] [asked=]
usage: rocks add retired gpu {gpu} {value} [functions=] [serial=] [path=]
    [id=] [numa=] [state=] [kind=] [parent=] [group=] [vgpu=] [seen=] [uuid=]
    [same-as=]
usage: rocks remove retired gpu {serial}
usage: rocks set host gpu {host} {gpu} [value] [functions=] [serial=]
    [path=] [id=] [numa=] [state=] [kind=] [parent=] [group=] [vgpu=] [seen=]
    [uuid=] [same-as=]
END
prints($serial, 'help', $_) for qw(serial SERIAL);
prints($serial =~ s/^.*\{serial\}\n//mr, qw(help erial=));
prints("usage: rocks list appliance [appliance]... [output-header=] [output-col=]\n    [json=]\n",
    qw(help list), 'appliance [app');
fails(qr/^rocks: no usage contains «qwerty»; `rocks` lists all commands$/,     qw(help qwerty));
fails(qr/^rocks: no usage contains «qwerty a=b»; `rocks` lists all commands$/, qw(help qwerty a=b));

done_testing;
