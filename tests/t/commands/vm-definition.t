#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Whose definition a VM has: rocks makes it, or it is libvirt's own, kept in the inventory as it was
# last seen.
use strict;
use warnings;

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
    rocks(qw(set host vm rocks-33 definition=rocks));
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
    syncs('another', qr/^rocks-33 changed its definition has changed there, and is kept as it is now$/);
    is(kept(), "<domain>2 \x{e2}\x{82}\x{ac} '\"</domain>", 'is kept as it is now');
    syncs('the same again', qr/^rocks-33 same -+$/);
    describes('rocks-33', 'x' x (1 << 20) . 'x');
    syncs('a long one', qr/^rocks-33 changed its definition has more than 1 MiB; /);
    like(kept(), qr/^<domain>2 /, 'is not kept');
    describes('rocks-33');
    syncs('none', qr/^rocks-33 same -+$/);
    like(kept(), qr/^<domain>2 /, 'changes nothing');
    rocks(qw(set host vm rocks-33 definition=rocks));
    describes('rocks-33', '<domain>3</domain>');
    syncs('one that rocks makes', qr/^rocks-33 same -+$/);
    like(kept(), qr/^<domain>2 /, 'is none of libvirt\'s own');
    rocks(qw(remove host rocks-33));
    is(sql('SELECT count(*) FROM kept_definition'), '0', 'a removed VM has none');
    describes('rocks-33', 'x' x 10_000_000);
    syncs('10 MB', qr/^rocks-33 refused its definition has more than 1 MiB; see `virsh dumpxml $uuid` there$/, 1);
    is(sql('SELECT count(*) FROM host'), '1', 'and nothing is left of it');
}

done_testing();
