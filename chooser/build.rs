//! Asks the interpreter the module is built for what it is, refuses those the binding cannot serve,
//! and tells macOS's linker that the interpreter will bring the C API along.

use std::env;
use std::process::{exit, Command};

/// The newest CPython whose object layouts are known here; for newer ones only public calls are used.
const LAST_KNOWN: u32 = 15;

const QUESTION: &str = "
import platform, sys, sysconfig
print(platform.python_implementation())
print(sys.version_info[1])
print(sysconfig.get_config_var('Py_GIL_DISABLED') or 0)
print(sysconfig.get_config_var('Py_DEBUG') or 0)
print(sys.int_info.bits_per_digit)
";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(known_layouts)");
    for minor in 10..=LAST_KNOWN {
        println!("cargo:rustc-check-cfg=cfg(Py_3_{minor})");
    }
    if env::var_os("CARGO_FEATURE_PYTHON").is_none() {
        return;
    }
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("macos") {
        println!("cargo:rustc-cdylib-link-arg=-undefined");
        println!("cargo:rustc-cdylib-link-arg=dynamic_lookup");
    }
    // The binding's own build script has found the interpreter; it is this one the module is for.
    let python = env::var("DEP_PYTHON3_PYTHON_INTERPRETER")
        .unwrap_or_else(|_| refuse("python3-sys did not say which Python it found"));
    let [implementation, minor, no_gil, debug, digit_bits] = ask(&python);
    let minor: u32 = minor.parse().unwrap_or(0);

    if implementation != "CPython" {
        refuse(&format!("{python} is {implementation}: chooser is for CPython"));
    }
    if no_gil != "0" {
        refuse(&format!(
            "{python} is a free-threaded build: chooser needs the GIL; \
             take the ordinary build of Python 3.{minor}"
        ));
    }
    if debug != "0" {
        refuse(&format!(
            "{python} is a debug build, whose objects the binding takes for larger than they are; build with the \
             ordinary Python 3.{minor}: the debug build can load that module"
        ));
    }
    if minor < 9 {
        refuse(&format!("{python} is Python 3.{minor}: chooser needs 3.9 or later"));
    }

    println!("cargo:rustc-env=CHOOSER_BUILT_FOR=3.{minor}");
    for known in 10..=minor.min(LAST_KNOWN) {
        println!("cargo:rustc-cfg=Py_3_{known}");
    }
    let wide = env::var("CARGO_CFG_TARGET_POINTER_WIDTH").as_deref() == Ok("64");
    if minor <= LAST_KNOWN && digit_bits == "30" && wide {
        println!("cargo:rustc-cfg=known_layouts");
    }
}

fn ask(python: &str) -> [String; 5] {
    let output = Command::new(python).args(["-c", QUESTION]).output();
    let answer = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let lines: Vec<String> =
        answer.unwrap_or_default().lines().map(|line| line.trim().to_owned()).collect();
    lines.try_into().unwrap_or_else(|_| refuse(&format!("{python} does not say what it is")))
}

fn refuse(why: &str) -> ! {
    // `cargo::error` would be the form, but older cargos do not know it.
    eprintln!("error: {why}");
    exit(1)
}
