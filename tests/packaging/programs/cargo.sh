#!/bin/sh
# Stands for cargo: notes what it was asked, and leaves a module that is only a text, $MODULE.

if [ "$1" = --version ]; then
  echo "cargo 1.95.0 (0 2026-01-01)"
  exit
fi
echo "$* for $PYTHON_SYS_EXECUTABLE" >>cargo-was-asked
mkdir -p target/release
echo "${MODULE:-module}" >target/release/libchooser.so
cp target/release/libchooser.so target/release/libchooser.dylib
