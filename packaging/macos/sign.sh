#!/bin/sh
# Signs Ligature.app: sign.sh APP. Every library first, then the frameworks, then the program that holds them.
#
#   LIGATURE_MACOS_IDENTITY      such as "Developer ID Application: Name (TEAM)"; without it the signature is ad hoc,
#                                which runs where it was built, and elsewhere after a right click and "Open"
#   LIGATURE_MACOS_CERTIFICATE   the certificate and its key as base64 of a .p12 file; without it the identity has to be
#                                in a keychain already
#   LIGATURE_MACOS_PASSWORD      of that file
set -eu
app=$1
here=$(cd "$(dirname "$0")" && pwd)
identity=${LIGATURE_MACOS_IDENTITY:--}

import_certificate() { # into a keychain of its own, which goes with the runner
    folder=$(mktemp -d)
    keychain=$folder/signing.keychain-db
    secret=$(openssl rand -hex 24)
    printf %s "$LIGATURE_MACOS_CERTIFICATE" | openssl base64 -d -A -out "$folder/certificate.p12"
    security create-keychain -p "$secret" "$keychain"
    security set-keychain-settings -t 3600 "$keychain"
    security unlock-keychain -p "$secret" "$keychain"
    security import "$folder/certificate.p12" -k "$keychain" -P "${LIGATURE_MACOS_PASSWORD:-}" -T /usr/bin/codesign
    security set-key-partition-list -S apple-tool:,apple: -s -k "$secret" "$keychain" >/dev/null
    rm "$folder/certificate.p12"
    # shellcheck disable=SC2046 # the list of keychains is meant as words, quotes and all
    eval security list-keychains -d user -s "$keychain" $(security list-keychains -d user)
}

sign() {
    if [ "$identity" = - ]; then # no hardened runtime: it would refuse libraries without a team
        codesign --force --sign - "$@"
    else
        codesign --force --options runtime --timestamp --sign "$identity" "$@"
    fi
}

[ -n "${LIGATURE_MACOS_CERTIFICATE:-}" ] && import_certificate
[ "$identity" = - ] && echo "LIGATURE_MACOS_IDENTITY is not set: $app gets an ad hoc signature." >&2

find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print | while IFS= read -r library; do
    sign "$library"
done
find "$app/Contents/Frameworks" -depth -type d -name '*.framework' -print | while IFS= read -r framework; do
    sign "$framework"
done
sign --entitlements "$here/entitlements.plist" "$app"
codesign --verify --deep --strict --verbose=2 "$app"
