#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks set host vm cdrom: put in, taken out, listed, dumped, in the XML.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $cdroms =
    "SELECT host.name, ifnull(cdrom, 'NULL') FROM vm JOIN host ON host.id = vm.host ORDER BY slice";

for my $form (forms(host => 'rocks-33', cdrom => '/export/a.iso')) {
    walkthrough_inventory();
    prints('', qw(set host vm cdrom), @{$form});
    is(sql($cdroms), 'rocks-33|/export/a.iso', 'put in');
}
for my $none ('', 'none', 'None', 'NULL') {
    prints('', qw(set host vm cdrom rocks-33 /export/a.iso));
    prints('', qw(set host vm cdrom rocks-33), $none);
    is(sql($cdroms), 'rocks-33|NULL', "«$none» takes it out");
}
unlike(rocks(qw(report host vm config rocks-33))->{out}, qr/cdrom/, 'none in the XML');
unlike(rocks(qw(dump host vm))->{out}, qr/cdrom/, 'no line in the dump');

rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34));
my $path = q{/export/it's <a&b>.iso};
prints('', qw(set host vm cdrom rocks-33 rocks-34), $path);
is(sql($cdroms), "rocks-33|$path\nrocks-34|$path", 'of two VMs');
like(rocks(qw(list host vm showdisks=yes), 'output-col=host,cdrom')->{out}, qr/\Q$path\E/,
    'listed');
like(
    rocks(qw(report host vm config rocks-33))->{out},
    qr{<boot dev="cdrom"/>.*<disk type="file" device="cdrom">\s*<driver name="qemu" type="raw"/>\s*<source file="/export/it's &lt;a&amp;b&gt;.iso"/>}s,
    'in the XML');
my $dump = rocks(qw(dump host vm))->{out};
is(($dump =~ tr/\n//), 4, 'a separate line in the dump');
like(
    $dump,
    qr{^/opt/rocks/bin/rocks set host vm rocks-33 physnode=.*\n/opt/rocks/bin/rocks set host vm cdrom rocks-33 cdrom=/export/it\\'s\\ \\<a\\&b\\>.iso$}m,
    'after the VM');
restores([qw(dump host)], [qw(dump host vm)]);

refused(
    qr/^rocks: «\Q$_\E» is not a path of a CD-ROM on the container: \/export\/debian.iso, or none$/,
    qw(set host vm cdrom rocks-33), $_
) for 'a.iso', ' /a.iso';
refused(qr/^rocks: the path of the CD-ROM has control characters or is not UTF-8$/,
    qw(set host vm cdrom rocks-33), "/a\x01");
refused(qr/^rocks: vm-container-0-15 is not a VM; see `rocks list host vm`$/,
    qw(set host vm cdrom), @{$_}, '/b.iso')
    for ['vm-container-0-15'], [qw(% vm-container-0-15)];
prints('', qw(set host vm cdrom), $_, "/export/$_.iso")
    and is(sql($cdroms), "rocks-33|/export/$_.iso\nrocks-34|/export/$_.iso", 'of all VMs')
    for '%', 'select name from nodes';
refused(qr/^rocks: there is no host «rocks-99»; /, qw(set host vm cdrom rocks-99 /a.iso));
misused(qr/^rocks: \{host\} is missing: /m, qw(set host vm cdrom /a.iso));

done_testing;
