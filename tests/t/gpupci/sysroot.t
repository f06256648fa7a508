#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# gpupci --sysroot: no link leads out of the folder, and nothing in it keeps us waiting.
use strict;
use warnings;

use File::Copy qw(cp);
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

# Who is not root: no link leads to what is that user's own outside either, and what the user may
# not read stays so.
{
    my $user = 65533;
    unlink $config;
    my $own = make_host((host_names())[0]);
    my $home = tempdir(CLEANUP => 1);
    my $program = "$home/gpupci";
    cp($ENV{BUILD} ? "$ENV{BUILD}/gpupci" : 'build/gpupci', $program) or die "$program: $!";
    make_path($own->root . '/etc');
    spurt("$home/own", "card secret-word\n");
    system('chown', '-R', $user, $own->root, $home);
    chmod 0755, $home, $program;
    my $conf = $own->root . '/etc/gpupci.conf';
    my @list = ($program, '--sysroot', $own->root, '--list');
    my $plain = as_user($user, $user, @list);
    is($plain->{status}, 0, 'not root: lists') or diag($plain->{err});
    symlink "$home/own", $conf or die $!;
    my $got = as_user($user, $user, @list);
    unlike("$got->{out}$got->{err}", qr/secret-word/, 'not root: a link out of the folder');
    is($got->{out}, $plain->{out}, 'not root: leads nowhere');
    unlink $conf;
    spurt($conf, "card secret-word\n");
    chmod 0, $conf;
    chown $user, $user, $conf;
    $got = as_user($user, $user, @list);
    like($got->{err}, qr/Permission denied/, 'not root: a file without permissions is not read');
    unlink $conf;
    mkfifo($conf, 0644) or die $!;
    $begun = time;
    as_user($user, $user, @list);
    cmp_ok(time - $begun, '<', 20, 'not root: a FIFO keeps nobody waiting');
}

# The kernel refuses one system call, as where user namespaces are not allowed (unshare) or where
# they give no rights (chroot, as AppArmor has it in Ubuntu 24.04): seccomp(2), linux/filter.h.
my $refused = <<'END';
my ($refuse, $prctl, @words) = @ARGV;
my @filter = ([0x20, 0, 0, 0], [0x15, 0, 1, $refuse], [0x06, 0, 0, 0x50001], [0x06, 0, 0, 0x7fff0000]);
my $program = join '', map { pack 'SCCL', @$_ } @filter;
syscall($prctl, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!";
my $filters = pack 'S x![P] P', scalar(@filter), $program;
syscall($prctl, 22, 2, $filters, 0, 0) == 0 or die "seccomp: $!";
exec @words or die "$words[0]: $!";
END
require 'syscall.ph';
for my $call (qw(unshare chroot)) {
    my $user = 65533;
    my $own  = make_host((host_names())[0]);
    my $home = tempdir(CLEANUP => 1);
    my $conf = $own->root . '/etc/gpupci.conf';
    cp($ENV{BUILD} ? "$ENV{BUILD}/gpupci" : 'build/gpupci', "$home/gpupci") or die $!;
    make_path($own->root . '/etc');
    spurt("$home/own", "include 10de:ffff\n");
    system('chown', '-R', $user, $own->root, $home);
    chmod 0755, $home, "$home/gpupci";
    my @list = ("$home/gpupci", '--sysroot', $own->root, '--list');
    my @alone = ($^X, '-e', $refused, main->can("SYS_$call")->(), SYS_prctl(), @list);
    my $plain = as_user($user, $user, @list);
    my $got   = as_user($user, $user, @alone);
    is($got->{status}, 0, "without $call: lists") or diag($got->{err});
    is($got->{out}, $plain->{out}, "without $call: what it lists with it");
    # Its own files are all that a link can lead to then.
    symlink "$outside/shadow", $conf or die $!;
    chmod 0600, "$outside/shadow";
    chmod 0755, $outside;
    $got = as_user($user, $user, @alone);
    unlike("$got->{out}$got->{err}", qr/secret-hash/, "without $call: nothing of a file of root's");
    like($got->{err}, qr/Permission denied/, "without $call: ... which it may not read");
    mkfifo("$home/fifo", 0644) or die $!;
    unlink $conf;
    symlink "$home/fifo", $conf or die $!;
    $begun = time;
    as_user($user, $user, @alone);
    cmp_ok(time - $begun, '<', 20, "without $call: a FIFO outside keeps nobody waiting");
}

done_testing;
