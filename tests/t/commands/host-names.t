#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What may be a host's name: wherever one is added; and what a file has that other hands wrote,
# which is never given to a program that would take it for something else.
use strict;
use warnings;

use Fleet;
use Inventory;
use Rocks;
use Scan;
use Test::More;

my $no = 'letters, digits, - and _ only, no dot, no - in front';

# Every way in.
my @bad =
    ('-a', 'a.b', 'a b', 'a;id', '$(id)', "a'b", 'a[0-9]', '^/etc/passwd', 'a,b');
walkthrough_inventory();
for my $name (@bad) {
    refused(qr/^rocks: «\Q$name\E» is not a valid host name: $no$/,
        qw(add host rack=0 rank=0 membership=compute), "host=$name");
    refused(qr/^rocks: «\Q$name\E» is not a valid host name: $no$/,
        qw(add host vm vm-container-0-15 hosted-vm), "name=$name");
    refused(qr/^rocks: «\Q$name\E» is not a valid appliance name: $no$/, 'add', 'appliance',
        "appliance=$name");
}

# A batch, and the dump of an old frontend: each line is named, and nothing was changed.
{
    my $add    = '/opt/rocks/bin/rocks "add host"';
    my $before = inventory();
    my $got    = rocks_in(<<"DUMP", qw(--batch -));
/opt/rocks/bin/rocks add appliance gpu.node membership='GPU Node'
$add compute-0-0 cpus=8 rack=0 rank=0 membership=Compute os=linux
$add my+host cpus=8 rack=0 rank=1 membership=Compute os=linux
$add a.example.org cpus=8 rack=0 rank=2 membership=Compute os=linux
DUMP
    is($got->{status}, 1, 'an old dump with such names: failed');
    is($got->{err}, <<"TEXT", 'each line is named');
rocks: -:1: «gpu.node» is not a valid appliance name: $no
rocks: -:3: «my+host» is not a valid host name: $no
rocks: -:4: «a.example.org» is not a valid host name: $no
rocks: -: nothing was changed
TEXT
    ok(inventory() eq $before, 'nothing was changed');
}

# A host in the file under another name, as other hands wrote it.
sub is_called {
    my ($host, $name) = @_;
    return sql("UPDATE host SET name = '" . $name =~ s/'/''/gr . "' WHERE name = '$host'");
}

# RFC 1123 has no _, but old frontends have it: it works everywhere.
begin(card('gpupci1', '0000:02:00'));
fleet();
is_called($host, 'my_host');
on_host('my_host', 'gpupci',
    "cat <<'END'\n" . document([ card('gpupci1', '0000:02:00') ], host => 'my_host') . "END\n");
hypervisor(
    'my_host',
    {   name => 'rocks-33', uuid => sql(q{SELECT uuid FROM vm ORDER BY slice LIMIT 1}),
        state => 'running'
    });
prints("hello\n", qw(run host my_host), 'echo hello');
is(rocks(qw(sync host gpu my_host))->{err}, '', 'it is scanned');
prints('', qw(check host gpu my_host));
prints("active\n", qw(list host vm rocks-33 status=yes output-col=status output-header=no));
like(rocks(qw(dump host my_host))->{out}, qr/^\S+ add host my_host /, 'it is in a dump');
{
    my $dump = rocks('dump')->{out};
    local $ENV{ROCKS_DB} = "$FOLDER/again.db";
    my $got = rocks_in($dump, qw(--batch -));
    is("$got->{status} $got->{err}", '0 ', 'which is restored');
}

# Anything else is given to no other program, and the others are asked all the same.
for my $name (
    'a;touch pwned', '$(touch pwned)', "a\ntouch pwned", 'x?command=touch&', '../x',
    '[0-9]', 'vm-container-0-[16-17]', '^/etc/passwd', '/x/', '-oProxyCommand=touch pwned', 'a,b',
    ' ', '%h')
{
    (my $shown = $name) =~ s/\n/\\n/g;
    begin(card('gpupci1', '0000:02:00'));
    is_called($host, $name);
    unlink glob "$FOLDER/hosts/*/words";
    on_host('vm-container-0-16', 'gpupci',
        "cat <<'END'\n" . document([], host => 'vm-container-0-16') . "END\n");
    hypervisor('vm-container-0-16');
    my $why = 'its name is not one of a host: nothing is asked of it';
    my $got = rocks(qw(run host vm-container), 'echo hello');
    is($got->{status}, 1, "«$shown»: run host: failed");
    like($got->{err}, qr/^\Q$why\E$/m, "«$shown»: and says why");
    like($got->{out}, qr/^hello$/m, "«$shown»: the other host is asked");
    for my $verb (qw(sync check)) {
        $got = rocks($verb, qw(host gpu));
        is($got->{status}, $verb eq 'sync' ? 1 : 3, "«$shown»: $verb host gpu: status");
        like($got->{err}, qr/^rocks: [^\n]*: down: \Q$why\E\n\z/,
            "«$shown»: $verb host gpu says why");
    }
    $got = rocks(qw(start host vm rocks-33));
    like($got->{err}, qr/rocks-33: .*\Q$why\E/s, "«$shown»: start host vm says why");
    is(rocks(qw(stop host vm rocks-33))->{err}, "rocks: rocks-33: $why\n",
        "«$shown»: stop host vm says why");
    is(join(' ', glob "$FOLDER/hosts/*/words"), "$FOLDER/hosts/vm-container-0-16/words",
        "«$shown»: ssh was never called for it");
}
ok(!-e 'pwned' && !-e "$ENV{HOME}/pwned", 'nothing of a name was run');

done_testing;
