#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The version, out of git's tags and out of archives; make dist, twice the same.
use strict;
use warnings;

use Rocks;
use Test::More;

delete $ENV{$_} for grep { /^GIT_|^MAKE|^SOURCE_DATE_EPOCH$|^BUILD$/ } keys %ENV;
@ENV{qw(GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM)}         = ('/dev/null') x 2;
@ENV{ map { "GIT_${_}_NAME" } qw(AUTHOR COMMITTER) }  = ('gpupt') x 2;
@ENV{ map { "GIT_${_}_EMAIL" } qw(AUTHOR COMMITTER) } = ('gpupt@localhost') x 2;
@ENV{ map { "GIT_${_}_DATE" } qw(AUTHOR COMMITTER) }  = ('2026-11-21T12:00:00Z') x 2;

# This tree, in a separate repository.
my $tree = "$FOLDER/tree";

sub in_tree {
    my (@words) = @_;
    return run_program('', 'sh', '-c', 'cd "$0" && exec "$@"', $tree, @words);
}

sub done {
    my (@words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = in_tree(@words);
    is($got->{status}, 0, "@words") || diag($got->{err});
    return $got->{out};
}
mkdir $tree or die;
my $copied = run_program('', 'sh', '-c',
    'tar -c --exclude=./.git --exclude="./build*" . | tar -x -C "$0"', $tree);
is($copied->{status}, 0, 'a copy of this tree') || diag($copied->{err});
# Where this came out of an archive itself, what git wrote into it.
spurt("$tree/.archive", <<'END') if slurp('.archive') !~ /\$Format/;
version: $Format:%(describe:tags=true,match=v[0-9]*,abbrev=12)$
date: $Format:%ct$
END
done(qw(git init -q));
done(qw(git add -A));
done(qw(git commit -qm first));

chomp(my $file = slurp('VERSION'));
like($file,         qr/^\d+\.\d+\.\d+$/,               'the file VERSION');
like(slurp('NEWS'), qr/\A.*?^\Q$file\E, \S.*\n-+\n/ms, 'NEWS begins with it');
unlike(slurp('NEWS') =~ s/^\Q$file\E.*//msr, qr/^\d+\.\d+\.\d+,/m, '... and with no other');

# Tags, from none to one that is some commits back; others than v* don't count.
sub version { return done('./version.sh') =~ s/\n\z//r }
is(version(), $file, 'no tag: the file VERSION');
done(qw(git tag -a -m something backup-1));
is(version(), $file, 'no tag of a version');
done(qw(git tag -a -m 3.4.5 v3.4.5));
is(version(),                    '3.4.5',        'a tag');
is(done('./version.sh', 'date'), "2026-11-21\n", 'its date');
done(qw(git commit -q --allow-empty -m second));
done(qw(git commit -q --allow-empty -m third));
my ($commit) = done(qw(git rev-parse HEAD)) =~ /^(.{12})/;
my $later = "3.4.5+2.g$commit";
is(version(), $later, 'two commits later');

# Archives of it know it too, make dist's and git archive's.
my @dist = qw(make -s dist);
my $path = done(@dist) =~ s/\n\z//r;
is($path, "build/gpupt-$later.tar.gz", 'make dist');
my $first = slurp("$tree/$path");
sleep 2;
{
    my $mask = umask 0077;
    done(@dist);
    umask $mask;
}
ok(slurp("$tree/$path") eq $first, '... makes the same again, later and by someone else');

sub unpacked_version {
    my ($archive) = @_;
    my $name = "gpupt-$later";
    system('rm', '-rf', "$FOLDER/out");
    mkdir "$FOLDER/out" or die;
    my $got =
        run_program('', 'sh', '-c',
        'cd "$0" && tar -xf "$1" && "$2/version.sh" && "$2/version.sh" date',
        "$FOLDER/out", $archive, $name);
    is($got->{err}, '', 'nothing is missed');
    return $got->{out};
}
is(unpacked_version("$tree/$path"),
    "$later\n2026-11-21\n", 'unpacked it knows its version and date');
done('git', 'archive', "--prefix=gpupt-$later/", '-o', "$FOLDER/plain.tar", 'HEAD');
is(unpacked_version("$FOLDER/plain.tar"),
    "$later\n2026-11-21\n", '... and so does what git archive makes');
my $dist = run_program('', 'make', '-s', '-C', "$FOLDER/out/gpupt-$later", 'dist');
is($dist->{status}, 2, 'make dist out of git');
like($dist->{err}, qr/^make: dist needs git: this tree came out of an archive$/m, '... says why');
done(qw(git tag -d v3.4.5));
done('git', 'archive', "--prefix=gpupt-$later/", '-o', "$FOLDER/untagged.tar", 'HEAD');
is(unpacked_version("$FOLDER/untagged.tar"),
    "$file\n2026-11-21\n", 'without a tag: the file VERSION');

# What is not committed is not in it, and that is said.
spurt("$tree/NEWS", 'other');
like(
    in_tree(@dist)->{err},
    qr/^make: what is not committed is not in it$/,
    'make dist of a changed tree'
);
done(qw(git checkout -q NEWS));

# Inside another repository an unpacked archive is not one of its commits.
is(
    unpacked_version("$FOLDER/plain.tar") && do {
        run_program('', 'git', '-C', "$FOLDER/out", 'init',   '-q');
        run_program('', 'git', '-C', "$FOLDER/out", 'commit', '-q', '--allow-empty', '-m', 'other');
        run_program('', 'git', '-C', "$FOLDER/out", 'tag',    'v9.9.9');
        run_program('', "$FOLDER/out/gpupt-$later/version.sh")->{out};
    },
    "$later\n",
    'inside of another repository'
);
is(run_program('', './version.sh', 'frobnicate')->{status}, 2, 'wrong usage');

# For another version only the programs that print it are built again.
my $header = 'build/version.h';
done(qw(make -s), $header);
is(slurp("$tree/$header"), "#define VERSION \"$file\"\n", 'the header');
my $time = (stat "$tree/$header")[9];
utime $time - 100, $time - 100, "$tree/$header";
done(qw(make -s), $header);
is((stat "$tree/$header")[9], $time - 100, '... stays unchanged');
done(qw(git tag v4.0.0));
done(qw(make -s), $header);
is(slurp("$tree/$header"), "#define VERSION \"4.0.0\"\n", '... until the version is another');

done_testing;
