# SPDX-License-Identifier: GPL-2.0-or-later
# What the lab boots: the distribution's kernels out of their packages, which need not be
# installed, and two small first file systems: one of the VM hosts, one of their VMs.
package Lab::Kernel;
use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(basename);
use File::Copy qw(cp);
use File::Path qw(make_path remove_tree);

our @EXPORT_OK = qw($LAB $TREE $BUILD prepare command);

our $BUILD = $ENV{BUILD} // 'build';
our $TREE  = abs_path('.');
# All that the lab makes is below this folder.
our $LAB = "$TREE/$BUILD/lab";

# What a VM host needs before it sees its root.
my @HOST_MODULES =
    qw(virtio_pci 9pnet_virtio 9p overlay virtio_blk ext4 virtio_net bridge vfio-pci);

# The packages. The VMs' kernel is the one for clouds: it has fewer drivers, and is not packed
# as tightly, which counts where an emulated machine emulates the machine that unpacks it.
my %PACKAGES = (kernel => 'linux-image-amd64', 'guest-kernel' => 'linux-image-cloud-amd64');

# Runs a program; its output. What it says of a failure is passed on.
sub command {
    my (@words) = @_;
    open my $pipe, '-|', @words or die "$words[0]: $!\n";
    local $/;
    my $output = <$pipe>;
    close $pipe or die "failed: @words\n";
    return $output // '';
}

# The same for a program that always has something to say: it is shown when it failed.
sub _quietly {
    my (@words) = @_;
    my $pid = open(my $pipe, '-|') // die "fork: $!\n";
    if ($pid == 0) {
        open STDERR, '>&', \*STDOUT or die;
        exec { $words[0] } @words or die "$words[0]: $!\n";
    }
    local $/;
    my $said = <$pipe>;
    close $pipe or die "failed: @words\n$said";
    return;
}

sub _in_folder {
    my ($folder, @words) = @_;
    my $pid = fork() // die "fork: $!\n";
    if ($pid == 0) {
        chdir $folder or die "$folder: $!\n";
        exec { $words[0] } @words or die "$words[0]: $!\n";
    }
    waitpid $pid, 0;
    die "failed in $folder: @words\n" if $?;
}

# The newest kernel that the package of that name stands for.
sub _newest {
    my ($name) = @_;
    my ($package) = command('apt-cache', 'depends', $name) =~ /Depends: (linux-image-\S+)/
        or die "apt-get knows no $name; run apt-get update\n";
    return $package;
}

sub _unpack {
    my ($name) = @_;
    my $folder = "$LAB/$name";
    my $new    = "$folder.new";
    remove_tree($new);
    make_path($new);
    _in_folder($new, 'apt-get', '-qq', '-o', 'APT::Sandbox::User=', 'download',
        _newest($PACKAGES{$name}));
    my ($package) = glob "$new/*.deb" or die "apt-get downloaded nothing\n";
    command('dpkg', '-x', $package, $new);
    unlink $package;
    my ($version) = map { basename($_) } glob "$new/lib/modules/*";
    command('depmod', '-b', $new, $version);
    remove_tree($folder);
    rename $new, $folder or die "$folder: $!\n";
}

sub version { return basename((glob "$LAB/kernel/lib/modules/*")[0]) }

# The kernel of the VM hosts, or that of their VMs.
sub image { return (glob "$LAB/" . ($_[0] // 'kernel') . '/boot/vmlinuz-*')[0] }

# The modules and all they need, in the order in which they are loaded.
sub _modules {
    my (@names) = @_;
    my %seen;
    return grep { !$seen{$_}++ } map {
        command('modprobe', '-d', "$LAB/kernel", '-S', version(), '--show-depends', $_)
            =~ /^insmod (\S+)/mg
    } @names;
}

# A first file system: busybox, an init, modules if any.
sub _first_file_system {
    my ($target, $init, @modules) = @_;
    my $folder = "$target.folder";
    remove_tree($folder);
    make_path(map { "$folder/$_" } qw(bin dev proc sys root machine exchange layer lib));
    cp('/bin/busybox', "$folder/bin/busybox") or die "/bin/busybox: $!\n";
    cp($init, "$folder/init")                 or die "$init: $!\n";
    chmod 0755, "$folder/init", "$folder/bin/busybox";
    open my $list, '>', "$folder/modules" or die "$folder/modules: $!\n";
    for my $module (_modules(@modules)) {
        cp($module, "$folder/lib/") or die "$module: $!\n";
        print {$list} '/lib/', basename($module), "\n";
    }
    close $list or die "$folder/modules: $!\n";
    _in_folder($folder, 'sh', '-c', "find . | cpio -o -H newc --quiet | gzip -1 > '$target'");
    remove_tree($folder);
}

# A disk that a VM starts from by its firmware, BIOS, whatever bus it is on.
sub _guest_disk {
    my ($target) = @_;
    my $folder = "$target.folder";
    remove_tree($folder);
    make_path($folder);
    cp(image('guest-kernel'), "$folder/vmlinuz") or die "vmlinuz: $!\n";
    _first_file_system("$folder/initrd", 'tests/lab/guest-init');
    cp('/usr/lib/ISOLINUX/isolinux.bin', $folder)              or die "isolinux.bin: $!\n";
    cp('/usr/lib/syslinux/modules/bios/ldlinux.c32', $folder) or die "ldlinux.c32: $!\n";
    open my $file, '>', "$folder/isolinux.cfg" or die "isolinux.cfg: $!\n";
    print {$file} "DEFAULT lab\nLABEL lab\n  KERNEL vmlinuz\n"
        . "  APPEND initrd=initrd console=ttyS0 quiet panic=-1 mitigations=off\n";
    close $file or die "isolinux.cfg: $!\n";
    _quietly(
        qw(xorriso -report_about SORRY -as mkisofs -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin
            -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table -o),
        $target, $folder
    );
    remove_tree($folder);
}

# Makes what is missing or older than what it is made of.
sub prepare {
    make_path($LAB);
    for my $name (sort keys %PACKAGES) {
        _unpack($name) if !-d "$LAB/$name";
    }
    for (['host', 'init', \&_host], ['guest', 'guest-init', \&_guest]) {
        my ($name, $source, $make) = @$_;
        my $target = "$LAB/$name.image";
        next
            if -e $target
            && (stat $target)[9] > (stat "tests/lab/$source")[9]
            && (stat _)[9] >= (stat 'tests/lab/lib/Lab/Kernel.pm')[9];
        $make->("$target.new");
        rename "$target.new", $target or die "$target: $!\n";
    }
    if (!-e "$LAB/key") {
        command(qw(ssh-keygen -q -t ed25519 -N), '', '-C', 'lab', '-f', "$LAB/key");
    }
}

sub _host  { _first_file_system($_[0], 'tests/lab/init', @HOST_MODULES) }
sub _guest { _guest_disk($_[0]) }

1;
