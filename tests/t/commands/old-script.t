#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A script as administrators of Rocks write it runs unchanged: what they type, how they loop over
# what is printed, a dump into a file that a shell sources. Its idioms are those of the guides of the
# kvm and gpupt rolls and of the tests of rocksclusters/core and rocksclusters/kvm.
use strict;
use warnings;

use Fleet;
use Rocks;
use Scan;
use Test::More;

my $container = 'vm-container-0-15';
begin(card('gpupci1', '0000:02:00'), card('gpupci2', '0000:03:00'));
fleet();
hypervisor($container);
unlink glob "$ENV{ROCKS_DB}*";
on_host($container, 'hostname', "echo $container\n");

# /opt/rocks/bin/rocks is this one, also for the dump that is sourced.
my $bin = "$FOLDER/opt";
mkdir $bin;
spurt("$bin/rocks", "#!/bin/bash\nset -o pipefail\n'$BUILD/rocks' \"\$@\" | sed 's,^/opt/rocks/bin,$bin,'\n");
chmod 0755, "$bin/rocks";
my $script = slurp('tests/data/old-script/provision.sh');
is(($script =~ tr/\n//), 50, 'fifty lines');
spurt("$FOLDER/provision.sh", $script =~ s{/opt/rocks/bin}{$bin}gr =~ s{/tmp/}{$FOLDER/}gr);
local $ENV{PATH} = "$bin:$ENV{PATH}";
my $got = run_program('', 'bash', '-eu', "$FOLDER/provision.sh");
is($got->{status}, 0, 'it runs to its end') or diag($got->{err});
is( $got->{err} =~ s/^rocks: there is nothing to sync: .*\n//mgr, '', 'and complains of nothing');
is($got->{out}, slurp('tests/data/old-script/output') =~ s/\Q@@\E/$FOLDER/gr, 'what it prints');

done_testing;
