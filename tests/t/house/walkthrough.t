#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The walk-through of README.rst, as `./bootstrap.sh demo` runs it.
use strict;
use warnings;

use Rocks;
use Test::More;

my $got = run_program('', 'tests/walkthrough');
is($got->{status}, 0, 'it ends well');
is($got->{err}, '', 'and nothing is missing');
like($got->{out}, qr/^# rocks stop host VM rocks-33\nrocks-33 is off already\n/m, 'the VM is off');

my $out = $got->{out};
like($out, qr/^# gpupci -l\ngpupci1 pci_0000_02_00_0\ngpupci2 pci_0000_03_00_0\n\n/m,
    'the cards of the host');
my $listing = <<'END';
# rocks list host gpu
HOST               GPU     PCI_BUS         
vm-container-0-15: gpupci1 pci_0000_02_00_0
vm-container-0-15: gpupci2 pci_0000_03_00_0
END
like($out, qr/^\Q$listing\E\n/m, 'the listing, to the byte');
like($out, qr/^vm-container-0-15: gpupci1 pci_0000_02_00_0 same /m, 'the scan knows the cards again');
like($out, qr/^rocks-33: +gpupci  pci_0000_02_00_0$/m, 'the VM has its card');
like($out, qr/^assigned vm-container-0-15 gpupci1 rocks-33$/m, 'and the history records it');

# README.rst shows just that; REGENERATE=1 writes it there.
my $readme = run_program('', 'tests/transcript');
is("$readme->{status} $readme->{err}", '0 ', 'the transcript') || diag($readme->{err});
spurt('README.rst', $readme->{out}) if $ENV{REGENERATE} && !$readme->{status};
spurt("$FOLDER/README.rst", $readme->{out});
is(run_program('', qw(diff README.rst), "$FOLDER/README.rst")->{out}, '', 'README.rst shows what is printed');

# The XML that the seed shows, as elements.
my ($xml) = $out =~ /^# rocks report host vm config rocks-33\n(.*?<\/domain>\n)/ms;
spurt("$FOLDER/domain.xml", $xml // '');
sub xpath {
    my ($expression) = @_;
    my $answer = run_program('', 'xmllint', '--xpath', $expression, "$FOLDER/domain.xml");
    chomp $answer->{out};
    return $answer->{out};
}
is(xpath(q{count(/domain/devices/hostdev[@mode='subsystem'][@type='pci'][@managed='yes']}
       . q{/source/address[@domain='0x0000'][@bus='0x02'][@slot='0x00'][@function='0x0'])}),
    1, 'the hostdev of the walk-through');
is(xpath('count(/domain/devices/hostdev)'), 2, 'and its sound function');
is(xpath(q{string(/domain/devices/hostdev[2]/source/address/@function)}), '0x1', 'which is function 1');
is(xpath('string(/domain/name)'), 'rocks-33', 'of this VM');

done_testing;
