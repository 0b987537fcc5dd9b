#!/bin/sh
# Stands for cargo: notes what it was asked, and leaves a module that is only a text, $MODULE.

case $1 in
  --version) echo "cargo 1.95.0 (0 2026-01-01)" && exit ;;
  -vV) echo "host: here" && exit ;;
esac
echo "$* for $PYTHON_SYS_EXECUTABLE" >>cargo-was-asked
release=target/$CARGO_BUILD_TARGET/release
mkdir -p "$release"
echo "${MODULE:-module}" >"$release/libchooser.so"
cp "$release/libchooser.so" "$release/libchooser.dylib"
