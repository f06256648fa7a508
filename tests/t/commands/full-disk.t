#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The inventory on a disk that is full, or that may not be written.
use strict;
use warnings;

use File::Temp qw(tempdir);
use Machine;
use Rocks;
use Test::More;

in_private_mounts();

my $disk = tempdir(CLEANUP => 1);
my $file = "$disk/rocks.db";
$ENV{ROCKS_DB} = $file;

# Fills the disk but for so many bytes.
sub fill_disk {
    my ($free) = @_;
    open my $big, '>', "$disk/big" or die "$disk/big: $!";
    while (syswrite $big, "\0" x 4096) { }
    close $big;
    truncate "$disk/big", (-s "$disk/big") - $free if $free;
    return;
}

sub make_room { unlink "$disk/big"; return }

sub says_full {
    my ($got, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{status}, 1, "$what: failed");
    is($got->{out}, '', "$what: nothing on stdout");
    like($got->{err}, qr/^rocks: \Q$file\E: the disk is full[^\n]*make room and try again\n\z/,
        "$what: which disk, and what to do");
    return;
}

sub is_whole {
    my ($what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is(sql('PRAGMA integrity_check; PRAGMA foreign_key_check'), 'ok',
        "$what: the file is whole");
}

# No room for the file itself, or for just a part of it.
mount_tmpfs($disk, 'size=2m');
my ($none, $some) = (0, 0);
for my $pages (0 .. 130) {
    fill_disk(4096 * $pages);
    my $got = rocks(qw(add host compute-0-0));
    make_room();
    last if $got->{status} == 0;
    says_full($got, "a first write with $pages pages free");
    is_deeply([ glob "$file.new*" ], [], 'leaves nothing unfinished');
    -e $file ? $some++ : $none++;
    is_whole("a first write with $pages pages free") if -e $file;
    unlink glob "$file*";
}
cmp_ok($none, '>', 10, 'no room for the file');
cmp_ok($some, '>', 0, 'room for the file alone');
is(sql('SELECT count(*) FROM host'), 1, 'room enough');

# Some room, a page more each time: until a command gets through, none leaves a trace.
{
    walkthrough_inventory();
    rocks(qw(add host), "compute-0-$_") for 0 .. 20;
    rocks(qw(set host attr compute words), 'x' x 1000);
    my $before = sql('.dump');
    rocks(qw(remove attr nothing));
    my ($full, $done) = (0, 0);
    for my $pages (0 .. 60) {
        fill_disk(4096 * $pages);
        my $got = rocks(qw(set host attr compute words), 'y' x 30000);
        make_room();
        if ($got->{status} == 0) {
            $done++;
            last;
        }
        $full++;
        says_full($got, "with $pages pages free");
        is_whole("with $pages pages free");
        is(sql('.dump'), $before, "with $pages pages free: nothing is changed");
    }
    cmp_ok($full, '>', 1, 'full for a while');
    prints('', qw(set host attr compute words), 'y' x 30000);
    is(sql(q{SELECT count(*) FROM attr WHERE name = 'words' AND length(value) = 30000}), 21,
        'with room it works');
    is_whole('after that');
}

# Reading goes on while there is no room.
{
    rocks(qw(add attr a b));
    my $hosts = rocks(qw(list host))->{out};
    fill_disk(0);
    prints($hosts, qw(list host));
    says_full(rocks(qw(add attr long), 'z' x 100000), 'a write');
    prints($hosts, qw(list host));
    make_room();
    prints('', qw(add attr long z));
    is_whole('at the end');
}

# No room for another file: the log cannot be made.
{
    unlink "$file-wal", "$file-shm";
    fill_disk(0);
    my $got = rocks(qw(add attr more b));
    says_full($got, 'no room for the log') if $got->{status};
    make_room();
    is(sql(q{SELECT count(*) FROM attr WHERE name = 'more'}), $got->{status} ? 0 : 1,
        'as reported');
    is_whole('no room for the log');
}

# A disk that may not be written: it is read, and not written.
{
    walkthrough_inventory();
    my $listing = rocks(qw(list host gpu))->{out};
    my $bytes   = slurp($file);
    system('mount', '-o', 'remount,ro', $disk) == 0 or die 'remount';
    prints($listing, qw(list host gpu));
    fails(qr/^rocks: \Q$file\E: it cannot be written \(Read-only file system\); /,
        qw(add host compute-0-0));
    fails(qr/it cannot be made \(Read-only file system\); its folder/, "--db=$disk/new.db",
        qw(add host compute-0-0));
    is(slurp($file), $bytes, 'not a byte is changed');
    system('mount', '-o', 'remount,rw', $disk) == 0 or die 'remount';
    prints('', qw(add host compute-0-0));
    is_whole('a disk that could not be written');
}

done_testing;
