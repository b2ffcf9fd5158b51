#!/bin/sh
# Pictures of a page in a real browser, to look at: at the widths of a desk and of a phone, light and dark, and as printed.
# Needs chromium (apt-get install chromium). HEIGHT: of the pictures, in pixels.
#
#   tests/report/look.sh runs/mine/report.html FOLDER
set -eu
page=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
height=${HEIGHT:-6000}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "look: chromium is missing; install it with: apt-get install -y chromium" >&2
    exit 1
}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
look() {  # PAGE OPTIONS...
    url=file://$1
    shift
    "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" "$@" "$url" 2>/dev/null
}
# The browser's window is never narrower than 500 pixels, so the phone is a frame of 360 in another page.
printf '<body style="margin:0"><iframe src="file://%s" style="border:0;width:360px;height:%spx"></iframe>' "$page" "$height" \
    >"$folder/phone.html"
for scheme in light dark; do
    [ $scheme = dark ] && number=0 || number=1
    for kind in desk phone; do
        [ $kind = phone ] && shown=$folder/phone.html width=360 || { shown=$page width=1280; }
        look "$shown" --blink-settings=preferredColorScheme=$number --window-size="$width,$height" \
            --screenshot="$folder/$kind-$scheme.png"
        echo "$folder/$kind-$scheme.png"
    done
done
look "$page" --no-pdf-header-footer --print-to-pdf="$folder/print.pdf"
echo "$folder/print.pdf"
