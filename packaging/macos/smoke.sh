#!/bin/sh
# Takes the program out of its disk image and asks it whether it works: smoke.sh DMG.
set -eu
image=$1
work=$(mktemp -d)
hdiutil attach -quiet -nobrowse -readonly -mountpoint "$work/image" "$image"
cp -R "$work/image/Ligature.app" "$work/"
hdiutil detach -quiet "$work/image"
plutil -lint "$work/Ligature.app/Contents/Info.plist"
codesign --verify --deep --strict "$work/Ligature.app"
"$work/Ligature.app/Contents/MacOS/ligature" --version
"$work/Ligature.app/Contents/MacOS/ligature" --data-dir "$work/data" --smoke
rm -rf "$work"
