# SPDX-License-Identifier: GPL-2.0-or-later
# One VM host of the lab: a QEMU process, a console log, a serial line on which an agent is
# asked to run commands. It ends when its test does, even when that is killed.
package Lab::Host;
use strict;
use warnings;

use Errno qw(ENOENT ECONNREFUSED);
use File::Path qw(make_path remove_tree);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Lab::Hardware;
use Lab::Kernel qw($LAB $TREE $BUILD);
use POSIX qw(WNOHANG);
use Rocks qw(slurp spurt);
use Time::HiRes qw(sleep time);

# How long a host may take to boot, and a command to answer, in seconds: emulated machines
# are slow, and slower beside others.
my $BOOT     = 240;
my $PATIENCE = 240;

# A host has ended if it does not answer.
$SIG{PIPE} = 'IGNORE';

# A host that is off: its name, a folder of its own, what it is made of, and files that are
# written in it at every boot: { path => text }.
sub new {
    my ($class, $name, $hardware, $folder, $files) = @_;
    remove_tree($folder);
    make_path("$folder/exchange");
    return bless {
        name     => $name,
        hardware => Lab::Hardware::parse($hardware),
        folder   => $folder,
        files    => $files,
        count    => 0,
        answers  => {},
    }, $class;
}

sub name { return $_[0]{name} }

# The port of this machine behind which the host's ssh is.
sub ssh_port { return $_[0]{ssh_port} }

# Whether this machine's processor can run the hosts itself: a boot is tried, once a lab.
sub accelerator {
    my $mark = "$LAB/accelerator";
    if (!-e $mark) {
        my $found = $ENV{LAB_ACCELERATOR} // (_kvm_boots() ? 'kvm' : 'tcg');
        spurt($mark, $found);
    }
    return slurp($mark);
}

# An emulated processor that can less is emulated faster: a boot takes a third less than with max.
my %ACCELERATOR_WORDS = (
    tcg => [split " ", "-M q35 -accel tcg,thread=multi -cpu qemu64"],
    kvm => [split " ", "-M q35,kernel-irqchip=split -accel kvm -cpu host"],
    # 8 nanoseconds an instruction; while it waits its clock is the machine's.
    counted => [split " ", "-M q35 -accel tcg,thread=single -cpu qemu64 -icount shift=3"],
);

# A kernel without a root panics, and with that the machine ends.
sub _kvm_boots {
    return 0 if !-w '/dev/kvm';
    my $pid = fork() // die "fork: $!\n";
    if ($pid == 0) {
        open STDOUT, '>', '/dev/null' or die;
        open STDERR, '>', '/dev/null' or die;
        my @words = (
            'timeout', '10', 'qemu-system-x86_64', @{ $ACCELERATOR_WORDS{kvm} },
            qw(-m 256 -nodefaults -display none -no-reboot -kernel), Lab::Kernel::image(),
            '-append', 'panic=-1'
        );
        exec { $words[0] } @words or die "timeout: $!\n";
    }
    waitpid $pid, 0;
    return $? == 0;
}

sub _free_port {
    my $socket = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1', LocalPort => 0)
        or die "no free port: $!\n";
    return $socket->sockport;
}

# A file with a file system, made when it is first asked for; nothing for one of no size.
sub _drive_words {
    my ($self, $name) = @_;
    my $size = $self->{hardware}{$name} or return;
    my $path = "$self->{folder}/$name";
    if (!-e $path) {
        open my $file, '>', $path or die "$path: $!\n";
        truncate $file, 1024 * 1024 * ($size =~ s/M$//r) or die "$path: $!\n";
        close $file or die "$path: $!\n";
        Lab::Kernel::command('mkfs.ext4', '-q', '-F', $path);
    }
    return ('-drive', "file=$path,format=raw,if=none,id=$name");
}

sub _disk_words {
    my ($self) = @_;
    my @disk = $self->_drive_words('disk');
    push @disk, '-device', 'virtio-blk-pci,drive=disk,addr=1c.0' if @disk;
    return (@disk, $self->_drive_words('spare'));
}

sub _network_words {
    my ($self) = @_;
    my $forward = '';
    my @cluster;
    if ($self->{hardware}{ssh}) {
        $self->{ssh_port} //= _free_port();
        $forward = ",hostfwd=tcp:127.0.0.1:$self->{ssh_port}-:22";
        @cluster = ('-netdev', "socket,id=cluster,mcast=230.0.0.1:$self->{cluster}{port},localaddr=127.0.0.1",
            '-device', "virtio-net-pci,netdev=cluster,romfile=,addr=1a.0,mac=52:54:00:00:01:0$self->{cluster}{number}")
            if $self->{cluster};
    }
    return ('-netdev', "user,id=network$forward",
        '-device', 'virtio-net-pci,netdev=network,romfile=,addr=1e.0', @cluster);
}

sub _share_words {
    my ($name, $path, $slot, @options) = @_;
    return ('-fsdev', join(',', "local,id=$name,path=$path,security_model=none", @options),
        '-device', "virtio-9p-pci,fsdev=$name,mount_tag=$name,addr=$slot");
}

sub _kernel_words {
    my ($self) = @_;
    my $hardware = $self->{hardware};
    my %iommu = (on => 'intel_iommu=on iommu=pt', off => 'intel_iommu=off', none => '');
    # On a busy machine an emulated timer can be too late for the kernel's check of it.
    my $words = join ' ', 'console=ttyS0 quiet panic=-1 no_timer_check', $iommu{ $hardware->{iommu} },
        'systemd.unified_cgroup_hierarchy=1', "lab_name=$self->{name}", "lab_tree=$TREE",
        "lab_build=$BUILD", "lab_init=$hardware->{init}",
        $hardware->{disk} ? 'lab_disk=yes' : ();
    return ('-kernel', Lab::Kernel::image(), '-initrd', "$LAB/host.image", '-append', $words);
}

sub _words {
    my ($self) = @_;
    my $hardware = $self->{hardware};
    my $folder   = $self->{folder};
    return (
        'qemu-system-x86_64',
        @{ $ACCELERATOR_WORDS{ $hardware->{time} // accelerator() } },
        '-m', $hardware->{memory}, '-smp', $hardware->{cpus},
        qw(-nodefaults -display none -no-reboot),
        '-serial', "file:$folder/console.log",
        '-serial', "unix:$folder/agent,server=on,wait=off",
        '-qmp', "unix:$folder/monitor,server=on,wait=off",
        ($hardware->{iommu} eq 'none' ? () : ('-device', 'intel-iommu,intremap=on')),
        _share_words('machine', '/', '1d.0', 'readonly=on', 'multidevs=remap'),
        _share_words('exchange', "$folder/exchange", '1b.0'),
        $self->_network_words(), $self->_disk_words(),
        Lab::Hardware::device_words($hardware),
        $self->_kernel_words()
    );
}

# Turns the host on; back when it takes commands.
sub boot {
    my ($self) = @_;
    return $self->start()->wait_ready();
}

sub start {
    my ($self) = @_;
    my @words = $self->_words();
    unlink map { "$self->{folder}/$_" } qw(agent monitor console.log);
    my $pid = fork() // die "fork: $!\n";
    if ($pid == 0) {
        open STDIN,  '<',  '/dev/null'                or die;
        open STDOUT, '>>', "$self->{folder}/qemu.log" or die;
        open STDERR, '>&', \*STDOUT                   or die;
        @words = ('setpriv', '--pdeathsig', 'KILL', @words);
        exec { $words[0] } @words or die "$words[0]: $!\n";
    }
    $self->{pid} = $pid;
    # At once: what is said while nobody listens is lost.
    $self->_connect(time + $PATIENCE);
    return $self;
}

sub wait_ready {
    my ($self) = @_;
    my $until = time + $BOOT;
    my $line = $self->_line($until);
    $self->_give_up("said '$line' when it was to be ready") if $line ne 'ready';
    $self->put($_, $self->{files}{$_}) for sort keys %{ $self->{files} };
    return $self;
}

sub is_on {
    my ($self) = @_;
    return 0 if !$self->{pid};
    return 1 if waitpid($self->{pid}, WNOHANG) == 0;
    delete $self->{pid};
    return 0;
}

# Ends the test: nothing can be asked of a host that does not answer.
sub _give_up {
    my ($self, $what) = @_;
    die "$self->{name} $what; its console is in $self->{folder}/console.log, "
        . "QEMU's words are in $self->{folder}/qemu.log\n";
}

sub _connect {
    my ($self, $until) = @_;
    while (time < $until) {
        $self->{agent} = IO::Socket::UNIX->new(Peer => "$self->{folder}/agent");
        return if $self->{agent};
        die "$self->{folder}/agent: $!\n" if $! != ENOENT && $! != ECONNREFUSED;
        $self->_give_up('ended while it booted') if !$self->is_on;
        sleep 0.05;
    }
    $self->_give_up('could not be reached');
}

# The next line of the agent.
sub _line {
    my ($self, $until) = @_;
    my $select = IO::Select->new($self->{agent});
    $self->{buffer} //= '';
    while (index($self->{buffer}, "\n") < 0) {
        my $left = $until - time;
        $self->_give_up('does not answer') if $left <= 0 || !$select->can_read($left);
        my $read = sysread $self->{agent}, $self->{buffer}, 4096, length $self->{buffer};
        $self->_give_up('was turned off before it answered') if !$read;
    }
    my ($line, $rest) = split /\r?\n/, $self->{buffer}, 2;
    $self->{buffer} = $rest;
    return $line;
}

sub _log {
    my ($self, $text) = @_;
    open my $file, '>>', "$self->{folder}/commands.log" or die "commands.log: $!\n";
    print {$file} $text;
    close $file or die "commands.log: $!\n";
}

# Begins a command, a piece of shell; what wait_for() takes.
sub begin {
    my ($self, $command) = @_;
    my $number = ++$self->{count};
    spurt("$self->{folder}/exchange/$number.sh", "PATH=$TREE/$BUILD:\$PATH\n$command\n");
    $self->{agent}->syswrite("$number\n") or die "$self->{name}: $!\n";
    return { number => $number, command => $command, begun => time };
}

# The answer of a command that was begun: { status, out, err, seconds }; undef when there is
# none in the seconds given, or in the usual ones, which ends the test.
sub wait_for {
    my ($self, $begun, $seconds) = @_;
    my $number = $begun->{number};
    my $until  = time + ($seconds // $PATIENCE);
    while (!exists $self->{answers}{$number}) {
        my $line = eval { $self->_line($until) };
        if (!defined $line) {
            return if defined $seconds && $self->is_on;
            die "$@($begun->{command})\n";
        }
        $self->{answers}{$1} = $2 if $line =~ /^(\d+) (\d+)$/;
    }
    my %answer = (
        status  => delete $self->{answers}{$number},
        out     => slurp("$self->{folder}/exchange/$number.out"),
        err     => slurp("$self->{folder}/exchange/$number.err"),
        seconds => time - $begun->{begun},
    );
    $self->_log(sprintf "\$ %s\n%s%s[%d, %.1f s]\n", $begun->{command}, @answer{qw(out err status seconds)});
    return \%answer;
}

# Runs a command; its answer, whatever it is.
sub try {
    my ($self, $command, $seconds) = @_;
    return $self->wait_for($self->begin($command), $seconds);
}

# Runs a command that has to succeed; its output without the last newline.
sub run {
    my ($self, $command) = @_;
    my $answer = $self->try($command);
    die "$self->{name}: '$command' ended with $answer->{status}: $answer->{err}$answer->{out}\n"
        if $answer->{status};
    return $answer->{out} =~ s/\n\z//r;
}

# Before the first boot: the network of hosts it is in, and its number there, 1 to 9.
sub join_cluster {
    my ($self, $port, $number) = @_;
    $self->{cluster} = { port => $port, number => $number };
}

sub cluster_address { return "10.1.0.$_[0]{cluster}{number}" }

# The public key that the host shows to those who reach it by ssh.
sub ssh_key { return $_[0]->run('cut -d" " -f 1,2 /state/ssh/key.pub') }

# ssh's daemon, for root with the lab's key; the text is its /etc/hosts.
sub start_ssh {
    my ($self, $hosts) = @_;
    my $key = slurp("$LAB/key");
    $self->put('/etc/hosts', $hosts);
    $self->put('/root/.ssh/authorized_keys', slurp("$LAB/key.pub"));
    $self->put('/root/.ssh/id_ed25519', $key);
    $self->put('/root/.ssh/config', "StrictHostKeyChecking accept-new\n");
    $self->put('/state/ssh/config', join "\n", 'HostKey /state/ssh/key', 'UsePAM no',
        'PermitRootLogin yes', 'PasswordAuthentication no',
        'Subsystem sftp internal-sftp', 'PidFile /run/sshd.pid', '');
    my $address = $self->cluster_address;
    $self->run('card=$(ls /sys/bus/pci/devices/0000:00:1a.0/virtio*/net) && '
            . "ip address add $address/24 dev \$card && ip link set \$card up; "
            . 'rm -f /etc/shadow && printf "root:*:19000:0:99999:7:::\n" > /etc/shadow; '
            . 'mkdir -p /run/sshd; chmod -R go= /root/.ssh; cd /state/ssh && '
            . '{ [ -e key ] || ssh-keygen -q -t ed25519 -N "" -f key; } && '
            . '/usr/sbin/sshd -f /state/ssh/config');
}

# Writes a file in the host.
sub put {
    my ($self, $path, $text) = @_;
    my $number = ++$self->{count};
    spurt("$self->{folder}/exchange/$number.put", $text);
    $self->run("mkdir -p \"\$(dirname '$path')\" && cat /lab/$number.put > '$path'");
}

# The drivers of the lab's cards, and vfio-pci.
sub load_drivers {
    my ($self) = @_;
    $self->run('modprobe bochs; modprobe snd-hda-codec-generic; modprobe snd-hda-intel; '
            . 'modprobe vfio-pci; modprobe vfio_iommu_type1; udevadm settle 2> /dev/null; true');
}

# gpupci for those who come by ssh, drivers and libvirt: what a VM host has.
sub make_vm_host {
    my ($self) = @_;
    $self->run("ln -sf $TREE/$BUILD/gpupci /usr/local/sbin/gpupci");
    $self->load_drivers();
    $self->start_libvirt();
}

# libvirt's daemon with all it needs, ready when this returns. What it learns of QEMU in most
# of a minute is kept for the next host; it sees itself whether that still holds.
sub start_libvirt {
    my ($self) = @_;
    my $kept  = "$LAB/capabilities";
    my $cache = '/var/cache/libvirt/qemu/capabilities';
    $self->run("mkdir -p /var/log/libvirt $cache && (cp $kept/* $cache || true) && "
            . 'modprobe tun && ip link add br0 type bridge && ip link set br0 up && '
            . 'virtlogd -d && libvirtd -d && virsh -q domcapabilities --virttype qemu > /dev/null');
    return if -d $kept;
    my $number = $self->{count};
    $self->run("mkdir /lab/$number.capabilities && cp $cache/* /lab/$number.capabilities");
    rename "$self->{folder}/exchange/$number.capabilities", $kept;
}

# As if its power went: nothing is written any more.
sub cut_power {
    my ($self) = @_;
    return if !$self->{pid};
    kill 'KILL', $self->{pid};
    waitpid $self->{pid}, 0;
    delete @$self{qw(pid agent buffer)};
}

# What was written is on the disk, if there is one.
sub power_off {
    my ($self) = @_;
    return if !$self->is_on;
    $self->try('sync', 30);
    $self->cut_power();
}

# Turns it off and on again, with other hardware if that is given; the disk stays.
sub reboot {
    my ($self, $hardware) = @_;
    $self->power_off();
    $self->{hardware} = Lab::Hardware::parse($hardware) if $hardware;
    return $self->boot();
}

# What its kernel says of every PCI device: { address => { class, vendor, device, driver,
# iommu_group } }; ids as sysfs writes them without 0x, what is not there undef.
sub kernel {
    my ($self) = @_;
    my $out = $self->run(<<'SHELL');
cd /sys/bus/pci/devices
for device in *; do
    read -r class < $device/class
    read -r vendor < $device/vendor
    read -r id < $device/device
    echo $device ${class#0x} ${vendor#0x} ${id#0x}
done
find */ -maxdepth 1 -type l '(' -name driver -o -name iommu_group ')' -printf '%p %l\n'
SHELL
    my %devices;
    for my $line (split /\n/, $out) {
        if ($line =~ m{^(\S+?)/+(driver|iommu_group) \S*/(\S+)$}) {
            $devices{$1}{$2} = $3;
            next;
        }
        my ($address, @ids) = split / /, $line;
        $devices{$address} = { driver => undef, iommu_group => undef };
        @{ $devices{$address} }{qw(class vendor device)} = @ids;
    }
    return \%devices;
}

# Which processes have a VFIO group open: the group, and the guest of its QEMU, a line each.
sub holders {
    my ($self) = @_;
    return $self->run(<<'SHELL');
find /proc/[0-9]*/fd -lname '/dev/vfio/[0-9]*' -printf '%l %h\n' 2> /dev/null | sort -u |
while read -r group folder; do
    echo "${group#/dev/vfio/} $(tr '\0' '\n' < "${folder%/fd}/cmdline" |
        sed -n 's/^guest=\([^,]*\).*/\1/p')"
done
SHELL
}

sub DESTROY { local ($?, $@, $!); $_[0]->cut_power() }

1;
