//! Asks the interpreter the module is built for what it is, refuses those the binding cannot serve,
//! and tells macOS's linker that the interpreter will bring the C API along.

use std::path::Path;
use std::process::{exit, Command};
use std::{env, fs};

/// The newest CPython whose object layouts are known; newer ones are read by public calls only.
const LAST_KNOWN: u32 = 15;

/// Prints the minor version and the bits in a digit of an int, or why there can be no module.
const QUESTION: &str = include_str!("interpreter.py");

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=interpreter.py");
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
        .unwrap_or_else(|_| refuse("error: python3-sys did not say which Python it found"));
    let [minor, digit_bits] = ask(&python);
    refuse_successor(&python, minor);

    println!("cargo:rustc-env=CHOOSER_BUILT_FOR=3.{minor}");
    for known in 10..=minor.min(LAST_KNOWN) {
        println!("cargo:rustc-cfg=Py_3_{known}");
    }
    let wide = env::var("CARGO_CFG_TARGET_POINTER_WIDTH").as_deref() == Ok("64");
    if minor <= LAST_KNOWN && digit_bits == 30 && wide {
        println!("cargo:rustc-cfg=known_layouts");
    }
}

/// Refuses a Python that has taken another one's place: the binding was built for that one, and
/// cargo, which knows the interpreter only by its path, would not rebuild it.
fn refuse_successor(python: &str, minor: u32) {
    // A recreated virtual environment has a new one of these.
    let settings = Path::new(python).ancestors().nth(2).map(|folder| folder.join("pyvenv.cfg"));
    if let Some(settings) = settings.filter(|settings| settings.exists()) {
        println!("cargo:rerun-if-changed={}", settings.display());
    }
    let note = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join("interpreter");
    let now = format!("{python}\n3.{minor}");
    match fs::read_to_string(&note) {
        Ok(before) if before != now && before.lines().next() == Some(python) => refuse(&format!(
            "error: {python} is another Python now; type `cargo clean -p chooser -p python3-sys`"
        )),
        _ => fs::write(&note, now).unwrap_or_else(|error| refuse(&format!("error: {error}"))),
    }
}

fn ask(python: &str) -> [u32; 2] {
    let output = Command::new(python)
        .args(["-c", QUESTION])
        .output()
        .unwrap_or_else(|error| refuse(&format!("error: {python} does not run: {error}")));
    if !output.status.success() {
        refuse(&String::from_utf8_lossy(&output.stderr));
    }
    let answer = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u32> = answer.lines().filter_map(|line| line.trim().parse().ok()).collect();
    numbers
        .try_into()
        .unwrap_or_else(|_| refuse(&format!("error: {python} does not say what it is")))
}

fn refuse(why: &str) -> ! {
    // `cargo::error` would be the form, but older cargos do not know it.
    eprintln!("{}", why.trim_end());
    exit(1)
}
