#!/bin/sh
# The same as check-docker-mirror beside it, under the name that kdevops has it.
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=${self%"${self##*/}"}$target ;;
  esac
done
case $self in
  */*) ;;
  *) self=./$self ;;
esac
# shellcheck source=scripts/check-docker-mirror
. "${self%/*}/check-docker-mirror"
