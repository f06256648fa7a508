# SPDX-License-Identifier: GPL-2.0-or-later
# What holds of the installed programs, whatever kind of package they came from.
package Installed;

use strict;
use warnings;

use Chroot;
use Exporter qw(import);
use Hardening;
use OldInventory;
use Rocks;
use Test::More;

our @EXPORT = qw(does says gives_shape_to fill_inventory state_of runs_walkthrough
    shares_inventory is_hardened builds_example keeps_old_inventory keeps_settings);

my $DB = '/var/lib/rocks/rocks.db';

# A program in there ends well and says nothing on stderr; what it prints.
sub does {
    my ($root, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = $root->run(@words);
    is("$got->{status} $got->{err}", '0 ', "@words");
    return $got->{out};
}

sub says {
    my ($root, $pattern, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return like(does($root, @words), $pattern, 'it says so');
}

# Mode, owner and group of a file, as ls prints them.
sub state_of {
    my ($root, $path) = @_;
    my $got = $root->run('stat', '--format=%a %U %G', $path);
    chomp(my $state = $got->{out});
    return $state;
}

# What a first installation makes: the group, the folder, the unit enabled, no inventory.
sub gives_shape_to {
    my ($root) = @_;
    is(state_of($root, '/var/lib/rocks'), '750 root rocks-admin', 'the folder of the inventory');
    ok(!-e $root->path($DB), 'and no inventory in it');
    is(state_of($root, '/etc/gpupci.conf'), '644 root root', 'the configuration');
    is(does($root, qw(systemctl is-enabled gpupci.service)), "enabled\n", 'at boot');
    is($root->run(qw(systemctl is-enabled rocks-copy.timer))->{out}, "disabled\n",
        'copies are made once somebody enables them');
    my @rules = grep { -e } map { $root->path("$_/udev/rules.d/60-gpupci.rules") } qw(/usr/lib /lib);
    is(slurp($rules[0]) =~ m{PROGRAM=="(/\S+) } ? $1 : '', '/usr/sbin/gpupci', 'what udev runs');
    my $unit = '/etc/systemd/system/multi-user.target.wants/gpupci.service';
    like(does($root, 'cat', $unit), qr{^ExecStart=/usr/sbin/gpupci --restore}m, 'what it runs');
    is(does($root, qw(find /usr /etc /var/lib -perm /6000),
        '(', '-path', '*rocks*', '-o', '-path', '*gpupci*', ')'), '', 'nothing is setuid');
    says($root, qr/^rocks-admin:x:\d+:(reader)?$/, qw(getent group rocks-admin));
    is(does($root, qw(rocks list host gpu)), '', 'no cards yet');
    return;
}

# The walk-through's inventory where an administrator has it; what it dumps.
sub fill_inventory {
    my ($root) = @_;
    for my $line (
        'set attr vm_mac_base_addr 52:54:00:00:00:00',
        'add host vm-container-0-15 cpus=16',
        'add host vm vm-container-0-15 hosted-vm name=rocks-33',
        'add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0',
        'add host gpu vm-container-0-15 gpupci2 pci_0000_03_00_0',
        'add host gpu rocks-33 gpupci pci_0000_02_00_0',
    ) {
        my $got = $root->run('rocks', split / /, $line);
        is("$got->{status} $got->{err}", '0 ', "rocks $line");
    }
    return does($root, qw(rocks dump));
}

# The script that ./bootstrap.sh demo runs, on what is installed.
sub runs_walkthrough {
    my ($root) = @_;
    my $there = $root->path('/root/gpupt');
    Chroot::must('mkdir', '-p', "$there/tests/data");
    Chroot::must('tests/data/make-walkthrough-host', "$there/made");
    Chroot::must('cp', 'tests/walkthrough', "$there/tests");
    # There is no perl of ours in there: what it makes was made here.
    spurt("$there/tests/data/make-walkthrough-host",
        "#!/bin/sh\nexec cp -a /root/gpupt/made \"\$1\"\n");
    chmod 0755, "$there/tests/data/make-walkthrough-host";
    my $got = $root->run('env', 'BUILD=/usr/bin', '/root/gpupt/tests/walkthrough');
    is("$got->{status} $got->{err}", '0 ', 'the walk-through');
    like($got->{out}, qr/^# gpupci -l\ngpupci1 pci_0000_02_00_0\ngpupci2 /m, 'its cards');
    like($got->{out}, qr/^HOST               GPU     PCI_BUS         \nvm-container-0-15: gpupci1 /m,
        'its listing');
    like($got->{out}, qr/^ *<hostdev .*\n.*\n *<address domain="0x0000" bus="0x02"/m, 'its XML');
    like($got->{out}, qr/assigned vm-container-0-15 gpupci1 rocks-33/, 'its history');
    return;
}

# Members of the group read, and only read; for others the error names the group.
sub shares_inventory {
    my ($root) = @_;
    does($root, qw(useradd --groups rocks-admin reader)) if !$root->run(qw(id reader))->{out};
    does($root, qw(useradd stranger))                    if !$root->run(qw(id stranger))->{out};
    my $cards = does($root, qw(rocks list host gpu));
    like($cards, qr/^rocks-33: /m, 'root reads');
    is(state_of($root, '/var/lib/rocks'), '750 root rocks-admin', 'the folder');
    is(state_of($root, "$DB$_"), '640 root rocks-admin', "the file $DB$_") for '', '-wal', '-shm', '-busy';

    my $got = $root->run_as('reader', qw(rocks list host gpu));
    is("$got->{status} $got->{err}$got->{out}", "0 $cards", 'a member reads the same');
    $got = $root->run_as('reader', qw(rocks add host compute-0-0));
    is($got->{status}, 1, 'a member does not write');
    is($got->{err}, "rocks: $DB: it cannot be written (Permission denied); run this as the file's owner\n",
        'and the error says who does');
    $got = $root->run_as('stranger', qw(rocks list host gpu));
    is("$got->{status} $got->{out}", '3 ', 'a stranger reads nothing');
    is($got->{err}, "rocks: $DB: it cannot be opened (Permission denied); it is for members of the group "
        . "rocks-admin: have root add you to it, then log in again\n", 'and what helps');
    is(does($root, qw(rocks list host gpu)), $cards, 'nothing changed');
    return;
}

sub is_hardened {
    my ($root) = @_;
    my @files = map { $root->path($_) } qw(/usr/bin/rocks /usr/sbin/gpupci);
    push @files, glob $root->path('/usr/lib/rocks/plugins/*.so');
    cmp_ok(scalar @files, '>', 6, 'two programs and the plugins');
    for my $file (@files) {
        my @faults = hardening_faults($file, fortify => 1);
        is_deeply(\@faults, [], 'hardened: ' . substr $file, length $root->path(''));
    }
    return;
}

# The example builds against the installed header, and rocks takes it.
sub builds_example {
    my ($root) = @_;
    my $got = run_program(
        '', 'make', '-s', '-C', $root->path('/usr/share/doc/rocks-gpupt-devel/examples'),
        'CPPFLAGS=-I' . $root->path('/usr/include'), 'DESTDIR=' . $root->path(''), 'install'
    );
    is("$got->{status} $got->{err}", '0 ', 'the example of a plugin');
    does($root, qw(rocks set host attr rocks-33 owner physics));
    says($root, qr{<title>physics</title>}, qw(rocks report host vm config rocks-33));
    does($root, qw(rocks remove host attr rocks-33 owner));
    unlink $root->path('/usr/lib/rocks/plugins/owner.so') or die;
    return;
}

# An inventory as the first release made it, where and how that had it: upgrading the
# package brings it up to date, and gives it to the group.
sub keeps_old_inventory {
    my ($root, $upgrade) = @_;
    my $file = $root->path($DB);
    unlink glob "$file*";
    make_old_inventory($file, 1);
    Chroot::must('chown', '0:0', $root->path('/var/lib/rocks'), glob "$file*");
    is(state_of($root, $DB), '640 root root', 'an inventory of the first release');
    $upgrade->();
    is(state_of($root, "$DB$_"), '640 root rocks-admin', "is for the group after the upgrade: $DB$_")
        for '', '-wal', '-shm', '-busy';
    my $got = $root->run_as('reader', qw(rocks list host gpu));
    is("$got->{status} $got->{err}", '0 ', 'a member reads it at once');
    is($got->{out}, <<'END', 'its rows');
HOST         GPU     PCI_BUS         
compute-0-7: gpupci1 pci_0000_02_00_0
END
    is(sql('PRAGMA user_version', $file), newest_inventory(), 'and it is of the newest version');
    unlink glob "$file*";
    return;
}

# What an administrator and gpupci keep on a host of VMs stays over what is done.
sub keeps_settings {
    my ($root, $what, $do) = @_;
    my %kept = (
        '/etc/gpupci.conf'       => slurp($root->path('/etc/gpupci.conf')) . "exclude 0000:06:00.0\n",
        '/etc/gpupci.d/detached' => "a card\n",
        '/var/lib/gpupci/cards'  => "a name\n",
    );
    for my $path (sort keys %kept) {
        does($root, 'mkdir', '-p', $path =~ m{(.*)/}) if !-e $root->path($path);
        spurt($root->path($path), $kept{$path});
    }
    $do->();
    is(slurp($root->path($_)), $kept{$_}, "$what: $_ is kept") for sort keys %kept;
    return;
}

1;
