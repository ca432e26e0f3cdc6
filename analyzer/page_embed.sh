#!/bin/sh
# Write style and script of a page as a C source: sh analyzer/page_embed.sh STYLE SCRIPT > build/page_assets.c
# Bytes rather than string literals: C17 promises only 4095 characters of those.
set -eu

bytes() { # NAME FILE
    echo "static const char $1[] = {"
    od -An -v -td1 "$2" | sed 's|-*[0-9][0-9]*|&,|g'
    echo "0};"
}
digest() { # FILE
    sha256sum "$1" | cut -c1-64 | tr a-f A-F | basenc --base16 -d | base64
}

echo '#include "analyzer/page_assets.h"'
bytes style_text "$1"
bytes script_text "$2"
echo "const struct page_asset page_style = {style_text, \"$(digest "$1")\"};"
echo "const struct page_asset page_script = {script_text, \"$(digest "$2")\"};"
