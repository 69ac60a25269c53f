//! A restart as a supervisor makes it: the socket to listen at outlives the program, and nothing is lost.

#![cfg(target_os = "linux")]
