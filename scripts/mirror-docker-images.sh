#!/bin/sh
# mirror-docker-images.sh [LIST] [--scan] [--archive]: fetches images into the mirror, in the words of kdevops. Without LIST the same as
# "docker-mirror update"; with a list, one image a line, "docker-mirror pull" of what is in it.
set -eu

usage() {
  echo 'usage: mirror-docker-images.sh [LIST] [--scan] [--archive]'
}

wrong() {
  echo "mirror-docker-images: $1" >&2
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

list=
for word in "$@"; do
  case $word in
    --scan) wrong 'this version cannot scan for images yet: write them into a list, one a line' ;;
    --archive) wrong 'this version cannot make archives yet: leave --archive out' ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*)
      usage >&2
      wrong "there is no option $word"
      ;;
    *)
      [ -z "$list" ] || wrong "\"$word\" is too much"
      list=$word
      ;;
  esac
done

[ -n "$list" ] || exec "$mirror" update
[ -r "$list" ] || wrong "there is no list $list that can be read"
set --
# The last line may have no end.
while read -r line || [ -n "$line" ]; do
  image=${line%%#*}
  # What separates words is not a part of a name: a carriage return at the end, too.
  image=$(printf '%s' "$image" | tr -d '[:space:]')
  [ -z "$image" ] || set -- "$@" "$image"
done <"$list"
[ "$#" -gt 0 ] || {
  echo "mirror-docker-images: there are no images in $list"
  exit 0
}
exec "$mirror" pull -- "$@"
