# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What make-deb, make-rpm and make-roll have in common; they source it from the top of the
# tree. Packages are made from a commit, and the same commit makes the same bytes: the time, umask,
# locale and folder of the build do not get in.
set -eu
umask 022
export LC_ALL=C.UTF-8 TZ=UTC
# Settings of an outer make must not reach the builds below.
unset MAKEFLAGS MAKELEVEL MFLAGS CFLAGS CPPFLAGS LDFLAGS DESTDIR BUILD

die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

: "${VERSION:?run make deb, make rpm or make roll}"
REVISION=${REVISION:-HEAD}
RELEASE=${RELEASE:-1}
# A dash would end a package's version. It is written as a tilde, with which 0.2.0~rc1 sorts before
# 0.2.0.
VERSION=$(printf '%s' "$VERSION" | tr - '~')

git rev-parse --verify "$REVISION^{commit}" > /dev/null ||
    die "packages are made of a commit of this tree's git repository"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct "$REVISION")
export SOURCE_DATE_EPOCH

need() {
    command -v "$1" > /dev/null 2>&1 || die "$1 is missing: install $2"
}

# The source tree of the commit, as FOLDER/gpupt-VERSION.
lay_out() {
    tree=$1/gpupt-$VERSION
    rm -rf "$tree"
    mkdir -p "$tree"
    git -c tar.umask=0022 archive --format=tar "$REVISION" |
        tar -x --no-same-owner -C "$tree"
    # Without git, these files say the version and the date.
    echo "$VERSION" > "$tree/VERSION"
    [ ! -e "$tree/.archive" ] ||
        printf 'version: %s\ndate: %s\n' "$VERSION" "$SOURCE_DATE_EPOCH" > "$tree/.archive"
    find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

# The same as FOLDER/gpupt-VERSION.tar.gz.
pack() {
    lay_out "$1"
    tar -c --sort=name --owner=0 --group=0 --numeric-owner --format=gnu \
        -C "$1" "gpupt-$VERSION" | gzip -n9 > "$1/gpupt-$VERSION.tar.gz"
    rm -rf "$1/gpupt-$VERSION"
}

# Makes the folder empty and prints its full path.
fresh() {
    rm -rf "$1"
    mkdir -p "$1"
    (cd "$1" && pwd)
}
