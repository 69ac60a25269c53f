//! Frames, good and bad, cut at every place.

use super::*;

const LIMIT: usize = 1_000;

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x11, 0x22, 0x33, 0x44];
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).unwrap()),
        long => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(long).unwrap().to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// The verdict, which must not depend on where the network cuts.
fn verdict(bytes: &[u8]) -> Result<(), CloseCode> {
    let whole = Frames::new(LIMIT).take(bytes);
    for size in [1, 3, 7] {
        let mut frames = Frames::new(LIMIT);
        assert_eq!(
            bytes.chunks(size).try_for_each(|chunk| frames.take(chunk)),
            whole,
            "cut every {size} bytes"
        );
    }
    whole
}

#[test]
fn what_clients_send_passes() {
    let messages = [
        frame(0x81, b"40"),
        frame(0x81, "4çã🙂".as_bytes()),
        frame(0x81, &[b'a'; LIMIT]),
        frame(0x82, b"\xff\xfe"),
        frame(0x81, b""),
        frame(0x8a, b"pong"),
        frame(0x88, b"\x03\xe8"),
    ];
    assert_eq!(verdict(&messages.concat()), Ok(()));
}

#[test]
fn a_message_in_fragments_with_a_ping_between_passes() {
    let smile = "🙂".as_bytes();
    let parts =
        [frame(0x01, &smile[..1]), frame(0x89, b"?"), frame(0x00, &smile[1..3]), frame(0x80, &smile[3..])];
    assert_eq!(verdict(&parts.concat()), Ok(()));
}

#[test]
fn what_is_not_the_protocol_is_1002() {
    for bytes in [
        vec![0x81, 0x01, b'2'],
        frame(0xc1, b"x"),
        frame(0x83, b"x"),
        frame(0x8b, b"x"),
        frame(0x80, b"x"),
        frame(0x09, b"x"),
        frame(0x89, &[0; 126]),
        [frame(0x01, b"x"), frame(0x81, b"y")].concat(),
    ] {
        assert_eq!(verdict(&bytes), Err(CloseCode::Protocol), "{bytes:?}");
    }
}

#[test]
fn what_is_no_text_is_1007() {
    for bytes in [
        frame(0x81, b"\xff"),
        frame(0x81, b"\xed\xa0\x80"),
        frame(0x81, b"\xf0\x9f"),
        [frame(0x01, b"\xe2\x82"), frame(0x80, b"a")].concat(),
    ] {
        assert_eq!(verdict(&bytes), Err(CloseCode::Text), "{bytes:?}");
    }
}

#[test]
fn what_is_too_long_is_1009_before_it_is_read() {
    assert_eq!(verdict(&frame(0x81, &[b'a'; LIMIT + 1])), Err(CloseCode::Size));
    assert_eq!(
        verdict(&[0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
        Err(CloseCode::Size)
    );
    let endless: Vec<u8> = std::iter::once(frame(0x01, b"a"))
        .chain(std::iter::repeat_with(|| frame(0x00, b"a")).take(LIMIT))
        .flatten()
        .collect();
    assert_eq!(verdict(&endless), Err(CloseCode::Size));
}

#[test]
fn fragments_without_a_byte_have_an_end_too() {
    let fragments = |count: u32| {
        let more = std::iter::repeat_with(|| frame(0x00, b"")).take(count as usize - 2).flatten();
        let (first, last) = (frame(0x01, b""), frame(0x80, b""));
        verdict(&first.into_iter().chain(more).chain(last).collect::<Vec<_>>())
    };
    assert_eq!(fragments(MAX_FRAMES), Ok(()));
    assert_eq!(fragments(MAX_FRAMES + 1), Err(CloseCode::Size));
}

#[test]
fn the_close_frame_carries_the_code() {
    assert_eq!(CloseCode::Size.frame(), [0x88, 2, 0x03, 0xf1]);
}
