# SPDX-License-Identifier: GPL-2.0-or-later
# What tests do to the machine: mounts that nobody else sees, and other users.
package Machine;

use strict;
use warnings;

use Exporter qw(import);
use File::Copy qw(cp);
use File::Temp qw(tempdir);
use Rocks;

our @EXPORT = qw(need_root in_private_mounts mount_tmpfs as_user rocks_as);

# A test that cannot run has failed: nothing is passed over.
sub need_root {
    die "$0 mounts things and takes the part of other users: run it as root\n" if $>;
    return;
}

# Runs the rest of the test where what it mounts is seen by nobody else.
sub in_private_mounts {
    need_root();
    return if delete $ENV{IN_PRIVATE_MOUNTS};
    $ENV{IN_PRIVATE_MOUNTS} = 1;
    exec 'unshare', '--mount', $^X, (map { "-I$_" } grep { !ref } @INC), $0, @ARGV
        or die "unshare: $!\n";
}

my @mounted;

# Temporary folders cannot be removed while something is mounted on them.
END {
    my $status = $?;
    system('umount', '--lazy', $_) for reverse @mounted;
    $? = $status;
}

# An empty file system over a folder.
sub mount_tmpfs {
    my ($folder, @options) = @_;
    system('mount', '-t', 'tmpfs', '-o', join(',', 'mode=0755', @options), 'tmpfs', $folder)
        == 0
        or die "mount on $folder failed\n";
    push @mounted, $folder;
    return;
}

# A program as another user, who is a member of just that group.
sub as_user {
    my ($user, $group, @words) = @_;
    return run_program('', 'setpriv', "--reuid=$user", "--regid=$group", '--clear-groups',
        @words);
}

# A copy, since where the tree lies may be closed to others.
my $folder;

sub rocks_as {
    my ($user, $group, @words) = @_;
    if (!$folder) {
        $folder = tempdir(CLEANUP => 1);
        cp("$BUILD/rocks", "$folder/rocks") or die "$folder/rocks: $!";
        chmod 0755, $folder, "$folder/rocks";
    }
    return as_user($user, $group, "$folder/rocks", @words);
}

1;
