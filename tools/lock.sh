#!/bin/sh
# One lock file: versions and hashes, never an address. Called as: lock.sh NAME:part,part
set -eu
name=${1%%:*}
parts=$(echo "${1#*:}" | tr ',' ' ')
UV=.tools/bin/uv
set -- --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --no-emit-package ilsa
for part in $parts; do
  case $part in
    postgres) set -- "$@" --extra postgres ;;
    *) set -- "$@" --group "$part" ;;
  esac
done
if [ "$name" = tools ]; then
  $UV pip compile "$@" --output-file "requirements/$name.lock"
else
  $UV pip compile pyproject.toml "$@" --output-file "requirements/$name.lock"
fi
