#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Whose definition a VM has: rocks makes it, or it is libvirt's own, kept in the inventory as it was
# last seen.
use strict;
use warnings;

use Fleet;
use Inventory;
use Rocks;
use Test::More;

my $host = 'vm-container-0-15';
my $uuid = '0d3c0a4e-6a54-4b5b-9a36-000000000001';

mkdir $_ or die for map { "$FOLDER/$_" } qw(plugins described);
system('cp', "$BUILD/tests/plugins/hypervisor-described.so", "$FOLDER/plugins") == 0 or die;
chmod 0755, "$FOLDER/plugins";
$ENV{DESCRIBED} = "$FOLDER/described";

# The hypervisor's VM of that name has this definition, NULL for one that only runs.
sub describes {
    my ($name, $xml, $next) = @_;
    spurt("$FOLDER/described/$host", join("\t", $name, $uuid, 'shutoff', 1, 64, '', '', '',
            join ' ', map { "0000:$_" } @{ $next // [] }) . "\n");
    unlink "$FOLDER/described/$uuid.xml";
    spurt("$FOLDER/described/$uuid.xml", $xml) if defined $xml;
    return;
}

sub syncs {
    my ($what, $row, $status) = @_;
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/plugins";
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks(qw(sync host vm output-header=no), 'output-col=vm,state,what');
    is($got->{status}, $status // 0, "$what: status") or diag($got->{err});
    like($got->{out} =~ s/ +/ /gr, $row, $what);
    return;
}

sub whose { return rocks(qw(list host vm showdefinition=yes output-header=no), 'output-col=definition')->{out} =~ s/\s//gr }
sub kept { return sql('SELECT xml FROM kept_definition') }

# What is recorded of it, and what a dump brings back.
{
    fresh_inventory("add host $host");
    prints("added VM rocks-33 on physical node $host\n", qw(add host vm), $host, qw(hosted-vm name=rocks-33),
        "uuid=$uuid", 'definition=libvirt');
    is(whose(), 'libvirt', 'add host vm');
    like(rocks(qw(dump host vm))->{out}, qr/ uuid=$uuid definition=libvirt$/, 'dump');
    my $dump = rocks('dump')->{out};
    fresh_inventory();
    is(rocks_in($dump, '--batch', '-')->{status}, 0, 'batch');
    is(rocks('dump')->{out}, $dump, 'brings it back');
    refused(qr/^rocks: rocks-33: the inventory has no copy of its definition, so what would change is not known; /,
        qw(set host vm rocks-33 definition=rocks));
    rocks(qw(set host vm rocks-33 definition=rocks yes=yes));
    is(whose(), 'rocks', 'set host vm');
    unlike(rocks('dump')->{out}, qr/definition/, 'the usual one is not dumped');
    misused(qr/^rocks: definition= must be rocks or libvirt, not «x»$/m, qw(set host vm rocks-33 definition=x));
    rocks(qw(set host vm rocks-33 definition=libvirt));
    rocks(qw(set host vm rocks-33 mem=1));
    is(whose(), 'libvirt', 'stays');
}

# libvirt's own is kept, as it was last seen.
{
    fresh_inventory("add host $host", "add host gpu $host gpupci1 01:00.0");
    describes('rocks-33', '<domain>1</domain>', [qw(01:00.0 5e:00.0)]);
    syncs('new', qr/^rocks-33 new /);
    is(whose(), 'libvirt', 'libvirt\'s own');
    is(kept(), '<domain>1</domain>', 'is kept');
    is(sql('SELECT functions FROM kept_definition'), ' 256 ', 'with where its recorded card is');
    syncs('the same', qr/^rocks-33 same -+$/);
    describes('rocks-33', "<domain>2 \x{e2}\x{82}\x{ac} '\"</domain>");
    syncs('another', qr/^rocks-33 changed its definition has changed there; the new one is kept$/);
    is(kept(), "<domain>2 \x{e2}\x{82}\x{ac} '\"</domain>", 'is kept instead');
    syncs('the same again', qr/^rocks-33 same -+$/);
    describes('rocks-33', 'x' x (1 << 20) . 'x');
    syncs('a long one', qr/^rocks-33 changed its definition has more than 1 MiB; /);
    like(kept(), qr/^<domain>2 /, 'is not kept');
    describes('rocks-33');
    syncs('none', qr/^rocks-33 same -+$/);
    like(kept(), qr/^<domain>2 /, 'changes nothing');
    rocks(qw(set host vm rocks-33 definition=rocks yes=yes));
    describes('rocks-33', '<domain>3</domain>');
    syncs('one that rocks makes', qr/^rocks-33 same -+$/);
    like(kept(), qr/^<domain>2 /, 'is none of libvirt\'s own');
    rocks(qw(remove host rocks-33));
    is(sql('SELECT count(*) FROM kept_definition'), '0', 'a removed VM has none');
    describes('rocks-33', 'x' x 10_000_000);
    syncs('10 MB', qr/^rocks-33 refused its definition has more than 1 MiB; see `virsh dumpxml $uuid` there$/, 1);
    is(sql('SELECT count(*) FROM host'), '1', 'and nothing is left of it');
}

# Where a recorded card was is known also if it is recorded later, and when it has left.
{
    fresh_inventory("add host $host");
    describes('rocks-33', '<domain>1</domain>', ['01:00.0']);
    syncs('before the card is recorded', qr/^rocks-33 new /);
    is(sql('SELECT functions FROM kept_definition'), ' ', 'none yet');
    rocks(qw(add host gpu), $host, qw(gpupci1 01:00.0));
    # As after a start, when libvirt reports more than what was kept.
    sql(q{UPDATE kept_definition SET xml = '<domain>0</domain>'});
    my $renumbered = 'UPDATE card SET address = 1280; UPDATE function SET address = 1280';
    for my $text ('<domain>1</domain>', '<domain>2</domain>') {
        syncs('once it is', qr/^rocks-33 /);
        is(sql('SELECT functions FROM kept_definition'), ' 256 ', 'its place');
        sql($renumbered);
        describes('rocks-33', '<domain>2</domain>', ['01:00.0']);
    }
}

# Its XML is the one that is kept, with the cards that the inventory gives it; then rocks makes it.
{
    my $xml = slurp('tests/data/definitions/with-card.xml') =~ s{(<uuid>).*(?=</uuid>)}{$1$uuid}r =~ s{(<name>).*(?=</name>)}{$1rocks-33}r;
    fresh_inventory("add host $host", "add host gpu $host gpupci1 02:00.0", "add host gpu $host gpupci2 03:00.0");
    describes('rocks-33', $xml, ['02:00.0']);
    refused(qr/^rocks: there is no host /, qw(report host vm config rocks-33));
    rocks(qw(add host vm), $host, qw(hosted-vm name=rocks-33), "uuid=$uuid", 'definition=libvirt');
    refused(qr/^rocks: rocks-33: its definition is libvirt's own, and the inventory has no copy of it; once it is defined on $host, `rocks sync host vm $host` keeps one$/, qw(report host vm config rocks-33));
    rocks(qw(remove host rocks-33));
    syncs('with a card', qr/^rocks-33 new /);
    my $report = sub { return rocks(qw(report host vm config rocks-33))->{out} };
    my $same   = $report->();
    ok($same =~ tr/"\n/'/dr eq $xml =~ tr/"\n/'/dr, 'the definition as it is there');
    rocks(qw(add host vm-container-0-16));
    refused(qr/^rocks: rocks-33: its definition is libvirt's own, which may name what only $host has, so rocks does not move it; /,
        qw(move host vm rocks-33 vm-container-0-16));
    rocks(qw(add host gpu rocks-33 gpupci2 gpupci2));
    my ($given) = $report->() =~ m{(<hostdev(?:(?!</hostdev>).)*bus="0x03".*?</hostdev>)}s;
    like($given, qr/managed="yes"/, 'a card that is given');
    ok($report->() =~ s/\s*\Q$given\E//r eq $same, '... and nothing else');
    rocks(qw(remove host gpu rocks-33), $_) for qw(gpupci gpupci2);
    my $none = $report->();
    is(scalar(() = $none =~ /<hostdev/g), 0, 'cards that are taken');
    ok($none eq $same =~ s{\s*<hostdev.*?</hostdev>}{}sr, '... and nothing else');
    # The card that was there has another address now, and something else has its own.
    sql(q{UPDATE card SET address = 1280, last_address = 1280 WHERE name = 'gpupci1'; UPDATE function SET address = 1280 WHERE address = 512});
    ok($report->() eq $none, 'what has the address of a card that was renumbered is not passed');
    my $before = inventory();
    my $got = rocks(qw(set host vm rocks-33 definition=rocks));
    is($got->{status}, 1, 'definition=rocks asks');
    like($got->{err}, qr/^rocks: rocks-33: rocks would make its definition .*; yes=yes agrees /, '... for a yes');
    like($got->{err}, qr/^rocks: rocks-33: would lose input tablet /m, 'what would be lost') or diag($got->{err});
    like($got->{err}, qr/^rocks: rocks-33: would get graphics vnc /m, 'what would come');
    is(inventory(), $before, 'nothing is changed');
    prints('', qw(set host vm rocks-33 definition=rocks yes=yes));
    unlike($report->(), qr/tablet/, 'what rocks makes');
    prints('', qw(set host vm rocks-33 definition=libvirt));
    ok($report->() eq $none, 'and back');
    rocks(qw(set host vm rocks-33), 'uuid=0d3c0a4e-6a54-4b5b-9a36-000000000002');
    refused(qr/^rocks: rocks-33: its definition in the inventory is of the UUID $uuid, not 0d3c/, qw(report host vm config rocks-33));
}

# A card that is passed otherwise than as a <hostdev>: not removed, not passed twice.
{
    my $xml = slurp('tests/data/definitions/with-card.xml') =~ s{(<uuid>).*(?=</uuid>)}{$1$uuid}r =~ s{(<name>).*(?=</name>)}{$1rocks-33}r
        =~ s{<hostdev.*?</hostdev>}{<interface type='hostdev' managed='yes'><source><address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/></source></interface>}sr;
    fresh_inventory("add host $host", "add host gpu $host gpupci1 02:00.0");
    describes('rocks-33', $xml);
    syncs('an interface', qr/^rocks-33 new /);
    refused(qr/^rocks: rocks-33: its definition passes 0000:02:00.0 of $host in <interface>, which is of a card that the inventory does not give it; give it the card with rocks add host gpu, or remove <interface> with virsh edit$/,
        qw(report host vm config rocks-33));
    rocks(qw(add host gpu rocks-33 gpupci gpupci1));
    unlike(rocks(qw(report host vm config rocks-33))->{out}, qr/<hostdev/, 'has it once');
}

# A start defines it as it is, with its password and without a mark, unless somebody has changed it.
{
    my %domain = (name => 'rocks-33', uuid => $uuid, state => 'shutoff');
    my $screen = "<graphics type='vnc' passwd='secret'/>";
    fresh_inventory("add host $host");
    hypervisor($host, { %domain, devices => $screen });
    is(rocks(qw(sync host vm))->{status}, 0, 'recorded by libvirt itself');
    unlike(kept(), qr/secret/, 'without its password');
    prints('', qw(start host vm rocks-33));
    unlike(sql('SELECT xml FROM definition'), qr/urn:gpupt/, 'no mark');
    my $changed = qr/^rocks: rocks-33: its definition on $host has changed since the inventory kept it; `rocks sync host vm $host` keeps the new one, `rocks start host vm rocks-33 replace=yes` replaces it by the one that was kept$/m;
    for my $devices ("$screen<sound model='ich9'/>", '') {
        hypervisor($host, { %domain, devices => $devices });
        my $got = rocks(qw(start host vm rocks-33));
        is($got->{status}, 1, 'changed since');
        like($got->{err}, $changed, '... and said');
    }
    prints('', qw(start host vm rocks-33 replace=yes));
    is(rocks(qw(sync host vm))->{status}, 0, 'the new one is kept');
    prints('', qw(start host vm rocks-33));
}

done_testing();
