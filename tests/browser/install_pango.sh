#!/bin/sh
# Makes sure there is Pango, which prints letters: Debian's packages, or Homebrew's on macOS.
set -eu
if .venv/bin/python -c "import weasyprint" >/dev/null 2>&1; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    root=""
    [ "$(id -u)" -eq 0 ] || root="sudo"
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation >/dev/null
    exit 0
fi
brew install --quiet pango
