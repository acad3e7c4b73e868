#!/bin/sh
# docker-mirror-setup.sh [MIRROR_DIR] [REGISTRY_PORT] [REGISTRY_NAME] [--configure-daemon]: sets a mirror up and starts it, in the words of
# kdevops. The same as "docker-mirror start", and "docker-mirror client dockerd --apply" after it.
set -eu

usage() {
  echo 'usage: docker-mirror-setup.sh [MIRROR_DIR] [REGISTRY_PORT] [REGISTRY_NAME] [--configure-daemon]'
}

wrong() {
  echo "docker-mirror-setup: $1" >&2
  usage >&2
  exit 2
}

self=$0
while [ -L "$self" ]; do
  target=$(readlink -- "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname -- "$self")/$target ;;
  esac
done
mirror=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd -P)/docker-mirror

configure=n
count=0
for word in "$@"; do
  case $word in
    --configure-daemon) configure=y ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) wrong "there is no option $word" ;;
    *)
      count=$((count + 1))
      case $count in
        1) DOCKER_MIRROR_PATH=$word ;;
        2) DOCKER_MIRROR_PORT=$word ;;
        3) echo "docker-mirror-setup: the mirror needs no name; \"$word\" is not used" >&2 ;;
        *) wrong "\"$word\" is too much" ;;
      esac
      ;;
  esac
done
[ -z "${DOCKER_MIRROR_PATH:-}" ] || export DOCKER_MIRROR_PATH
[ -z "${DOCKER_MIRROR_PORT:-}" ] || export DOCKER_MIRROR_PORT

"$mirror" start
[ "$configure" = n ] || "$mirror" client dockerd --apply
