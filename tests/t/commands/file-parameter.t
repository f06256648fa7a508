#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# file=PATH in place of a positional: what is taken, to the byte, and what is refused.
use strict;
use warnings;

use Fcntl;
use IO::Handle;
use Inventory;
use Machine;
use POSIX qw(mkfifo);
use Rocks;
use Socket;
use Test::More;

my $MOST = 16 << 20;
my @LEVELS =
    ([ ['attr'] ], [ [qw(appliance attr)], 'compute' ], [ [qw(host attr)], 'compute-0-0' ]);
my $value = q{SELECT hex(value) FROM attr WHERE name <> 'managed'};

mkdir "$FOLDER/work" or die;
chdir "$FOLDER/work" or die;

sub fresh { fresh_inventory('add host compute-0-0'); return }

# rocks with a handle as its standard input; ended by an alarm when it hangs.
sub rocks_reading {
    my ($handle, @words) = @_;
    my $pid = fork() // die "fork: $!";
    if ($pid == 0) {
        if ($handle) { open STDIN, '<&', $handle or die }
        open STDOUT, '>', "$FOLDER/said.out" or die;
        open STDERR, '>', "$FOLDER/said.err" or die;
        POSIX::close(0) if !$handle;
        alarm 60;
        exec "$BUILD/rocks", @words or die;
    }
    waitpid $pid, 0;
    return { status => $? >> 8, signal => $? & 127, out => slurp("$FOLDER/said.out"),
        err => slurp("$FOLDER/said.err") };
}

# Refused with one line, whatever comes or does not come on standard input.
sub refused_reading {
    my ($pattern, $handle, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    my $got    = rocks_reading($handle, @words);
    is("$got->{status} $got->{signal} $got->{out}", '1 0 ', "rocks @words: failed");
    like($got->{err}, qr/^rocks: $pattern\n\z/, "rocks @words: what is wrong");
    return ok(inventory() eq $before, "rocks @words: changed nothing");
}

# A pipe to which nobody writes, and which nobody closes.
sub silent_pipe { pipe my $read, my $write or die; return ($read, $write) }

# Every level, add and set, at every place among the words: what is in the file, to the byte.
my @TEXTS = (
    '', "\n", 'x', "x\n", "x\n\n", "\r\n", "\xef\xbb\xbfx", "\xff\xfe",
    join('', map {chr} 1 .. 255),
    'file=-', '-', 'a=b', 'help', "two\nlines", 'x' x 200_000, "x'\\\"\n" x 250_000,
);
for my $level (@LEVELS) {
    my ($words, @owner) = @{$level};
    for my $verb (qw(add set)) {
        for my $text (@TEXTS) {
            my $what = "$verb @{$words}, " . length($text) . ' bytes';
            spurt('value', $text);
            fresh();
            prints('', $verb, @{$words}, @owner, 'site', 'file=value');
            is(sql($value), uc unpack('H*', $text), "$what: there");
            fresh();
            is(rocks_in($text, $verb, @{$words}, @owner, 'site', 'file=-')->{status}, 0,
                "$what: standard input");
            is(sql($value), uc unpack('H*', $text), "$what: there");
        }
        spurt('value', "x\n");
        my @named = ((map {"$words->[0]=$_"} @owner), 'attr=site');
        for my $form (
            [ @owner, 'file=value', 'site' ], [ 'file=value', @owner, 'site' ],
            [ @named, 'file=value' ],
            [ 'file=value', reverse @named ])
        {
            fresh();
            prints('', $verb, @{$words}, @{$form});
            is(sql($value), '780A', 'there');
        }
    }
}
fresh_inventory('add host compute-0-0', 'add host compute-0-1');
prints('', qw(set host attr compute-0-0 compute-0-1 site file=value));
is(sql(q{SELECT count(*) FROM attr WHERE name <> 'managed'}), 2, 'for all hosts that are named');

# Names of files.
mkdir 'folder';
symlink 'value', 'link';
for my $path ('./value', "$FOLDER/work/value", 'folder/../value', 'link', '/proc/self/comm') {
    fresh();
    spurt('value', 'x');
    prints('', qw(set attr a), "file=$path");
    is(sql($value), $path =~ /comm/ ? uc unpack('H*', "rocks\n") : '78', "file=$path");
}
for my $path ('a=b', '-x', 'file=x', "a b\n", "\xff", '%', ' ', './-') {
    fresh();
    spurt($path, 'x');
    prints('', qw(set attr a), "file=$path");
    is(sql($value), '78', "file=$path");
}

# An attribute of that name, and a value that looks so.
fresh();
spurt('x', 'x');
prints('', @{$_}) for [qw(set attr file x)], [qw(set host attr compute-0-0 attr=file value=x)],
    [qw(set attr looks value=file=x)], [qw(set attr file value=file=-)],
    [qw(set host attr compute-0-0 file file=x)];
is(sql("SELECT group_concat(name || ' ' || value) FROM (SELECT * FROM attr WHERE name <> 'managed' ORDER BY id)"),
    'file file=-,file x,looks file=x', 'are what they are');
restores(['dump']);
like(rocks('dump')->{out}, qr/^\S+ add attr looks value=file=x$/m, 'and are dumped by name');

# Usage: nothing is waited for.
fresh();
my ($read, $write) = silent_pipe();
sub misused_reading {
    my ($pattern, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks_reading($read, @words);
    is("$got->{status} $got->{signal} $got->{out}", '2 0 ', "rocks @words: wrong usage");
    return like($got->{err}, qr/^rocks: $pattern\nusage: rocks /, "rocks @words: what is wrong");
}
misused_reading(qr/value is given twice: as «x», and in the file «-»/,
    qw(set attr a value=x file=-));
misused_reading(qr/value is given twice: in the file «-», and as «x»/,
    qw(set attr a file=- value=x));
misused_reading(qr/file= is given twice: «-» and «y»/, qw(set attr a file=- file=y));
misused_reading(qr/one word too many: «a», for value is in the file «-»/, qw(set attr a x file=-));
misused_reading(qr/\{attr\} is missing: name of the attribute/, qw(set attr file=-));
misused_reading(qr/\{host\} is missing: hosts; % for all/, qw(set host attr a file=-));
misused_reading(qr/there is no parameter «flie»; did you mean file=\?/, qw(set attr a flie=-));
misused_reading(qr/there is no parameter «file».*/, @{$_}, 'file=-')
    for [qw(remove attr a)], [qw(list attr)], [qw(add host compute-0-1)],
    [qw(add host gpu compute-0-0 gpupci1 02:00.0)];

# Things that cannot be read as files.
my $name = qr/name a file that you may read \(write a value that begins like this as value=file=…\)/;
refused_reading(qr/file=nothing: No such file or directory; $name/, $read,
    qw(set attr a file=nothing));
refused_reading(qr/file=: No such file or directory; $name/, $read, qw(set attr a file=));
refused_reading(qr/file=value\/x: Not a directory; $name/, $read, qw(set attr a file=value/x));
refused_reading(qr/file=x+ … \(3064 bytes\) … x+: File name too long; $name/, $read,
    qw(set attr a), 'file=' . 'x' x 5000);
refused_reading(qr/file=a\\x0a\\x1bb: No such file or directory; $name/, $read, qw(set attr a),
    "file=a\n\eb");
symlink 'loop', 'loop';
refused_reading(qr/file=loop: Too many levels of symbolic links; $name/, $read,
    qw(set attr a file=loop));
refused_reading(qr/file=\Q$_\E: it is a folder; name a file/, $read, qw(set attr a), "file=$_")
    for qw(folder . /);
mkfifo('fifo', 0600) or die;
sysopen my $kept, 'fifo', O_RDWR or die;
socket my $socket, AF_UNIX, SOCK_STREAM, 0 or die;
bind $socket, pack_sockaddr_un('socket') or die;
my $odd = qr/it is not a regular file; give file=- and redirect standard input from it/;
refused_reading(qr/file=\Q$_\E: $odd/, $read, qw(set attr a), "file=$_")
    for qw(fifo /dev/zero /dev/null /dev/full /dev/stdin /proc/self/fd/0);
close $kept;
refused_reading(qr/file=fifo: $odd/, $read, qw(set attr a file=fifo));
refused_reading(qr/file=socket: No such device or address; $name/, $read,
    qw(set attr a file=socket));
refused_reading(qr/file=-: it cannot be read: Bad file descriptor/, undef, qw(set attr a file=-));
open my $folder, '<', 'folder' or die;
refused_reading(qr/file=-: it cannot be read: Is a directory/, $folder, qw(set attr a file=-));
{
    spurt('secret', 'x');
    chmod 0600, 'secret';
    chmod 0755, $FOLDER, "$FOLDER/work";
    my $got = rocks_as(65534, 65534, '--db', "$FOLDER/none.db", qw(set attr a file=secret));
    is($got->{status}, 1, 'a file of someone else');
    like($got->{err}, qr/^rocks: file=secret: Permission denied; $name\n\z/, 'is reported');
}

# NUL bytes, wherever.
for my $try ([ "\0", 1 ], [ "\0x", 1 ], [ "x\0", 2 ],
    [ 'x' x 70_000 . "\0" . 'x' x 70_000, 70_001 ])
{
    spurt('value', $try->[0]);
    refused_reading(
        qr/file=value: it is not text: byte $try->[1] is a NUL; encode it, for instance with base64/,
        $read, qw(set attr a file=value));
}

# At the limit and above.
for my $length ($MOST - 1, $MOST) {
    fresh();
    spurt('value', "\n" x $length);
    prints('', qw(set attr a file=value));
    is(sql(q{SELECT length(value) FROM attr WHERE name <> 'managed'}), $length, "$length bytes");
    is(length rocks(qw(report attr attr=a))->{out}, $length + 1, 'come back');
}
fresh();
my $larger = qr/it is larger than 16 MiB, the limit; make it smaller/;
spurt('value', "\n" x ($MOST + 1));
refused_reading(qr/file=value: $larger/, $read, qw(set attr a file=value));
open my $large, '<', 'value' or die;
refused_reading(qr/file=-: $larger/, $large, qw(set attr a file=-));
for my $endless ([ "yes", $larger ], [ 'cat /dev/zero', qr/it is larger.*/ ]) {
    open my $pipe, '-|', 'sh', '-c', "exec $endless->[0] 2> /dev/null" or die;
    refused_reading(qr/file=-: $endless->[1]/, $pipe, qw(set attr a file=-));
    close $pipe;
}
my $long = rocks_in("set attr a '" . 'y' x ($MOST + 1) . "'\n", qw(--batch -));
is( $long->{err},
    "rocks: -:1: a word that begins with «"
        . 'y' x 32
        . "» is longer than 16 MiB, the limit\n"
        . "rocks: -: nothing was changed\n", 'a word of a batch has the same limit');
is(rocks_in("set attr a '" . 'y' x $MOST . "'\n", qw(--batch -))->{err}, '',
    'and may have as much');
is(sql(q{SELECT length(value) FROM attr WHERE name <> 'managed'}), $MOST, 'as there is');

# While standard input is awaited others write.
sub start_reading {
    my ($input, @words) = @_;
    my $pid = fork() // die "fork: $!";
    if ($pid == 0) {
        open STDIN, '<&', $input or die;
        open STDOUT, '>', "$FOLDER/waits.out" or die;
        open STDERR, '>', "$FOLDER/waits.err" or die;
        exec "$BUILD/rocks", @words or die;
    }
    # It sleeps in read() once it is there.
    for (1 .. 500) {
        last if -e "/proc/$pid/stat" && slurp("/proc/$pid/stat") =~ /\(rocks\) S /;
        select undef, undef, undef, 0.01;
    }
    return $pid;
}

sub others_write {
    my ($pid, $what) = @_;
    my $start = time;
    is(rocks(qw(set attr other), $pid)->{err}, '', "$what: another command writes meanwhile");
    return cmp_ok(time - $start, '<', 30, "$what: without waiting");
}

spurt('batch', "set attr a file=-\nset attr b 1\n");
for my $words ([qw(set attr a file=-)], [qw(--batch batch)]) {
    fresh();
    my ($from, $to) = silent_pipe();
    my $pid = start_reading($from, @{$words});
    others_write($pid, "@{$words}");
    print {$to} "some\n";
    close $to;
    waitpid $pid, 0;
    is($?, 0, "@{$words}: done") || diag(slurp("$FOLDER/waits.err"));
    is(sql("SELECT hex(value) FROM attr WHERE name = 'a'"), uc unpack('H*', "some\n"),
        "@{$words}: there");
}

# In a batch: paths from the working folder, each read; every faulty line is reported.
sub batch_of { spurt('batch', join '', map { "$_\n" } @_); return rocks_in("standard\n", qw(--batch batch)) }
fresh();
spurt('value', "x\n");
spurt("a b'c", "y");
my $got = batch_of(
    '# file=value', 'set attr a file=value', "/opt/rocks/bin/rocks 'set attr' b file=value",
    q{rocks add attr c "fi"le='a b'\''c'},
    'set attr d file=-', q{set attr e 'file=value'}, 'set host attr % f file=./value',
    'set attr file value=file=value',
    'set appliance attr compute g file=value', "set attr 'h\\\n' 2> file=value");
is($got->{status}, 1, 'a batch') if like($got->{err}, qr/^rocks: batch:10: /m, 'with one fault');
$got = batch_of(
    '# file=value', 'set attr a file=value', "/opt/rocks/bin/rocks 'set attr' b file=value",
    q{rocks add attr c "fi"le='a b'\''c'},
    'set attr d file=-', q{set attr e 'file=value'}, 'set host attr % f file=./value',
    'set attr file value=file=value',
    'set appliance attr compute g file=value');
is("$got->{status} $got->{err}", '0 ', 'a batch');
is(
    sql("SELECT group_concat(name || '=' || replace(value, char(10), '|')) FROM (SELECT * FROM "
        . "attr WHERE name <> 'managed' ORDER BY name)"
    ),
    'a=x|,b=x|,c=y,d=standard|,e=x|,f=x|,file=file=value,g=x|',
    'what the files held');

sub batch_faults {
    my ($err, $got, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{status}, 1, "$what: failed");
    return is($got->{err}, $err, "$what: what is wrong");
}
my $before = inventory();
my $spoken = 'name a file that you may read (write a value that begins like this as value=file=…)';
batch_faults(
    <<"END", batch_of('set attr a file=nothing', 'set attr b file=folder', 'set attr c 1', 'set attr \\', 'd \\', 'file=fifo',
rocks: batch:1: file=nothing: No such file or directory; $spoken
rocks: batch:2: file=folder: it is a folder; name a file
rocks: batch:4: file=fifo: it is not a regular file; give file=- and redirect standard input from it
rocks: batch:8: file=-: line 7 has read standard input; name a file
rocks: batch:9: value is given twice: as «1», and in the file «value»
rocks: batch:10: there is no parameter «file»; a value that looks like one is given by name, such as attr=file=value
rocks: batch: nothing was changed
END
        'set attr e file=-', 'set attr f file=-', 'set attr g value=1 file=value',
        'remove attr g file=value'),
    'every line');
ok(inventory() eq $before, 'and nothing was changed');
$got = rocks_in("set attr a file=-\nset attr b file=value\n", qw(--batch -));
batch_faults(
    "rocks: -:1: file=-: the batch itself is standard input; name a file\n"
        . "rocks: -: nothing was changed\n",
    $got, 'a batch on standard input');
$got = rocks_in("set attr a file=-\n", qw(--batch /dev/stdin));
batch_faults(
    "rocks: /dev/stdin:1: file=-: the batch itself is standard input; name a file\n"
        . "rocks: /dev/stdin: nothing was changed\n",
    $got,
    'by another name');
open my $same, '<', 'batch' or die;
spurt('batch', "set attr a file=-\n");
refused_reading(qr/batch:1: file=-: the batch itself .*\nrocks: batch: nothing was changed/, $same,
    qw(--batch batch));
is( rocks_in("set attr b file=value\nset attr a file=value\n", qw(--batch - check=yes))->{out},
    "-: 2 commands would succeed\n", 'check=yes reads them');
is(rocks_in("set attr b file=value\nset attr a file=nothing\n", qw(--batch - check=yes))->{status},
    1, 'and says so');
ok(inventory() eq $before, 'and changes nothing');

# From the middle of a file that is standard input.
{
    spurt('batch', "set attr skipped 1\nset attr a file=value\nset attr b 2\n");
    fresh();
    my $shell = run_program('', 'sh', '-c', "{ read line; '$BUILD/rocks' --batch -; } < batch");
    is("$shell->{status} $shell->{err}", '0 ', 'a batch from the middle of a file');
    is(sql(q{SELECT group_concat(name) FROM attr WHERE name <> 'managed'}), 'a,b', 'is read from there twice');
}

# A batch that is another when it is run.
{
    fresh();
    spurt('batch', "set attr a file=-\nset attr b file=value\n");
    my ($from, $to) = silent_pipe();
    my $pid = start_reading($from, qw(--batch batch));
    spurt('batch', "set attr a file=-\nset attr b file=a=b\nset attr c file=value\n");
    close $to;
    waitpid $pid, 0;
    is($? >> 8, 1, 'a batch that changes while it is read');
    is( slurp("$FOLDER/waits.err"),
        join('', map {"rocks: batch:$_: the batch changed while it was read; run it again\n"} 2, 3)
            . "rocks: batch: nothing was changed\n", 'is reported');
}

# Thousands of lines with files of a megabyte, one after the other in memory.
{
    fresh();
    spurt('value', 'z' x (1 << 20));
    spurt('batch', join '', map { "set attr a$_ file=value\n" } 1 .. 100);
    my $run = run_program('', qw(/usr/bin/time -f %M), "$BUILD/rocks", qw(--batch batch));
    is($run->{status}, 0, 'a hundred megabytes in a hundred files');
    is(sql(q{SELECT count(*), min(length(value)) FROM attr WHERE name <> 'managed'}), '100|1048576', 'are there');
    cmp_ok($run->{err}, '<', 64 * 1024 * ($ENV{SANITIZE} ? 8 : 1),
        'without being in memory at once');
}

# Help.
my $help = rocks(qw(help set host attr))->{out};
like($help, qr/\Ausage: rocks set host attr \{host\}\.\.\. \{attr\} \{value\}\|file=\n/, 'usage');
like($help, qr/^\Q${\ <<'END'}\E/m, 'help');
Parameters:
    file=
        in place of {value}: the file that holds it, of at most 16 MiB, read to
        the last byte, newlines included; - for stdin
END

chdir '/';
done_testing;
