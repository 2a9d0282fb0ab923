#!/bin/sh
# Makes sure there is a Chromium for the browser tests: Debian's package, or the one of Playwright on macOS.
set -eu
if [ -n "${WELLPUT_CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    root=""
    [ "$(id -u)" -eq 0 ] || root="sudo"
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq chromium >/dev/null
    exit 0
fi
.venv/bin/python -m playwright install chromium
