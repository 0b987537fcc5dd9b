#!/usr/bin/env bash
# The crate's tests and the module's on other machines, in Debian's userlands for them, which qemu
# runs unless this machine can: on all of them, or on those that the arguments name. Compiling is
# done here, by this machine's Rust: Debian's is too old for the tests, and would take hours.
# qemu stays registered with the kernel until that restarts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# As Debian, the kernel's binfmt_misc, Rust, and GCC name them. The last is big-endian; two have 32
# bits, of which i386 aligns a u128 more than malloc does.
machines="i386 i386 i686-unknown-linux-gnu i686-linux-gnu
arm64 aarch64 aarch64-unknown-linux-gnu aarch64-linux-gnu
armhf arm armv7-unknown-linux-gnueabihf arm-linux-gnueabihf
s390x s390x s390x-unknown-linux-gnu s390x-linux-gnu"
packages=python3,python3-numpy,python3-pandas,python3-pytest,python3-hypothesis
folder=$PWD/target/elsewhere
binfmt=/proc/sys/fs/binfmt_misc

main() {
  local chosen=("$@") failed=()
  [ $# != 0 ] || mapfile -t chosen < <(cut -d ' ' -f 1 <<< "$machines")
  for machine in "${chosen[@]}"; do
    choose "$machine" || missing "$machine is none of its machines"
    has "$gnu-gcc" || missing "$gnu-gcc is not on PATH"
  done
  [ -e /etc/debian_version ] || missing "this is not Debian"
  [ "$(id -u)" = 0 ] || missing "this is not root"
  for tool in rustup mmdebstrap qemu-aarch64-static; do
    has $tool || missing "$tool is not on PATH"
  done

  export CARGO_TARGET_DIR=$folder/cargo
  for machine in "${chosen[@]}"; do
    choose "$machine"
    set_up
    test_crate || failed+=("the crate on $machine")
    build_module
    test_module || failed+=("the module on $machine")
  done
  [ ${#failed[@]} = 0 ] || { printf 'failed: %s\n' "${failed[@]}" >&2; exit 1; }
  echo "passed: the crate and the module on ${chosen[*]}"
}

choose() {
  read -r _ qemu target gnu < <(grep "^$1 " <<< "$machines") && userland=$folder/$1
}

has() { command -v "$1" >/dev/null; }

missing() {
  echo "make elsewhere: $*. It needs root on Debian, rustup, the packages mmdebstrap," \
    "qemu-user-static, gcc-i686-linux-gnu, gcc-aarch64-linux-gnu, gcc-arm-linux-gnueabihf and" \
    "gcc-s390x-linux-gnu, 5 GB in target/ and about 20 minutes" >&2
  exit 2
}

set_up() {
  rustup --quiet target add "$target"
  linker=CARGO_TARGET_$(tr a-z- A-Z_ <<< "$target")_LINKER
  export "$linker=$gnu-gcc"
  [ -e $binfmt/register ] || mount -t binfmt_misc binfmt_misc $binfmt
  # There is none for a machine whose programs this one runs by itself.
  local format=/usr/lib/binfmt.d/qemu-$qemu.conf
  [ ! -e "$format" ] || [ -e "$binfmt/qemu-$qemu" ] || cat "$format" > $binfmt/register
  [ -e "$userland/proc" ] || make_userland
}

# Packages are unpacked and no more: to set them up, qemu would take longer than for the tests.
make_userland() {
  local suite mirror
  rm -rf "$userland"
  mkdir -p "$folder"
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' |
    sed -n "s/^$suite //p" | sort -u)
  echo "$machine: mmdebstrap unpacks $packages of $suite"
  mmdebstrap --quiet --mode=root --variant=extract --architectures="$machine" \
    --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --include=$packages \
    "$suite" "$userland" "$mirror"
  mkdir "$userland/proc"
}

test_crate() {
  echo "$machine: the crate's tests"
  # Static, so that they need no library of the other machine.
  local static="-C target-feature=+crt-static"
  env "${linker/LINKER/RUSTFLAGS}=$static" RUSTDOCFLAGS="$static" \
    cargo test --quiet --locked --no-default-features --target "$target"
}

build_module() {
  local blas=("$userland"/usr/lib/*/blas)
  blas=${blas[0]#"$userland"}
  # Both the build and the tests run Python by this. Its libraries are in folders that Debian's
  # alternatives would point to, had they been set up.
  cat > "$userland.python" <<END
#!/bin/sh
exec env -i PATH=/usr/bin HOME=/tmp PYTHONPATH=/project CHOOSER_HOOKS=/project/hooks.so \\
  LD_LIBRARY_PATH=$blas:${blas%blas}lapack \\
  unshare --mount-proc --root='$userland' --wd=/ /usr/bin/python3 "\$@"
END
  chmod +x "$userland.python"
  export PYTHON_SYS_EXECUTABLE=$userland.python
  cargo build --quiet --locked --release --target "$target"
  cargo build --quiet --locked --features test-hooks --target "$target"
  rm -rf "$userland/project"
  mkdir "$userland/project"
  cp -R tests chooser-stubs pyproject.toml "$userland/project"
  cp "$CARGO_TARGET_DIR/$target/release/libchooser.so" "$userland/project/chooser.so"
  cp "$CARGO_TARGET_DIR/$target/debug/libchooser.so" "$userland/project/hooks.so"
}

test_module() {
  local own_processes=tests/chooser/test_programs.py::test_in_a_process_of_its_own
  echo "$machine: the module's tests"
  # But for those of a process's memory: qemu sets that no limit, and takes some itself.
  "$userland.python" -m pytest --quiet -c /project/pyproject.toml /project/tests/chooser \
    --deselect "$own_processes[memory-" --deselect "$own_processes[leaks-"
}

main "$@"
