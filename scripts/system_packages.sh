#!/bin/sh
# Installs the system packages that Qt (run), the tests (test), the tests of copied programs (snippets), making packages
# (package) or their tests (test-packages) need: system_packages.sh run|test|snippets|package|test-packages.
# Installs only what is missing; without root or sudo it prints the one command instead.
set -eu
purpose=$1

debian_run="libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
    libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libdbus-1-3 libfontconfig1 ca-certificates"
debian_test="xvfb openbox xdotool xclip dbus gnome-keyring at-spi2-core gir1.2-atspi-2.0 python3-gi
    fonts-inter fonts-jetbrains-mono fonts-noto-cjk fonts-noto-color-emoji procps"
debian_snippets="curl gcc libcurl4-openssl-dev nodejs php-cli php-curl ruby golang-go libokhttp-java
    libokio-java r-base-core r-cran-curl ocaml-nox ocaml-findlib libcurl-ocaml-dev mono-mcs mono-runtime
    libmono-system-net-http4.0-cil"
debian_package="binutils chrpath dpkg-dev icu-devtools xz-utils zstd git"
debian_test_packages="$debian_package xvfb xauth debootstrap lintian appstream desktop-file-utils rpm flatpak-builder
    gcc-mingw-w64-x86-64-posix nsis openssl osslsigncode wine64 wixl"
fedora_run="mesa-libEGL mesa-libGL libxkbcommon-x11 xcb-util-cursor xcb-util-wm xcb-util-image xcb-util-keysyms
    xcb-util-renderutil dbus-libs fontconfig"
fedora_test="xorg-x11-server-Xvfb openbox xdotool xclip dbus-daemon gnome-keyring at-spi2-core python3-gobject
    rsms-inter-fonts jetbrains-mono-fonts-all google-noto-sans-cjk-fonts google-noto-color-emoji-fonts procps-ng"
fedora_snippets="curl gcc libcurl-devel nodejs php-cli ruby golang java-devel R-core R-curl ocaml ocaml-findlib
    ocaml-curl-devel mono-core"

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        sudo "$@"
    else
        echo "Ligature needs some system packages. Please run this once, then try again:" >&2
        echo "    sudo $*" >&2
        exit 1
    fi
}

on_debian() {
    wanted=$debian_run
    [ "$purpose" = test ] && wanted="$wanted $debian_test"
    [ "$purpose" = package ] && wanted="$wanted $debian_package"
    [ "$purpose" = test-packages ] && wanted="$wanted $debian_test_packages"
    if [ "$purpose" = snippets ]; then
        wanted=$debian_snippets
        command -v javac >/dev/null 2>&1 || wanted="$wanted default-jdk-headless"
    fi
    python3 -c 'import ensurepip' 2>/dev/null || wanted="$wanted python3-venv"
    missing=
    for package in $wanted; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of words is meant
    as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

on_fedora() {
    wanted=$fedora_run
    [ "$purpose" = test ] && wanted="$wanted $fedora_test"
    [ "$purpose" = snippets ] && wanted=$fedora_snippets
    # shellcheck disable=SC2086
    missing=$(rpm -q --whatprovides $wanted 2>/dev/null | sed -n 's/^no package provides //p')
    [ -z "$missing" ] && return
    # shellcheck disable=SC2086
    as_root dnf install -y -q $missing
}

if command -v dpkg-query >/dev/null 2>&1; then
    on_debian
elif command -v rpm >/dev/null 2>&1; then
    on_fedora
fi
