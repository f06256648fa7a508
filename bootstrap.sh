#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# From a bare machine to a demonstration (demo), to passed tests (check), to packages that
# were installed and removed (packages), to a look at the page in a browser (page) or to a whole
# GPU cluster in emulated machines (lab): installs what is missing, builds, runs. Needs apt or
# dnf, and root or sudo when something is missing.
set -eu

cd "$(dirname "$0")"

say() { printf '%s\n' "bootstrap: $*" >&2; }
die() { say "$*"; exit 1; }

usage() {
    die "usage: ./bootstrap.sh demo | check | packages | page | lab [long]
  demo      installs what is missing, builds, runs the walk-through of README.rst
  check     installs what is missing, builds with gcc and clang, passes the tests, among
            them those with a libvirt and QEMU for each of some VM hosts (as root)
  packages  installs what is missing, builds the packages and the roll; installs, upgrades
            and removes them in a small Debian of their own (Debian only, as root)
  page      installs what is missing, a headless Chromium among it, builds, looks at the page
            of rocks report gpu page: narrow and wide, light and dark
  lab       installs what is missing, builds, passes the tests that need a kernel, libvirt
            and VM hosts of their own, without a GPU: in emulated machines (Debian only)
  lab long  the same for what takes too long for every change, and all cases of the tests
            of which check takes a sample"
}

# A line a thing that is needed: how to see that it is there, its Debian package, its
# package on Enterprise Linux. A header is looked for by the compiler; of a file's patterns,
# with commas between, one is enough.
BUILD_NEEDS='
command:cc           gcc               gcc
command:make         make              make
command:pkg-config   pkg-config        pkgconf-pkg-config
header:stdio.h       libc6-dev         glibc-devel
header:sqlite3.h     libsqlite3-dev    sqlite-devel
header:libxml/tree.h libxml2-dev       libxml2-devel
header:libvirt/libvirt.h libvirt-dev   libvirt-devel
header:pci/pci.h     libpci-dev        pciutils-devel
command:perl         perl              perl
module:JSON::PP      perl              perl-JSON-PP
'
CHECK_NEEDS='
command:gcc          gcc               gcc
command:clang        clang             clang
command:clang-format clang-format      clang-tools-extra
command:cppcheck     cppcheck          cppcheck
command:valgrind     valgrind          valgrind
command:prove        perl              perl-Test-Harness
module:Test::More    perl              perl-Test-Simple
command:sqlite3      sqlite3           sqlite
command:xmllint      libxml2-utils     libxml2
command:nm           binutils          binutils
command:virt-xml-validate libvirt-clients libvirt-client
command:virsh        libvirt-clients   libvirt-client
command:libvirtd     libvirt-daemon-system libvirt-daemon
file:/usr/lib*/libvirt/connection-driver/libvirt_driver_qemu.so,/usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so libvirt-daemon-driver-qemu libvirt-daemon-driver-qemu
file:/usr/bin/qemu-system-x86_64,/usr/libexec/qemu-kvm qemu-system-x86 qemu-kvm-core
file:/usr/share/qemu/firmware/*secure*.json,/usr/share/qemu/firmware/*-sb*.json ovmf edk2-ovmf
command:swtpm        swtpm             swtpm
command:swtpm_setup  swtpm-tools       swtpm-tools
command:lspci        pciutils          pciutils
command:driverctl    driverctl         driverctl
command:unshare      util-linux        util-linux
command:setpriv      util-linux        util-linux
command:git          git               git
command:pdsh         pdsh              pdsh
command:qemu-img     qemu-utils        qemu-img
command:rsync        rsync             rsync
command:ssh          openssh-client    openssh-clients
command:sshd         openssh-server    openssh-server
command:ip           iproute2          iproute
command:fallocate    util-linux        util-linux
file:/usr/lib*/pdsh/genders.so,/usr/lib/*/pdsh/genders.so pdsh pdsh-mod-genders
command:script       bsdutils          util-linux
command:ansible-playbook ansible-core  ansible-core
command:rst2man      python3-docutils  python3-docutils
command:lexgrog      man-db            man-db
command:groff        groff-base        groff-base
command:mandoc       mandoc            mandoc
command:col          bsdextrautils     util-linux
header:cmocka.h      libcmocka-dev     libcmocka-devel
runtime:clang        libclang-rt-dev   compiler-rt
runtime:gcc          gcc               libasan,libubsan
'
# The packages are installed where dpkg is; make deb, make rpm and make roll need less.
PACKAGES_NEEDS='
command:git          git               -
command:dpkg-buildpackage dpkg-dev     -
file:/usr/share/doc/build-essential build-essential -
command:dh           debhelper         -
command:rst2man      python3-docutils  -
command:lintian      lintian           -
command:rpmbuild     rpm               -
command:rpmlint      rpmlint           -
command:createrepo_c createrepo-c      -
command:xorriso      xorriso           -
command:debootstrap  debootstrap       -
file:/usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring -
command:rpm2cpio     rpm2cpio          -
command:prove        perl              -
module:Test::More    perl              -
command:sqlite3      sqlite3           -
command:xmllint      libxml2-utils     -
command:readelf      binutils          -
command:unshare      util-linux        -
'
PAGE_NEEDS='
command:sqlite3      sqlite3           sqlite
command:chromium     chromium          chromium
file:/usr/share/fonts/truetype/dejavu,/usr/share/fonts/dejavu-sans-fonts fonts-dejavu-core dejavu-sans-fonts
'
# Enterprise Linux has no QEMU with 9p, by which the hosts of the lab share this root.
LAB_NEEDS='
command:prove        perl              -
module:Test::More    perl              -
command:virsh        libvirt-clients   -
command:libvirtd     libvirt-daemon-system -
command:qemu-system-x86_64 qemu-system-x86 -
file:/usr/share/doc/busybox-static busybox-static -
file:/usr/lib/ISOLINUX/isolinux.bin isolinux -
file:/usr/lib/syslinux/modules/bios/ldlinux.c32 syslinux-common -
file:/lib/systemd/systemd systemd      -
file:/lib/systemd/systemd-udevd udev   -
command:xorriso      xorriso           -
command:cpio         cpio              -
command:lsinitramfs  initramfs-tools-core -
command:modprobe     kmod              -
command:mkfs.ext4    e2fsprogs         -
command:ip           iproute2          -
command:sshd         openssh-server    -
command:ssh          openssh-client    -
command:pdsh         pdsh              -
command:rsync        rsync             -
command:qemu-img     qemu-utils        -
command:driverctl    driverctl         -
command:setpriv      util-linux        -
command:lspci        pciutils          -
'

# Whether a program with this header, or with a compiler's sanitizers, can be built.
can_build() {
    folder=$(mktemp -d)
    printf '%s\nint main(void) { return 0; }\n' "$1" > "$folder/try.c"
    shift
    flags=$(pkg-config --cflags libxml-2.0 2>/dev/null || true)
    # shellcheck disable=SC2086 # the flags are words
    if "$@" $flags -o "$folder/try" "$folder/try.c" > /dev/null 2>&1; then
        answer=0
    else
        answer=1
    fi
    rm -rf "$folder"
    return $answer
}

# Whether there is a file of one of these patterns.
is_file() {
    for path in $(printf '%s' "$1" | tr , ' '); do
        [ ! -e "$path" ] || return 0
    done
    return 1
}

is_there() {
    case $1 in
    command:*) command -v "${1#*:}" > /dev/null 2>&1 || [ -x "/usr/sbin/${1#*:}" ] ;;
    module:*) perl -M"${1#*:}" -e 1 > /dev/null 2>&1 ;;
    header:cmocka.h)
        can_build '#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>' cc ;;
    header:*) can_build "#include <stdio.h>
#include <${1#*:}>" cc ;;
    file:*) is_file "${1#*:}" ;;
    runtime:*) can_build '' "${1#*:}" -fsanitize=address,undefined ;;
    esac
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null 2>&1; then
        sudo "$@"
    else
        die "$* needs root, and there is no sudo: run it as root, then run this again"
    fi
}

# Prints the packages of what is missing, each once; $1 the list, $2 the column.
missing_packages() {
    printf '%s' "$1" | while read -r need debian enterprise; do
        [ -n "$need" ] || continue
        is_there "$need" && continue
        if [ "$2" = debian ]; then echo "$debian"; else echo "$enterprise" | tr , '\n'; fi
    done | sort -u
}

install_missing() {
    if command -v apt-get > /dev/null 2>&1; then
        column=debian
    elif command -v dnf > /dev/null 2>&1; then
        column=enterprise
    else
        column=none
    fi
    packages=$(missing_packages "$1" $column | tr '\n' ' ')
    [ -n "${packages% }" ] || return 0
    say "installing: $packages"
    case $column in
    debian)
        as_root apt-get update -qq
        # shellcheck disable=SC2086 # the packages are words
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
            --no-install-recommends $packages > /dev/null
        ;;
    enterprise)
        # Development packages are in crb, cppcheck is in epel, where these are known.
        repositories=
        for name in crb epel; do
            if dnf -q repolist --all "$name" 2> /dev/null | grep -q "^$name "; then
                repositories="$repositories --enablerepo=$name"
            fi
        done
        # shellcheck disable=SC2086
        as_root dnf install -y -q $repositories $packages
        ;;
    none)
        die "neither apt-get nor dnf is here: install what these names stand for: $packages"
        ;;
    esac
}

still_missing() {
    printf '%s' "$1" | while read -r need _ _; do
        [ -z "$need" ] || is_there "$need" || printf '%s ' "$need"
    done
}

prepare() {
    # A compiler may only be there after the first round, and headers are looked for with it.
    install_missing "$1"
    install_missing "$1"
    lacking=$(still_missing "$1")
    [ -z "$lacking" ] || die "still missing after installing: $lacking"
}

jobs=$(nproc 2> /dev/null || echo 2)

case ${1-} in
demo)
    prepare "$BUILD_NEEDS"
    say "building"
    make -s -j"$jobs" all > /dev/null
    exec tests/walkthrough
    ;;
check)
    prepare "$BUILD_NEEDS$CHECK_NEEDS"
    exec tests/check
    ;;
packages)
    command -v apt-get > /dev/null 2>&1 || die "the packages are tested on Debian 12 and later"
    [ "$(id -u)" -eq 0 ] || die "the packages are installed in a root of their own, which" \
        "takes root: sudo ./bootstrap.sh packages"
    prepare "$BUILD_NEEDS$PACKAGES_NEEDS"
    [ -d "${BUILD-build}/packages-test/full" ] || apt-get update -qq
    exec tests/packages/run
    ;;
page)
    prepare "$BUILD_NEEDS$PAGE_NEEDS"
    say "building"
    make -s -j"$jobs" all > /dev/null
    exec tests/page/run
    ;;
lab)
    case ${2-} in '' | long) ;; *) usage ;; esac
    command -v apt-get > /dev/null 2>&1 || die "the lab runs on Debian 12 and later"
    if [ -z "${2-}" ]; then
        prepare "$BUILD_NEEDS$LAB_NEEDS"
    else
        prepare "$BUILD_NEEDS$CHECK_NEEDS$LAB_NEEDS"
        say "the tests that take a sample of their cases, with all of them"
        make -s -j"$jobs" all tests > /dev/null
        # shellcheck disable=SC2046 # the files are words
        make -s WHOLE=1 TESTS="$(echo $(grep -l 'thinned(' tests/t/*/*.t))" check
    fi
    # The lab fetches the newest kernel on its own, once.
    [ -d "${BUILD-build}/lab/kernel" ] || as_root apt-get update -qq
    say "building"
    make -s -j"$jobs" all > /dev/null
    exec tests/lab/run ${2+"$2"}
    ;;
*)
    usage
    ;;
esac
