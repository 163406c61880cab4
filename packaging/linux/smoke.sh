#!/bin/sh
# Installs one package on the system that it is for, asks the program whether it works, and removes it again:
# smoke.sh deb|rpm|arch|portable|appimage [DIST]. Meant for a container that is thrown away.
set -eu
kind=$1
dist=${2:-dist}
export QT_QPA_PLATFORM=offscreen DEBIAN_FRONTEND=noninteractive

the_one() { # the file that a pattern means, which must be one
    # shellcheck disable=SC2086 # a pattern is meant
    set -- "$dist"/$1
    if [ $# -ne 1 ] || [ ! -e "$1" ]; then
        echo "Not one file: $*" >&2
        exit 1
    fi
    realpath "$1"
}

asked() { # the program says what holds, in one line
    data=$(mktemp -d)
    "$@" --version
    "$@" --data-dir "$data" --smoke
    rm -rf "$data"
}

model_asked() {
    asked ligature | grep '"local_model": "answered"'
}

is_gone() {
    if [ -e /usr/bin/ligature ] || [ -e /usr/lib/ligature ]; then
        echo "Something is left behind." >&2
        exit 1
    fi
}

case $kind in
deb)
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "$(the_one 'ligature_*_amd64.deb')" >/dev/null
    asked ligature
    apt-get install -y -qq --no-install-recommends "$(the_one 'ligature-local-model_*_amd64.deb')" >/dev/null
    model_asked
    apt-get purge -y -qq ligature ligature-local-model >/dev/null
    is_gone
    ;;
rpm)
    dnf install -y -q "$(the_one 'ligature-[0-9]*.x86_64.rpm')"
    asked ligature
    dnf install -y -q "$(the_one 'ligature-local-model-*.x86_64.rpm')"
    model_asked
    dnf remove -y -q ligature ligature-local-model
    is_gone
    ;;
arch)
    pacman -Syu --noconfirm >/dev/null
    pacman -U --noconfirm "$(the_one 'ligature-[0-9]*.pkg.tar.zst')" >/dev/null
    asked ligature
    pacman -U --noconfirm "$(the_one 'ligature-local-model-*.pkg.tar.zst')" >/dev/null
    model_asked
    pacman -R --noconfirm ligature-local-model ligature >/dev/null
    is_gone
    ;;
portable)
    folder=$(mktemp -d)
    tar --zstd -xf "$(the_one 'ligature-*-linux-x86_64.tar.zst')" -C "$folder"
    program=$(echo "$folder"/ligature-*/ligature)
    asked "$program"
    "$program" --portable --smoke
    ls -d "$(dirname "$program")/data"
    rm -rf "$folder"
    ;;
appimage)
    image=$(the_one 'ligature-*-x86_64.AppImage')
    chmod +x "$image"
    export APPIMAGE_EXTRACT_AND_RUN=1 # containers have no FUSE
    asked "$image"
    ;;
*)
    echo "No such kind: $kind" >&2
    exit 2
    ;;
esac
