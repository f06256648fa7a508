#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# make install: what goes where, and that it runs from there.
use strict;
use warnings;

use Rocks;
use Test::More;

my $root = "$FOLDER/root";
my @make = ('make', '-s', 'BUILD=' . ($ENV{BUILD} // 'build'), "SANITIZE=" . ($ENV{SANITIZE} // ''),
    "DESTDIR=$root", 'prefix=/usr', 'install');
delete $ENV{$_} for qw(MAKEFLAGS MAKELEVEL);
my $got = run_program('', @make);
is($got->{status}, 0, 'make install') || diag($got->{err});

my @pages = map { "usr/share/man/man8/rocks-$_.8 644" }
    map { tr/ /-/r } rocks()->{out} =~ /^(\S+(?: \S+)*)  /mg;
push @pages, map { "usr/share/man/man$_ 644" }
    qw(5/gpupci.conf.5 7/rocks-attributes.7 7/rocks-moving.7 7/rocks-plugin.7 7/rocks-security.7 8/gpupci.8 8/rocks.8);
my $list = run_program('', 'find', $root, '-type', 'f', '-printf', '%P %m\n');
is_deeply(
    [ sort split /\n/, $list->{out} ],
    [
        'etc/gpupci.conf 644',
        'usr/bin/rocks 755',
        'usr/include/rocks-plugin.h 644',
        'usr/lib/rocks/gpu-models 644',
        'usr/lib/rocks/plugins/device.so 644',
        'usr/lib/rocks/plugins/domain.so 644',
        'usr/lib/rocks/plugins/firmware.so 644',
        'usr/lib/rocks/plugins/global.so 644',
        'usr/lib/rocks/plugins/libvirt.so 644',
        'usr/lib/rocks/plugins/memory.so 644',
        'usr/lib/rocks/plugins/report-page.so 644',
        'usr/lib/rocks/plugins/window.so 644',
        'usr/lib/systemd/system-preset/60-gpupci.preset 644',
        'usr/lib/systemd/system/gpupci.service 644',
        'usr/lib/systemd/system/rocks-copy.service 644',
        'usr/lib/systemd/system/rocks-copy.timer 644',
        'usr/lib/sysusers.d/rocks-gpupt.conf 644',
        'usr/lib/tmpfiles.d/rocks-gpupt.conf 644',
        'usr/lib/udev/rules.d/60-gpupci.rules 644',
        'usr/sbin/gpupci 755',
        'usr/share/bash-completion/completions/gpupci 644',
        'usr/share/bash-completion/completions/rocks 644',
        'usr/share/doc/rocks-gpupt-devel/examples/Makefile 644',
        'usr/share/doc/rocks-gpupt-devel/examples/owner.c 644',
        sort @pages,
    ],
    'what is installed'
);

walkthrough_inventory();
my $xml = run_program('', "$root/usr/bin/rocks", qw(report host vm config rocks-33));
is($xml->{status}, 0, 'plugins are found beside the program');
like($xml->{out}, qr/<name>rocks-33<\/name>/, 'and make XML');

# The example of a plugin builds against the header that was installed.
my $example = "$root/usr/share/doc/rocks-gpupt-devel/examples";
$got = run_program('', 'make', '-s', '-C', $example, "CPPFLAGS=-I$root/usr/include",
    'CFLAGS=-O2 -Wall -Wextra -Werror', "DESTDIR=$root", 'install');
is($got->{status}, 0, 'the example of a plugin builds') || diag($got->{err});
my @report = ("$root/usr/bin/rocks", qw(report host vm config rocks-33));
unlike(run_program('', @report)->{out}, qr/<title>/, 'without its attribute it does nothing');
rocks(qw(set host attr rocks-33 owner), 'physics <group>');
like(run_program('', @report)->{out}, qr{<uuid>.*</uuid>\n\s*<title>physics &lt;group&gt;</title>},
    'it does what it prints');
rocks(qw(set host attr rocks-33 owner), "a\nb");
$got = run_program('', @report);
is($got->{status}, 1, 'it can refuse');
like($got->{err}, qr/rocks-33: the attribute owner has several lines; set it to one/, 'and says why');
rocks(qw(remove host attr rocks-33 owner));
is(run_program('', 'make', '-s', '-C', $example, 'clean')->{status}, 0, 'and can be cleaned');
unlink "$root/usr/lib/rocks/plugins/owner.so" or die;

# A site's own command, in the installed folder.
my $own = "$root/usr/libexec/rocks/rocks-greet-host";
spurt($own, "#!/bin/sh\necho \"hello \$*\"\n");
chmod 0755, $own;
my $greeting = run_program('', "$root/usr/bin/rocks", qw(greet HOST compute-0-0));
is($greeting->{out}, "hello compute-0-0\n", 'a site\'s own command runs');

# A configuration file that is there stays.
spurt("$root/etc/gpupci.conf", "# ours\n");
is(run_program('', @make)->{status}, 0, 'installed again');
is(slurp("$root/etc/gpupci.conf"), "# ours\n", 'the configuration is kept');

# What was installed goes, and only that: not what was changed, nor what others put there.
sub left { return [ sort split /\n/, run_program('', 'find', $root, '-type', 'f', '-printf', '%P\n')->{out} ] }
my @uninstall = (@make[ 0 .. $#make - 1 ], 'uninstall');
is(run_program('', @uninstall)->{status}, 0, 'make uninstall');
is_deeply(left(), [qw(etc/gpupci.conf usr/libexec/rocks/rocks-greet-host)], 'what is left');
unlink "$root/etc/gpupci.conf", $own;
is(run_program('', @make)->{status}, 0, 'installed once more');
is(run_program('', @uninstall)->{status}, 0, 'make uninstall');
is_deeply(left(), [], 'nothing is left');
ok(!-e "$root/usr/lib/rocks" && !-e "$root/usr/libexec/rocks", '... nor folders of ours');
is(run_program('', @make)->{status}, 0, 'installed for the last time');

like(run_program('', "$root/usr/bin/rocks", '--version')->{out}, qr/^rocks \d+\.\d+\.\d+$/, 'rocks --version');
like(run_program('', "$root/usr/sbin/gpupci", '--version')->{out}, qr/\d+\.\d+\.\d+$/, 'gpupci --version');

done_testing;
