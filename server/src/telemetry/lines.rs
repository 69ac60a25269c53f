//! Lines on their way to the log, written by a thread of their own: a pipe that nobody reads, a closed one and a full
//! disk hold nobody up. What does not fit is lost, and a later line says how much that was.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

/// Most bytes that wait to be written.
const MAX_WAITING: usize = 1024 * 1024;

/// Longest wait for what is left at the end.
const FLUSH: Duration = Duration::from_secs(1);

/// The way to the log. Cloning it is cheap.
#[derive(Clone)]
pub struct Lines {
    entries: Sender<Entry>,
    counts: Arc<Counts>,
}

enum Entry {
    /// One whole line, or several that belong together.
    Line(Vec<u8>),
    /// Somebody waits until everything before is written.
    Flush(SyncSender<()>),
}

#[derive(Default)]
struct Counts {
    /// Bytes that wait to be written.
    waiting: AtomicUsize,
    /// Lines lost since the log last said so.
    lost: AtomicU64,
}

impl Lines {
    /// Lines that are written to `sink`.
    ///
    /// # Errors
    /// There is no thread to write from.
    pub fn to(sink: impl Write + Send + 'static) -> io::Result<Lines> {
        let (entries, written) = channel();
        let counts = Arc::new(Counts::default());
        let shared = counts.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || write(sink, &written, &shared))?;
        Ok(Lines { entries, counts })
    }

    /// Hands over one line, or loses it.
    pub fn put(&self, line: Vec<u8>) {
        let length = line.len();
        let before = self.counts.waiting.fetch_add(length, Ordering::SeqCst);
        if before + length > MAX_WAITING || self.entries.send(Entry::Line(line)).is_err() {
            self.counts.waiting.fetch_sub(length, Ordering::SeqCst);
            self.counts.lost.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Waits until what was handed over is written, or for a second.
    pub fn flush(&self) {
        let (done, waiting) = sync_channel(1);
        if self.entries.send(Entry::Flush(done)).is_ok() {
            waiting.recv_timeout(FLUSH).ok();
        }
    }
}

impl Write for Lines {
    /// The logging library writes each line at once.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(mut sink: impl Write, entries: &Receiver<Entry>, counts: &Counts) {
    for entry in entries {
        match entry {
            Entry::Line(line) => {
                counts.waiting.fetch_sub(line.len(), Ordering::SeqCst);
                let lost = counts.lost.swap(0, Ordering::SeqCst);
                let told =
                    if lost > 0 { writeln!(sink, "{lost} lines of the log were lost") } else { Ok(()) };
                if told.is_err() {
                    counts.lost.fetch_add(lost + 1, Ordering::SeqCst);
                } else if sink.write_all(&line).is_err() {
                    counts.lost.fetch_add(1, Ordering::SeqCst);
                }
            }
            Entry::Flush(done) => {
                sink.flush().ok();
                // Whoever asked may have waited long enough.
                done.send(()).ok();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A log that can be written when the test says so.
    struct Sink {
        written: Arc<Mutex<Vec<u8>>>,
        /// Each write takes one, and is refused if it says so.
        allowed: Receiver<bool>,
    }

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !self.allowed.recv().unwrap_or(true) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.written.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines() -> (Lines, Arc<Mutex<Vec<u8>>>, Sender<bool>) {
        let written = Arc::new(Mutex::new(Vec::new()));
        let (allow, allowed) = channel();
        (Lines::to(Sink { written: written.clone(), allowed }).unwrap(), written, allow)
    }

    fn text(written: &Mutex<Vec<u8>>) -> String {
        String::from_utf8(written.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn l110_a_log_that_takes_nothing_holds_nobody_up_and_memory_is_bounded() {
        let (lines, written, allow) = lines();
        let line = [vec![b'x'; 999], vec![b'\n']].concat();
        for _ in 0..10_000 {
            lines.put(line.clone());
        }
        assert!(lines.counts.waiting.load(Ordering::SeqCst) <= MAX_WAITING);
        drop(allow);
        lines.put(b"again\n".to_vec());
        lines.flush();
        let text = text(&written);
        let told = text.lines().filter_map(|line| line.strip_suffix(" lines of the log were lost"));
        let lost: usize = told.map(|count| count.parse::<usize>().unwrap()).sum();
        let kept = text.lines().filter(|line| line.starts_with('x')).count();
        assert_eq!(lost + kept, 10_000, "it says how much is missing");
        assert!(lost > 8_000, "{lost}");
        assert!(text.ends_with("again\n"));
    }

    #[test]
    fn l110_a_line_that_is_refused_is_counted_and_the_next_ones_are_written() {
        let (lines, written, allow) = lines();
        for allowed in [false, true, true] {
            allow.send(allowed).unwrap();
        }
        drop(allow);
        lines.put(b"one\n".to_vec());
        lines.put(b"two\n".to_vec());
        lines.flush();
        assert!(text(&written).ends_with("1 lines of the log were lost\ntwo\n"), "{}", text(&written));
    }
}
