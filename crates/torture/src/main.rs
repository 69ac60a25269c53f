//! The program `torture`.

fn main() {}
