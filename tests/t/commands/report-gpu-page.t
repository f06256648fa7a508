#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report gpu page: what it counts and names; hostile names are text; the file is replaced
# whole or not at all.
use strict;
use warnings;

use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Inventory;
use Machine;
use Rocks;
use Test::More;

in_private_mounts();

my @host = ('add host vm-container-0-15', 'set attr vm_mac_base_addr 52:54:00:00:00:00');
my @cards = (
    'add host gpu vm-container-0-15 gpupci1 0000:02:00.0 id=10de:1eb8:10de:12a2',
    'add host gpu vm-container-0-15 gpupci2 0000:03:00.0 id=10de:1eb8',
    'add host gpu vm-container-0-15 gpupci10 0000:04:00.0 id=10de:1b02',
    'add host vm vm-container-0-15 hosted-vm name=rocks-33',
    'add host gpu rocks-33 gpupci gpupci2',
);

# What it prints.
sub page {
    my (@words) = @_;
    my $got = rocks(qw(report gpu page), @words);
    is($got->{status}, 0, "report gpu page @words") or diag($got->{err});
    is($got->{err}, '', 'nothing on stderr');
    return $got->{out};
}

sub parses {
    my ($page, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is(run_program($page, qw(xmllint --noout -))->{err}, '', "$what: every element ends");
}

# The rows of the page's tables, as words.
sub rows {
    my ($page) = @_;
    return map { s/<[^>]*>/ /gr =~ s/\s+/ /gr =~ s/^ | $//gr } $page =~ m{<tr.*?</tr>}gs;
}

fresh_inventory(@host, @cards);
my $page = page();
parses($page, 'the page');
like($page, qr{\A<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n}, 'HTML');
like($page, qr{<title>GPUs: 2 of 3 are free</title>}, 'the title says how many are free');
like($page, qr{<h1>GPUs: 2 of 3 are free</h1>},       'and so does the heading');
like($page, qr{http-equiv="refresh" content="300"},   'it is loaded again every 5 minutes');
like($page, qr{"Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"},
    'nothing else is loaded');
unlike($page, qr{<(?:script|img|link|a|iframe)\b}, 'there is nothing to load');
like($page, qr{<time datetime="20\d\d-\d\d-\d\dT\d\d:\d\dZ">\d+ \w+ 20\d\d, \d\d:\d\d UTC</time>}, 'when, in UTC');
is_deeply([ rows($page) ], [
    'Model ○ free ● in use ✕ out all',
    'T4 1 1 0 2',
    'TitanXp 1 0 0 1',
    'Card Model State',
    'vm-container-0-15',
    'gpupci1 T4 ○ free',
    'gpupci2 T4 ● in use',
    'gpupci10 TitanXp ○ free',
], 'models, then cards');

# Neither VMs nor users, unless the site allows it.
sql(q{UPDATE vm SET owner = 'user7'});
unlike(page(), qr/rocks-33|user7/, 'nobody is named');
rocks(qw(set attr page_users yes));
my @rows = rows(page());
is($rows[6], 'gpupci2 T4 ● in use rocks-33 user7', 'page_users=yes');
is($rows[3], 'Card Model State VM User', 'with columns of their own');
rocks(qw(set attr page_users perhaps));
fails(qr/^rocks: the attribute page_users is 'perhaps'; set it to yes, to name VMs and users on the page, or to no$/m,
    qw(report gpu page));
rocks(qw(set attr page_users no));
unlike(page(), qr/rocks-33|user7/, 'page_users=no');

# What no VM can be given is out; what a VM has is in use, whatever its state, as in list gpu.
for my $row (
    [ q{UPDATE card SET state = 'quarantined' WHERE name = 'gpupci1'}, 'gpupci1 T4 ✕ out: quarantined' ],
    [ q{UPDATE card SET state = 'missing', address = NULL WHERE name = 'gpupci1'}, 'gpupci1 T4 ✕ out: missing' ],
    [ q{UPDATE card SET state = 'missing', address = NULL WHERE name = 'gpupci2'}, 'gpupci2 T4 ● in use' ],
    [ q{UPDATE card SET kind = 'vf', vgpu = 'none' WHERE name = 'gpupci10'}, 'gpupci10 TitanXp ✕ out: has no vGPU' ],
    [ q{UPDATE card SET vgpu = NULL, address = address | 1 << 32 WHERE name = 'gpupci10'},
        'gpupci10 TitanXp ✕ out: PCI domain above ffff' ],
) {
    my ($change, $expected) = @$row;
    sql($change);
    ok((grep { $_ eq $expected } rows(page())), $expected);
}
like(page(), qr{<title>GPUs: 0 of 3 are free}, 'none is left');
is((rows(page()))[1], 'T4 none free 0 1 1 2', 'and the model says so');
is(rocks(qw(list gpu T4 output-header=no))->{out} =~ s/ +/ /gr, "T4: 2 0 0 1 0 1 ---------\n", 'as list gpu does');
sql(q{UPDATE card SET kind = 'fabric' WHERE name = 'gpupci10'});
unlike(page(), qr/TitanXp/, 'a switch is no card');

fresh_inventory(@host);
like(page(), qr{<title>No GPUs are recorded</title>}, 'an empty inventory');
fresh_inventory(@host, $cards[0]);
like(page(), qr{<title>GPUs: 1 of 1 is free</title>}, 'just one');

# Names of any bytes are text, in each place that has one.
fresh_inventory(@host, @cards, 'set attr page_users yes');
my $bad = q{'<script>x</script>"&''</td>' || char(27, 7, 8238, 155) || CAST(x'ff' AS TEXT)};
my $shown = '&lt;script&gt;x&lt;/script&gt;&quot;&amp;\'&lt;/td&gt;\x1b\x07\xe2\x80\xae\xc2\x9b\xff';
for my $row (
    [ 'the host', "UPDATE host SET name = $bad WHERE name = 'vm-container-0-15'" ],
    [ 'the VM',   "UPDATE host SET name = $bad || 'v' WHERE name = 'rocks-33'" ],
    [ 'the user', "UPDATE vm SET owner = $bad || 'u'" ],
    [ 'the model', "INSERT INTO model (id, name) VALUES (1, 'T' || $bad); INSERT INTO model_ids VALUES ('10de:1eb8', 1)" ],
) {
    my ($what, $change) = @$row;
    sql($change);
    my $got = page();
    like($got, qr/\Q$shown\E/, "$what: as text");
    unlike($got, qr/<script|[\x00-\x09\x0b-\x1f\x7f\xff]/, "$what: no element, no control character");
    parses($got, $what);
}
is(() = page() =~ /\Q$shown\E/g, 6, 'all at once');

# To a file: replaced, readable, and nothing beside it.
fresh_inventory(@host, @cards);
my $folder = tempdir(CLEANUP => 1);
my $file   = "$folder/gpus.html";
chmod 0755, $folder;
for (1, 2) {
    is(page("file=$file"), '', 'nothing on stdout');
    like(slurp($file), qr{<title>GPUs: 2 of 3 are free</title>.*</html>\n\z}s, 'the file has the page');
    is((stat $file)[2] & 07777, 0644, 'for everybody to read');
}
is_deeply([ glob "$folder/* $folder/.??*" ], [$file], 'and nothing else is left there');

sub keeps {
    my ($pattern, $path, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = slurp($file);
    fails($pattern, qw(report gpu page), "file=$path");
    is(slurp($file), $before, "$what: the old page stays");
    is_deeply([ grep { /\.new-/ } glob "$folder/*" ], [], "$what: nothing half-written");
    return;
}
spurt($file, 'old');
chown 65533, 65533, $folder;
keeps(qr/^rocks: \Q$file\E was not written, because \Q$folder\E belongs to user \d+; make that root's/, $file,
    'a folder of another user');
chown 0, 0, $folder;
chmod 0777, $folder;
keeps(qr/because \Q$folder\E can be written to by everybody; /, $file, 'a folder of everybody');
chmod 0755, $folder;
keeps(qr/^rocks: \Q$folder\E is a folder; name the file of the page$/m, $folder, 'a folder');
keeps(qr{^rocks: /dev/null is not a regular file; }, '/dev/null', 'a device');
keeps(qr{^rocks: cannot write \Q$folder\E/none/x \(No such file or directory\); }, "$folder/none/x", 'no such folder');

# The page is larger than what is free.
my $disk = tempdir(CLEANUP => 1);
mount_tmpfs($disk, 'size=8k');
($folder, $file) = ($disk, "$disk/gpus.html");
spurt($file, 'old');
keeps(qr/^rocks: cannot write \Q$file\E \(No space left on device\); what was there is unchanged\. /, $file, 'a full disk');

# An inventory that cannot be read leaves the page, too.
{
    local $ENV{ROCKS_DB} = "$folder/none/rocks.db";
    my $got = rocks(qw(report gpu page), "file=$file");
    isnt($got->{status}, 0, 'no inventory');
    is(slurp($file), 'old', 'no inventory: the old page stays');
}

# A folder of plugins without one for the page, or with one that is older than pages.
my $plugins = tempdir(CLEANUP => 1);
local $ENV{ROCKS_PLUGINS} = $plugins;
fails(qr/^rocks: page: no plugin in \Q$plugins\E writes this report; install report-page\.so there$/m, qw(report gpu page));
copy("$BUILD/tests/plugins/first-header.so", "$plugins/report-old.so") or die;
keeps(qr/page: no plugin in \Q$plugins\E writes/, $file, 'an older plugin');

# A site's own page.
copy("$BUILD/tests/plugins/report-fake.so", "$plugins/report-site.so") or die;
prints("T4 free 1\nTitanXp free 1\ngpupci1 - 0\ngpupci2 - 1\ngpupci10 - 0\n", qw(report gpu page));

done_testing;
