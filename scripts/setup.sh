#!/usr/bin/env bash
# Brings what `npm test` and `npm run demo` need on a fresh machine: node_modules, dist/, and (as root) Debian packages.
# Without root it names the missing ones and goes on: the tests that need them are skipped visibly.
set -u
cd "$(dirname "$0")/.." || exit 1
[ -x node_modules/.bin/tsx ] || npm ci --no-audit --no-fund >&2 || exit 1
node scripts/build.mjs >&2 || exit 1
