#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --sysroot as root: no link leads out of the folder, and nothing in it keeps us waiting.
use strict;
use warnings;

use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Gpupci;
use Hosts qw(host_names make_host);
use Machine;
use POSIX qw(mkfifo);
use Test::More;
use Time::HiRes qw(time);

need_root();

my $outside = tempdir(CLEANUP => 1);
my $fs      = make_host((host_names())[0]);
my $root    = $fs->root;

sub spurt { my ($path, $text) = @_; open my $f, '>', $path or die "$path: $!"; print {$f} $text; close $f; return }

# A configuration that is a link to a file of root's: no line of it is shown.
make_path("$root/etc");
spurt("$outside/shadow", "root:secret-hash:1\n");
unlink "$root/etc/gpupci.conf";
symlink "$outside/shadow", "$root/etc/gpupci.conf" or die $!;
my ($code, $out, $err) = gpupci($fs, '--check');
unlike("$out$err", qr/secret-hash/, 'a link out of the folder: nothing of what it leads to');
unlink "$root/etc/gpupci.conf";

# An archive has nothing from outside either, and is itself made outside.
make_path("$root/etc/modprobe.d");
symlink "$outside/shadow", "$root/etc/modprobe.d/x.conf" or die $!;
($code, $out, $err) = gpupci($fs, '--capture', "$outside/host.tar");
is($code, 0, 'captured') or diag($err);
ok(-s "$outside/host.tar", 'the archive lies where it was asked for');
is(`grep -c secret-hash $outside/host.tar`, "0\n", 'without what a link leads to');
unlink "$root/etc/modprobe.d/x.conf";

# Nothing is made outside.
system('rm', '-rf', "$root/var/lib");
make_path("$root/var");
symlink $outside, "$root/var/lib" or die $!;
my @before = glob "$outside/*";
gpupci($fs, '--scan');
gpupci($fs, '--detach', 'gpupci1');
is_deeply([ glob "$outside/*" ], \@before, 'a link to a folder outside: nothing is made there');

# A FIFO where a file is expected.
mkfifo("$root/etc/gpupci.conf", 0600) or die $!;
my ($config) = glob "$root/sys/bus/pci/devices/*/config";
my $begun = time;
($code, $out, $err) = gpupci($fs, '--list');
cmp_ok(time - $begun, '<', 20, 'a FIFO as the configuration keeps nobody waiting');
unlink "$root/etc/gpupci.conf";
unlink $config or die $!;
mkfifo($config, 0600) or die $!;
$begun = time;
($code, $out, $err) = gpupci($fs, '--list', '--timeout=1');
cmp_ok(time - $begun, '<', 20, q(nor one in libpci's pass));

done_testing;
