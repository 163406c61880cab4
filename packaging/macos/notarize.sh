#!/bin/sh
# Has Apple check a disk image, and fastens its word to it, so that it opens without a network: notarize.sh DMG.
#
#   LIGATURE_NOTARY_KEY      the file of an App Store Connect API key (.p8); without it nothing is done
#   LIGATURE_NOTARY_KEY_ID   the key's id
#   LIGATURE_NOTARY_ISSUER   the id of who issued it
set -eu
image=$1

if [ -z "${LIGATURE_NOTARY_KEY:-}" ]; then
    echo "LIGATURE_NOTARY_KEY is not set: $image is not notarised." >&2
    exit 0
fi
xcrun notarytool submit "$image" --wait --timeout 45m \
    --key "$LIGATURE_NOTARY_KEY" --key-id "$LIGATURE_NOTARY_KEY_ID" --issuer "$LIGATURE_NOTARY_ISSUER"
xcrun stapler staple "$image"
spctl --assess --type open --context context:primary-signature --verbose "$image"
