#!/bin/sh
# Puts `appimagetool` into a folder for the PATH: fetch_appimagetool.sh FOLDER. Only what has the known hash is used.
# It would fetch the newest runtime by itself, whatever that is; so it is given one.
set -eu
folder=$1
here=https://github.com/AppImage

fetch() { # address, file, SHA-256
    curl --fail --silent --show-error --location --retry 3 --proto '=https' --output "$folder/$2" "$here/$1"
    echo "$3  $folder/$2" | sha256sum --check --quiet
}

mkdir -p "$folder"
fetch appimagetool/releases/download/1.9.1/appimagetool-x86_64.AppImage appimagetool.AppImage \
    ed4ce84f0d9caff66f50bcca6ff6f35aae54ce8135408b3fa33abfc3cb384eb0
fetch type2-runtime/releases/download/20251108/runtime-x86_64 runtime \
    2fca8b443c92510f1483a883f60061ad09b46b978b2631c807cd873a47ec260d
cat >"$folder/appimagetool" <<'END'
#!/bin/sh
folder=$(dirname "$(readlink -f "$0")")
exec "$folder/appimagetool.AppImage" --appimage-extract-and-run --runtime-file "$folder/runtime" "$@"
END
chmod +x "$folder/appimagetool" "$folder/appimagetool.AppImage"
