#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks sync host gpu without a file: every host is asked, and what does not answer well
# changes nothing.
use strict;
use warnings;

use Fleet;
use Inventory;
use Rocks;
use Scan;
use Test::More;

my @hosts = map { "vm-container-0-$_" } 0 .. 3;

# What gpupci prints on a host, and with which status.
sub tells {
    my ($name, $text, $status) = @_;
    spurt("$FOLDER/hosts/$name.json", $text);
    on_host($name, 'gpupci',
              "[ \"\$*\" = '--list --json' ] || exit 2\ncat '$FOLDER/hosts/$name.json'\nexit "
            . ($status // 0)
            . "\n");
    return;
}

sub scan_of { my ($name, @cards) = @_; return document(\@cards, host => $name) }

sub rows {
    my ($got) = @_;
    return join '', map { s/ +-+//gr =~ s/ +/ /gr =~ s/ $//r . "\n" } split /\n/, $got->{out};
}

# What is kept of a host's cards.
sub kept {
    my ($name) = @_;
    my $columns = q{name || address || state || ifnull(last_seen, '')};
    return sql("SELECT group_concat($columns) FROM card "
            . "WHERE host = (SELECT id FROM host WHERE name = '$name')");
}

sub sync { return rocks(qw(sync host gpu output-header=no), @_) }

fresh_inventory((map { "add host $_" } @hosts, 'compute-0-0', 'compute-0-1', 'nas-0-0'),
    'set attr vm_mac_base_addr 52:54:00:00:00:00',
    'add host vm vm-container-0-1 hosted-vm name=rocks-33',
    'add host vm compute-0-0 hosted-vm name=rocks-34', 'add host gpu compute-0-1 gpupci1 02:00.0');
fleet();
tells($_, scan_of($_, card('gpupci1', '0000:02:00', serial => "S-$_")))
    for @hosts, qw(compute-0-0 compute-0-1);
tells($_, 'garbage') for qw(nas-0-0 rocks-33 rocks-34);

# The hosts that are asked: VM hosts, what houses VMs, what has cards.
{
    my $got = sync();
    is($got->{err}, '', 'all are asked, without a complaint');
    is($got->{status}, 0, 'done');
    is( rows($got),
        join(
            '',
            map { "$_: gpupci1 pci_0000_02_00_0 " . ($_ eq 'compute-0-1' ? 'same' : 'new') . "\n" }
                qw(compute-0-0 vm-container-0-0 compute-0-1),
            map { "vm-container-0-$_" } 1 .. 3
        ),
        'in the order of hosts');
    is(sql('SELECT count(*) FROM card WHERE serial IS NOT NULL'), 6, 'and it is kept');
    is(rows(sync('vm-container-0-2')), "vm-container-0-2: gpupci1 pci_0000_02_00_0 same\n",
        'one host');
    is(sync('vm-container')->{out} =~ tr/\n//, 4, 'a group');
    is(sync('%')->{status}, 1, 'a pattern asks the NAS too');
}
fails(qr/rocks-33 is a VM; name the host that houses it/, qw(sync host gpu rocks-33));
fails(qr/there is no host/, qw(sync host gpu vm-container-0-9));
usage(qr/file=, adopt=: name one host/, qw(sync host gpu file=x), @hosts);
usage(qr/file=, adopt=: name one host/, qw(sync host gpu file=x));

# What is not well changes nothing of that host, and does not hold up the others.
my $good =
    scan_of('vm-container-0-1', card('gpupci1', '0000:02:00'), card('gpupci2', '0000:03:00'));

# The beginning of a document.
sub cut_short {
    my ($length) = @_;
    my $cut = sub { tells('vm-container-0-1', substr $good, 0, $length) };
    return "$length bytes of a document" => [ $cut, qr/vm-container-0-1/ ];
}

my %unwell = (
    'a refused connection' => [
        sub { ails(refused => 'vm-container-0-1') },
        qr/down: ssh: connect to host vm-container-0-1 port 22: Connection refused/
    ],
    'another host key' => [
        sub { ails(key => 'vm-container-0-1') },
        qr/down: its host key is not the one that ssh knows; compare .* once, `ssh vm-container-0-1`$/m
    ],
    'a broken connection' => [
        sub { ails(dies => 'vm-container-0-1') }, qr/the connection broke before it had answered/
    ],
    'no gpupci' => [
        sub { unlink "$FOLDER/hosts/vm-container-0-1/bin/gpupci" },
        qr/it has no gpupci; install it there/
    ],
    'a gpupci that fails' => [
        sub { on_host('vm-container-0-1', 'gpupci', "echo 'gpupci: no /sys' >&2; exit 1") },
        qr/gpupci failed there with status 1: gpupci: no \/sys/
    ],
    'nothing' => [ sub { tells('vm-container-0-1', '') }, qr/vm-container-0-1/ ],
    'more than a scan' => [
        sub { on_host('vm-container-0-1', 'gpupci', "yes '{\"x\": 0}' | head -c 2100000") },
        qr/vm-container-0-1: it printed more than 2 MiB$/m
    ],
    'garbage' => [ sub { tells('vm-container-0-1', "\0\1{]\n\x{ff}") }, qr/vm-container-0-1/ ],
    'the scan of another host' => [
        sub { tells('vm-container-0-1', scan_of('vm-container-0-2', card('gpupci1', '0000:02:00'))) },
        qr/vm-container-0-2/
    ],
    'a whole document with a bad status' =>
        [ sub { tells('vm-container-0-1', $good, 1) }, qr/gpupci failed there with status 1/ ],
    (map { cut_short($_) }
        grep { $_ < length($good) - 1 } 1, 50, 200, 300, length($good) - 3),
);
for my $what (sort keys %unwell) {
    my ($make, $pattern) = @{ $unwell{$what} };
    heals(@hosts);
    tells($_, scan_of($_, card('gpupci1', '0000:04:00'))) for @hosts;
    sql('UPDATE card SET address = 512, last_address = 512; UPDATE function SET address = 512 + '
        . 'number'
    );
    $make->();
    my $before = kept('vm-container-0-1');
    my $got = sync(@hosts);
    is($got->{status}, 1, "$what: status 1");
    like($got->{err}, qr/\Arocks: [^\n]*vm-container-0-1[^\n]*\n\z/,
        "$what: one line that names the host");
    like($got->{err}, $pattern, "$what: why");
    is(
        kept('vm-container-0-1'),
        $before,
        "$what: nothing of it changed");
    is(rows($got),
        join('', map {"$_: gpupci1 pci_0000_04_00_0 moved pci_0000_02_00_0\n"} @hosts[ 0, 2, 3 ]),
        "$what: the others are done");
}

# A host that lies about its neighbours: only its own answer is lost.
heals(@hosts);
{
    for my $host (@hosts) {
        tells($host, scan_of($host, card('gpupci1', '0000:07:00')));
        # Line by line, while the liar prints.
        on_host($host, 'gpupci',
            "while IFS= read -r line; do printf '%s\\n' \"\$line\"; sleep 0.1; done "
                . "< '$FOLDER/hosts/$host.json'\n");
    }
    lies_about(@hosts[ 1, 0, 2, 3 ]);
    my $before = kept($hosts[1]);
    my $got    = sync(@hosts);
    is($got->{status}, 1, 'a liar: status 1');
    like($got->{err}, qr/\Arocks: \Q$hosts[1]\E: [^\n]*\n\z/, 'a liar: one line that names it');
    is(kept($hosts[1]), $before, 'a liar: nothing of it changed');
    is(rows($got),
        join('', map {"$_: gpupci1 pci_0000_07_00_0 moved pci_0000_04_00_0\n"} @hosts[ 0, 2, 3 ]),
        'a liar: its neighbours are synchronised');
}

# A hanging host ends with Ctrl-C; what had answered counts.
heals(@hosts);
tells($_, scan_of($_, card('gpupci1', '0000:05:00'))) for @hosts;
ails(hangs => 'vm-container-0-1');
{
    my $child = fork // die;
    if (!$child) {
        $SIG{INT} = 'DEFAULT'; # whoever runs the tests may have it ignored
        open STDOUT, '>', "$FOLDER/out";
        open STDERR, '>', "$FOLDER/err";
        exec "$BUILD/rocks", qw(sync host gpu output-header=no), @hosts;
    }
    sleep 3;
    kill INT => $child;
    waitpid $child, 0;
    is($?, 2, 'Ctrl-C: ended by the signal');
    is(slurp("$FOLDER/err"), "rocks: vm-container-0-1: stopped\n", 'who was stopped');
    is(sql('SELECT count(*) FROM card WHERE address = 1280'), 3, 'the others are kept');
}
heals(@hosts);

# dryrun=yes reports, and changes nothing.
{
    my $before = inventory();
    tells($_, scan_of($_, card('gpupci1', '0000:06:00'))) for @hosts;
    is(() = sync('vm-container', 'dryrun=yes')->{out} =~ /moved/g, 4, 'dryrun=yes reports');
    ok(inventory() eq $before, 'and changes nothing');
}

# No transaction is open while hosts are asked: another writer need not wait.
on_host('vm-container-0-2', 'gpupci',
    "'$BUILD/rocks' set attr meanwhile yes && cat '$FOLDER/hosts/vm-container-0-2.json'\n");
is(sync('vm-container-0-2')->{status}, 0, 'another command writes meanwhile');
is(sql(q{SELECT value FROM attr WHERE name = 'meanwhile'}), 'yes', 'and has written');
on_host('vm-container-0-2', 'gpupci',
    "'$BUILD/rocks' remove host vm-container-0-2 && cat '$FOLDER/hosts/vm-container-0-2.json'\n");
fails(qr/there is no host «vm-container-0-2»/, qw(sync host gpu vm-container-0-2));

# What all hosts print together has a bound, which costs nobody who prints little.
{
    my @large  = map {"vm-container-1-$_"} 0 .. 5;
    my $honest = 'vm-container-1-6';
    fresh_inventory(map {"add host $_"} @large, $honest);
    # When the others have printed all that they may.
    on_host($honest, 'gpupci', 'while [ "$(cat ' . "$FOLDER/hosts/vm-container-1-*/done"
        . " 2> /dev/null | wc -l)\" != 6 ]; do sleep 0.1; done; cat '$FOLDER/scan'\n");
    on_host($_, 'gpupci', "yes \"\$(printf '{%999s}')\" | head -c 15000000; echo > $FOLDER/hosts/$_/done") for @large;
    spurt("$FOLDER/scan", scan_of($honest, card('gpupci1', '0000:02:00', serial => 'S-1')));
    hypervisor($honest);
    my $got = rocks(qw(check host gpu));
    is($got->{status}, 3, 'hosts that print too much together: could not look');
    my $words = 'the hosts together printed more than 64 MiB, and it more than its share of that, '
        . '9362 KiB; ask fewer hosts at once';
    like($got->{err}, qr/^rocks: vm-container-1-[0-5]: \Q$words\E$/m, 'which and why');
    unlike($got->{err}, qr/\Q$honest\E: (?:the hosts|it printed)/, 'and none that prints little');
    like($got->{out}, qr/^\Q$honest\E: +gpupci1 /m, 'which is compared') || diag($got->{out}, $got->{err});
}

done_testing;
