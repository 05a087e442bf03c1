#!/usr/bin/env bash
# Brings what `npm test`, `npm run demo` and `npm run matrix` need on a fresh machine: node_modules, dist/ and, as root,
# Debian packages. Without root it names what is missing and goes on where it can: tests that need it are skipped visibly.
set -u
cd "$(dirname "$0")/.." || exit 1

case ${1-} in
  test) packages='gcc libc6-dev musl-tools binutils make python3 util-linux zsh fish libcap2-bin golang-1.19-go' ;;
  demo) packages='gcc libc6-dev' ;;
  matrix) packages='gcc libc6-dev musl-tools binutils make python3 util-linux golang-1.19-go gccgo clang lld mold
    gcc-aarch64-linux-gnu gcc-arm-linux-gnueabihf gcc-s390x-linux-gnu gcc-i686-linux-gnu libc6-dev-arm64-cross
    libc6-dev-armhf-cross libc6-dev-s390x-cross libc6-dev-i386-cross libclang-rt-dev qemu-user skopeo umoci buildah' ;;
  *) echo "usage: setup.sh test|demo|matrix" >&2; exit 2 ;;
esac

has() { command -v "$1" >/dev/null 2>&1; }

node_ok() { has node && node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)'; }
node_ok || { echo 'goshim needs Node.js 20 or later on PATH' >&2; exit 1; }

# A lock file newer than what was installed means that somebody pulled.
if [ ! -x node_modules/.bin/tsx ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error >&2 || exit 1
fi
node scripts/build.mjs >&2 || exit 1

missing=
if has dpkg-query; then
  for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
else
  has gcc || missing=' gcc'
fi
has go || missing="$missing golang-go"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && has apt-get; then
  export DEBIAN_FRONTEND=noninteractive
  echo "installing Debian packages:$missing" >&2
  # A second try after `update`: a fresh image has no lists, an old one has stale ones.
  # shellcheck disable=SC2086
  apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 || {
    apt-get update -q >/dev/null 2>&1
    for package in $missing; do
      apt-get install -y -q --no-install-recommends "$package" >/dev/null 2>&1 || echo "not to be had here: $package" >&2
    done
  }
else
  echo "not root: these packages are missing:$missing (apt-get install$missing)" >&2
fi
has go && has gcc || { [ "$1" = test ] || { echo 'goshim needs go and gcc: install them first' >&2; exit 1; }; }
exit 0
