#!/bin/sh
# Write the lock files: exact versions with the hashes of every file of each release, for every
# platform and for Python 3.11 and newer, and nothing about where they were fetched from.
#
#   sh requirements/lock.sh PATH-TO-UV [--upgrade]
set -eu
uv=$1
shift

# Settings of this machine (mirrors, folders of local builds) must not leak into the hashes.
for name in $(env | sed -n 's/^\(\(UV\|PIP\)_[A-Z_]*\)=.*/\1/p'); do
    unset "$name"
done

compile() { # compile OUTPUT ARGUMENTS...
    output=$1
    shift
    "$uv" pip compile --quiet --no-config --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --output-file "$output" "$@" >/dev/null
}

cd "$(dirname "$0")/.."
# What installs cati itself stands in both lists: pip then needs no build environment of its own.
compile requirements/dev.txt "$@" pyproject.toml requirements/build.in \
    --extra data --extra authoring --extra prove --extra postgres --extra dev
# The same versions again, less what only development needs.
compile requirements/run.txt "$@" pyproject.toml requirements/build.in \
    --extra data --extra authoring --extra prove --extra postgres --constraints requirements/dev.txt
compile requirements/lock.txt "$@" requirements/lock.in
