# SPDX-License-Identifier: GPL-2.0-or-later
# A VM host made of namespaces of this machine: libvirtd, sshd and QEMU are real, the kernel
# is this machine's, the cards are those of tests/data/hosts. What it writes in its folders
# outlives its power.
package VmHost;
use strict;
use warnings;

use Exporter qw(import);
use File::Path qw(make_path remove_tree);
use Hosts qw(make_host);
use POSIX qw(WNOHANG);
use Rocks;
use TickingDisk;
use Time::HiRes qw(sleep time);

our @EXPORT_OK = qw($DISKS);

# Where every host sees its own disks.
our $DISKS = "$FOLDER/disks";

my $INIT     = 'tests/hosts/init';
my $PATIENCE = 60; # seconds that a host may take to boot

# libvirt as it runs without systemd, cgroups and other users.
my $LIBVIRT = <<'END';
unix_sock_rw_perms = "0700"
auth_unix_rw = "none"
END
my $QEMU = <<'END';
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = []
namespaces = []
remember_owner = 0
stdio_handler = "file"
END

# A host that is off; its number is 1 to 99, its cards are those of a machine of
# tests/data/hosts, or none.
sub new {
    my ($class, $name, $number, $cards) = @_;
    my $folder = "$FOLDER/hosts/$name";
    make_path(
        map({"$folder/$_"} qw(etc/libvirt/qemu etc/libvirt/hooks lib log localca root/.ssh disks bin)),
        $DISKS, "$FOLDER/cache");
    symlink '../../cache', "$folder/cache" or die "$folder/cache: $!\n";
    my (undef, undef, @tss) = getpwnam 'tss';
    chown @tss, "$folder/localca" or die "$folder/localca: $!\n";
    spurt("$folder/etc/libvirt/libvirtd.conf", $LIBVIRT);
    spurt("$folder/etc/libvirt/qemu.conf",     $QEMU);
    spurt("$folder/etc/hosts",                 "127.0.0.1 localhost\n");
    my $self = bless { name => $name, number => $number, folder => $folder }, $class;
    $self->_prepare_ssh();
    make_host($cards, "$folder/tree") if $cards;
    spurt("$folder/tree/etc/hostname", "$name\n") if $cards;
    # A process, so that gpupci can say that nobody has a card open.
    make_path("$folder/tree/proc/1/fd") if $cards;
    spurt("$folder/tree/proc/meminfo", slurp('/proc/meminfo')) if $cards;
    $self->program('gpupci', "exec $BUILD/gpupci --sysroot $folder/tree \"\$@\"\n");
    return $self;
}

sub name   { return $_[0]{name} }
sub folder { return $_[0]{folder} }

# In the network of the hosts, and of the test.
sub address { return "10.1.0.$_[0]{number}" }

# What every host shows of itself to ssh: a key.
sub public_key { return join ' ', (split ' ', slurp("$_[0]{folder}/key.pub"))[ 0, 1 ] }

sub _prepare_ssh {
    my ($self) = @_;
    my $folder = $self->{folder};
    system('ssh-keygen', qw(-q -t ed25519 -N), '', '-f', "$folder/key") == 0
        or die "ssh-keygen failed\n";
    spurt("$folder/etc/shadow", "root:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n");
    spurt("$folder/sshd_config", <<"END");
HostKey $folder/key
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
PidFile /run/sshd/pid
SetEnv PATH=$folder/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
END
    return;
}

# The other hosts and how to reach them: the text of /etc/hosts, and the files of /root/.ssh.
sub introduce {
    my ($self, $hosts, %ssh) = @_;
    spurt("$self->{folder}/etc/hosts", "127.0.0.1 localhost\n$hosts");
    for my $name (keys %ssh) {
        spurt("$self->{folder}/root/.ssh/$name", $ssh{$name});
        chmod 0600, "$self->{folder}/root/.ssh/$name" or die "$name: $!\n";
    }
    return;
}

# Turns it on; wait_ready() comes back when it answers.
sub start {
    my ($self) = @_;
    my $folder = $self->{folder};
    remove_tree("$folder/run");
    make_path("$folder/run/libvirt", "$folder/run/sshd");
    unlink "$folder/ready";
    my $pid = fork() // die "fork: $!\n";
    if ($pid == 0) {
        open STDIN,  '<', '/dev/null'         or die;
        open STDOUT, '>>', "$folder/log/init" or die;
        open STDERR, '>&', \*STDOUT           or die;
        exec qw(unshare --mount --net --pid --ipc --uts --fork --kill-child sh), $INIT, $folder,
            $self->{name}, $DISKS
            or die "unshare: $!\n";
    }
    $self->{pid} = $pid;
    return $self;
}

sub wait_ready {
    my ($self) = @_;
    my $until = time + $PATIENCE;
    while (!-e "$self->{folder}/ready") {
        $self->_give_up('ended while it booted') if waitpid($self->{pid}, WNOHANG) != 0;
        $self->_give_up("was not ready in $PATIENCE s") if time > $until;
        sleep 0.02;
    }
    my ($first) = slurp("/proc/$self->{pid}/task/$self->{pid}/children") =~ /^(\d+)/
        or $self->_give_up('has no process');
    $self->_connect($first);
    # From now on ssh gets in.
    spurt("$self->{folder}/first", $first);
    return $self;
}

sub boot { return $_[0]->start()->wait_ready() }

sub _give_up {
    my ($self, $what) = @_;
    die "$self->{name} $what: " . slurp("$self->{folder}/log/init") . "\n";
}

# A cable from the host to the bridge of the test's own network.
sub _connect {
    my ($self, $first) = @_;
    my $cable = "to-$self->{number}";
    # The same after every boot: others remember it for a while.
    my $mac   = sprintf '52:54:00:00:01:%02x', $self->{number};
    my @ip    = qw(ip link);
    my @there = ('nsenter', '--target', $first, '--net', 'ip');
    for my $words (
        [ @ip, 'add', $cable, qw(type veth peer name eth0 address), $mac, 'netns', $first ],
        [ @ip, 'set', $cable, qw(master hosts up) ],
        [ @there, 'address', 'add', $self->address . '/24', qw(dev eth0) ],
        [ @there, qw(link set eth0 up) ],
    ) {
        system(@$words) == 0 or die "$self->{name}: failed: @$words\n";
    }
    return;
}

# As if its power went: all that runs there is gone at once.
sub cut_power {
    my ($self) = @_;
    my $first = slurp("$self->{folder}/first");
    unlink "$self->{folder}/first";
    # First of all its cable: who is connected hears nothing more.
    system('ip', 'link', 'del', "to-$self->{number}");
    kill 'KILL', $first;
    waitpid $self->{pid}, 0;
    return;
}

# Runs a piece of shell there; { status, signal, out, err }.
sub try {
    my ($self, $command) = @_;
    my $first = slurp("$self->{folder}/first");
    return run_program('', qw(nsenter --mount --net --pid --ipc --uts --target), $first, 'env',
        "PATH=$self->{folder}/bin:$ENV{PATH}", 'HOME=/root', 'sh', '-c', $command);
}

# The same for one that has to succeed; its output without the last newline.
sub run {
    my ($self, $command) = @_;
    my $got = $self->try($command);
    die "$self->{name}: '$command' ended with $got->{status}: $got->{err}$got->{out}\n"
        if $got->{status} || $got->{signal};
    return $got->{out} =~ s/\n\z//r;
}

# Writes a file there.
sub put {
    my ($self, $path, $text) = @_;
    my $file = "$self->{folder}/put";
    spurt($file, $text);
    $self->run("mkdir -p \"\$(dirname '$path')\" && cat '$file' > '$path'");
    return;
}

# Makes a disk there that a VM ticks from.
sub put_disk {
    my ($self, $path, $format) = @_;
    $self->put('/root/sector', ticking_disk());
    $self->run("truncate -s 10M /root/sector && "
            . "qemu-img convert -f raw -O $format /root/sector '$path'");
    return;
}

# Whether a VM on such a disk ticks there; it may still be starting.
sub ticks {
    my ($self, $vm) = @_;
    return $self->_hears($vm, 'timeout 20 head -c 1');
}

# The same for a second in which it may not.
sub ticks_now {
    my ($self, $vm) = @_;
    return $self->_hears($vm, '{ timeout 0.2 cat > /dev/null; timeout 1 head -c 1; }');
}

sub _hears {
    my ($self, $vm, $reader) = @_;
    my $got = $self->try("line=\$(virsh ttyconsole $vm) && $reader < \"\$line\"");
    return $got->{out} eq 'R' ? 1 : 0;
}

# A program that is found there before others: a script.
sub program {
    my ($self, $name, $script) = @_;
    spurt("$self->{folder}/bin/$name", $script =~ /^#!/ ? $script : "#!/bin/sh\n$script");
    chmod 0755, "$self->{folder}/bin/$name" or die "$name: $!\n";
    return;
}

sub forget_program { unlink "$_[0]{folder}/bin/$_[1]"; return }

# The frontend's stand-in for ssh is refused there, or let in again.
sub refuse_ssh { spurt("$_[0]{folder}/refuses", ''); return }
sub accept_ssh { unlink "$_[0]{folder}/refuses";     return }

# What libvirt runs when a VM starts, stops and so on: a script, or none. libvirtd looks for it
# when it starts.
sub hook {
    my ($self, $script) = @_;
    my $path = "$self->{folder}/etc/libvirt/hooks/qemu";
    unlink $path;
    spurt($path, "#!/bin/sh\n$script") if $script;
    chmod 0755, $path                  if $script;
    $self->restart_libvirt()           if -e "$self->{folder}/first";
    return;
}

sub stop_libvirt {
    $_[0]->run('pid=$(cat /run/libvirt/libvirtd.pid); kill $pid; '
            . 'while [ -e /proc/$pid ]; do sleep 0.02; done');
    return;
}

sub start_libvirt { $_[0]->run('libvirtd -d -p /run/libvirt/libvirtd.pid'); return }

sub restart_libvirt { $_[0]->stop_libvirt(); $_[0]->start_libvirt(); return }

1;
