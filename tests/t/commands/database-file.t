#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The inventory's file: where it is, how it is made, what is refused and not touched.
use strict;
use warnings;

use File::Temp qw(tempdir);
use Machine;
use OldInventory;
use POSIX qw(mkfifo);
use Rocks;
use Test::More;

in_private_mounts();

my $file = $ENV{ROCKS_DB};

# The hosts in the file, as a word each.
sub hosts_in { return join ' ', rocks(@_, qw(dump host))->{out} =~ /^\S+ add host (\S+)/mg }

sub mode_of { my ($path) = @_; return sprintf '%04o', (stat $path)[2] & 07777 }

# What the file and its log hold; the index beside may be rebuilt by whoever reads.
sub state_of {
    my ($path) = @_;
    return { map { $_ => -f $_ ? slurp($_) : 'no file' } grep { !/-shm$/ && (!/-wal$/ || -s) } glob "$path*" };
}

sub fresh {
    unlink glob "$file*";
    my $got = rocks(qw(add host compute-0-0));
    die $got->{err} if $got->{status};
    return;
}

# A reader ends with 3, a writer with 1, both with one line that names the file; it stays.
sub refused {
    my ($path, $pattern, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = state_of($path);
    for my $try ([ 3, qw(list host) ], [ 1, qw(add host compute-0-1) ]) {
        my ($status, @words) = @$try;
        my $got = run_program('', 'timeout', 20, "$BUILD/rocks", '--db', $path, @words);
        is($got->{status}, $status, "$what: $words[0]: exit status");
        is($got->{out}, '', "$what: $words[0]: nothing on stdout");
        like($got->{err}, qr/^rocks: \Q$path\E: $pattern[^\n]*\n\z/,
            "$what: $words[0]: what is wrong");
        is_deeply(state_of($path), $before, "$what: $words[0]: nothing is touched");
    }
    return;
}

# The three ways to name it, and which one wins.
{
    my ($a, $b) = ("$FOLDER/a.db", "$FOLDER/b.db");
    is(rocks('--db', $a, qw(add host compute-0-0))->{status}, 0, '--db FILE');
    is(rocks("--db=$b", qw(add host compute-0-1))->{status}, 0, '--db=FILE');
    local $ENV{ROCKS_DB} = $a;
    is(hosts_in(), 'compute-0-0', 'ROCKS_DB');
    is(hosts_in('--db', $b), 'compute-0-1', '--db wins over ROCKS_DB');
    is_deeply([ glob "$FOLDER/*.new-*" ], [], 'nothing is left beside a new file');
}

# The default, on a /var/lib of our own.
{
    local %ENV = %ENV;
    delete $ENV{ROCKS_DB};
    mount_tmpfs('/var/lib');
    for my $empty (undef, '') {
        local $ENV{ROCKS_DB} = $empty if defined $empty;
        prints('', qw(list host));
        prints('', qw(report host gpu));
        prints("[]\n", qw(list host gpu json=yes));
    }
    ok(!-e '/var/lib/rocks', 'reading makes nothing');
    prints('', qw(add host compute-0-0));
    is(mode_of('/var/lib/rocks/rocks.db'), '0640', 'the first write makes it, for its group');
    is(mode_of('/var/lib/rocks'), '0750', 'in a folder of its own');
    is(hosts_in(), 'compute-0-0', 'and it is read');
    unlink glob '/var/lib/rocks/*';
    prints('', qw(list host));
}

# Made with that mode whatever the umask, and what SQLite puts beside it too.
for my $umask (0, 077, 0777) {
    unlink glob "$file*";
    my $before = umask $umask;
    my $got    = run_program('', 'sh', '-c', "umask $umask; exec \"\$@\"", 'sh', "$BUILD/rocks",
        qw(add host compute-0-0));
    umask $before;
    is($got->{err}, '', sprintf('umask %03o', $umask));
    is(mode_of("$file$_"), '0640', sprintf('umask %03o: mode of file%s', $umask, $_))
        for '', '-wal', '-shm';
}

# No file where the user named one.
{
    unlink glob "$file*";
    my $got = rocks(qw(list host));
    is($got->{status}, 3, 'a named file that is not there');
    is($got->{out}, '', 'nothing on stdout');
    like($got->{err}, qr/^rocks: \Q$file\E: there is no such file; .*writes makes it\n\z/,
        'is said');
    ok(!-e $file, 'and not made');
    is(rocks('--db', "$FOLDER/none/rocks.db", qw(list host))->{status}, 3, 'nor its folder');
    $got = rocks('--db', "$FOLDER/none/rocks.db", qw(add host compute-0-0));
    is($got->{status}, 1, 'a folder that is not there');
    like($got->{err}, qr/cannot be made \(No such file or directory\); its folder must exist/,
        'is said');
    $got = rocks('--db', "$FOLDER/a.db/rocks.db", qw(list host));
    is($got->{status}, 3, 'a folder that is a file');
    like($got->{err}, qr/cannot be opened \(Not a directory\)/, 'is said');
}

# Names that mean something else to SQLite are names of files.
{
    my $folder = tempdir(CLEANUP => 1);
    for my $name (':memory:', 'file:x.db?mode=memory', 'x y%20z.db', '-', 'é.db') {
        my @in = ('env', "--chdir=$folder", "$BUILD/rocks", "--db=$name");
        is(run_program('', @in, qw(add host compute-0-0))->{status}, 0, "a file named $name");
        ok(-s "$folder/$name", "$name is there");
        like(run_program('', @in, qw(dump host))->{out}, qr/add host compute-0-0/, "$name is read");
    }
}

# A newer version.
fresh();
my $version = sql('PRAGMA user_version');
is($version, newest_inventory(), 'the version of this program');
sql('PRAGMA user_version = ' . ($version + 1));
sql('PRAGMA wal_checkpoint(TRUNCATE)');
refused($file, qr/it is of version @{[ $version + 1 ]}, .* up to $version; upgrade this program/,
    'a newer version');

# Never of a version.
for my $odd (0, -7) {
    fresh();
    sql("PRAGMA user_version = $odd");
    refused($file, qr/it is not a complete inventory/, "version $odd");
}

# Files that are something else.
{
    my $other = "$FOLDER/other.db";
    sql('PRAGMA journal_mode = WAL; CREATE TABLE host (name)', $other);
    refused($other, qr/it is an SQLite file of another program/, 'an SQLite file');
    spurt($other, '');
    refused($other, qr/it is not an inventory/, 'an empty file');
    spurt($other, "SQLite format 3\0");
    refused($other, qr/it is not an inventory/, 'half a header');
    spurt($other, "HOST MEMBERSHIP\n" x 1000);
    refused($other, qr/it is not an inventory/, 'a text');
    unlink $other;
    mkdir $other;
    refused($other, qr/it is not a file/, 'a folder');
    rmdir $other;
    mkfifo($other, 0600) or die "mkfifo: $!";
    refused($other, qr/it is not a file/, 'a FIFO');
    refused('/dev/null', qr/it is not a file/, 'a device');
    unlink $other;
    symlink "$FOLDER/loop", "$FOLDER/loop";
    my $got = rocks('--db', "$FOLDER/loop", qw(list host));
    is($got->{status}, 3, 'a link to itself');
    like($got->{err}, qr/Too many levels of symbolic links/, 'is said');
}

# A link to the file: what SQLite puts beside belongs to the file.
{
    fresh();
    symlink $file, "$FOLDER/link.db";
    is(rocks('--db', "$FOLDER/link.db", qw(add host compute-0-1))->{status}, 0, 'by a link');
    like(rocks(qw(list host))->{out}, qr/compute-0-1/, 'and by the name');
}

# Damage. The header is whole; the rest is overwritten or gone.
{
    fresh();
    my $got;
    walkthrough_inventory();
    sql('PRAGMA wal_checkpoint(TRUNCATE)');
    my $good = slurp($file);
    my $size = length $good;
    unlink glob "$file*";
    my $damaged = $good;
    substr $damaged, 4096, $size - 8192, "\xa5" x ($size - 8192);
    spurt($file, $damaged);
    refused($file, qr/it is damaged, nothing was changed; restore a copy/, 'a damaged middle');
    for my $length (4096, 5000, $size / 2, $size - 4096) {
        unlink glob "$file*";
        spurt($file, substr $good, 0, $length);
        refused($file, qr/it is damaged/, "cut at $length");
    }

    # A page at a time: the truth, or a refusal; never a crash, never something made up.
    my @asks = (
        [qw(list host)], [qw(list host vm showdisks=yes)],
        [qw(list host gpu)], [qw(list host attr)], [qw(list history)], [qw(dump host gpu)]
    );
    unlink glob "$file*";
    spurt($file, $good);
    my @truth = map { rocks(@$_)->{out} } @asks;
    my ($wrong, $touched, $refused) = ('', '', 0);
    for (my $page = 1; $page < $size / 4096; $page++) {
        my $bytes = $good;
        substr $bytes, $page * 4096, 4096, pack 'L*', map { $_ * 2654435761 } 1 .. 1024;
        unlink glob "$file*";
        spurt($file, $bytes);
        for my $i (0 .. $#asks) {
            $got = rocks(@{ $asks[$i] });
            my $true = !$got->{status} && $got->{out} eq $truth[$i] && $got->{err} eq '';
            my $said = $got->{status} == 3 && $got->{err} =~ /damaged/;
            $wrong .= " page $page: @{ $asks[$i] }: $got->{status} $got->{signal} $got->{err}"
                unless !$got->{signal} && ($true || $said);
            $refused++ if $said;
        }
        $touched .= " $page" if slurp($file) ne $bytes;
    }
    is($wrong, '', 'a damaged page: the truth or a refusal');
    is($touched, '', 'a damaged page: no reader touches it');
    cmp_ok($refused, '>', 10, 'a damaged page: it was noticed');
}

# An older version is brought up to date, by whoever comes first.
sub schema_of { return sql('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name') }

fresh();
my $schema = schema_of();
for my $of (1 .. $version - 1) {
    for my $words ([qw(list host)], [qw(add host compute-0-8)]) {
        make_old_inventory($file, $of);
        my $got = rocks(@$words);
        is($got->{status}, 0, "@$words brings a file of version $of up to date");
        is($got->{err}, '', 'silently');
        is(sql('PRAGMA user_version'), $version, 'to the version of this program');
        is(sql('PRAGMA integrity_check; PRAGMA foreign_key_check'), 'ok', 'whole');
        is(schema_of(), $schema, 'its schema is that of a new file');
        like(hosts_in(), qr/compute-0-7/, 'its rows are kept');
        is(rocks(qw(report host attr compute-0-7 attr=managed))->{out}, "true\n", 'they are managed');
        is(rocks('list', 'host', q{select name from nodes where rank = 7})->{out} =~ tr/\n//, 2,
            'and the views are there');
        is(sql('SELECT number, function.address, function.host IS card.host FROM function '
                    . 'JOIN card ON card.id = card ORDER BY card, number'),
            join("\n", ('0|512|1', '8|1280|1') x 2), 'a function is of its card\'s host');
        $got = rocks(qw(add host gpu compute-0-7 gpupci2), $_) for qw(02:00.3 05:00.0);
        is(sql('SELECT count(*) FROM card'), 2, 'and its slot is taken');
    }
}
for my $round (thinned(2, 9, 1 .. 20)) {
    make_old_inventory($file, 1);
    my @pids;
    for my $words ([qw(list host)], [qw(add host compute-0-8)], [qw(list host)]) {
        my $pid = fork() // die "fork: $!";
        if (!$pid) {
            open STDOUT, '>', '/dev/null' or die;
            exec "$BUILD/rocks", @$words or die;
        }
        push @pids, $pid;
    }
    my $failed = grep { waitpid $_, 0; $? } @pids;
    is($failed, 0, "round $round: three at once all succeed") or last;
    is(sql(q{SELECT count(*) FROM nodes WHERE name IN ('compute-0-7', 'compute-0-8')}), 2,
        "round $round: with all rows")
        or last;
}
{
    my $folder = tempdir(CLEANUP => 1);
    chmod 0755, $folder;
    my $old = "$folder/old.db";
    make_old_inventory($old, 1);
    my $group = 65534;
    chown 0, $group, $old;
    my $before = slurp($old);
    my $got    = rocks_as(65534, $group, '--db', $old, qw(list host));
    is($got->{status}, 3, 'a reader who may not write');
    like($got->{err}, qr/\Q$old\E: .*(older version|-wal and -shm).* owner/, 'learns who may');
    is(slurp($old), $before, 'and touches nothing');
    rocks('--db', $old, qw(list host));
    $got = rocks_as(65534, $group, '--db', $old, qw(dump host));
    is($got->{err}, '', 'afterwards he reads');
    like($got->{out}, qr/compute-0-7/, 'what is there');
}

# Who may not read it at all.
{
    my $folder = tempdir(CLEANUP => 1);
    chmod 0755, $folder;
    my $own = "$folder/own.db";
    rocks('--db', $own, qw(add host compute-0-0));
    for my $words ([ 3, qw(list host) ], [ 1, qw(add host compute-0-1) ]) {
        my ($status, @words) = @$words;
        my $got = rocks_as(65534, 65534, '--db', $own, @words);
        is($got->{status}, $status, "no member of the group: @words");
        like($got->{err}, qr/^rocks: \Q$own\E: it cannot be opened \(Permission denied\); see/,
            'is reported');
    }
}

done_testing;
