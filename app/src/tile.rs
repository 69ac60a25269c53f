//! A person's tile: four quarters drawn from the person's id, the same on every screen.
//!
//! The drawing is the design's, exactly: a grid of 8 × 8, cells of 4 × 4 clockwise from the upper left, FNV-1a
//! of the id for shapes and turns. The colour is not here: it is the order of arrival.

/// The side of a tile, in units of its drawing.
pub const SIZE: u32 = 8;

/// The upper left corners of the cells.
const CORNERS: [(u32, u32); 4] = [(0, 0), (4, 0), (4, 4), (0, 4)];

/// Quarter turns of the four cells.
const TURNS: [[u8; 4]; 10] = [
    [0, 1, 2, 3],
    [2, 3, 0, 1],
    [0, 2, 0, 2],
    [1, 3, 1, 3],
    [0, 0, 2, 2],
    [0, 1, 0, 1],
    [3, 0, 1, 2],
    [0, 0, 0, 0],
    [1, 1, 3, 3],
    [0, 3, 2, 1],
];

/// A pen's move within a cell.
#[derive(Clone, Copy)]
enum Step {
    Move(u32, u32),
    Line(u32, u32),
    /// Radius, whether it turns clockwise, end.
    Arc(u32, bool, u32, u32),
    Close,
}

use Step::{Arc, Close, Line, Move};

/// The shapes, not turned: quarter, ring, leaf, half, voice, slope, drop.
const SHAPES: [&[Step]; 7] = [
    &[Move(0, 0), Line(4, 0), Arc(4, true, 0, 4), Close],
    &[Move(4, 0), Arc(4, true, 0, 4), Line(0, 2), Arc(2, false, 2, 0), Close],
    &[Move(0, 0), Arc(4, true, 4, 4), Arc(4, true, 0, 0), Close],
    &[Move(0, 0), Arc(2, false, 4, 0), Close],
    &[Move(0, 4), Line(0, 2), Arc(2, true, 2, 0), Arc(2, true, 2, 4), Close],
    &[Move(0, 0), Line(4, 0), Line(0, 4), Close],
    &[Move(0, 0), Line(2, 0), Arc(2, true, 0, 2), Close, Move(4, 4), Line(2, 4), Arc(2, true, 4, 2), Close],
];

/// What is on a tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The figure, as the `d` of one `<path>`.
    pub path: String,
    /// Figure and ground change places.
    pub dark: bool,
}

/// The tile of the person with this id.
pub fn tile(id: &str) -> Tile {
    let hash = fnv1a(id.as_bytes());
    let odd = (hash % 7) as usize;
    let even = if (hash >> 5).is_multiple_of(3) { ((hash >> 7) % 7) as usize } else { odd };
    let turns = &TURNS[((hash >> 11) % 10) as usize];
    Tile { path: draw([odd, even, odd, even], turns), dark: (hash >> 21) & 3 == 0 }
}

fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

fn draw(shapes: [usize; 4], turns: &[u8; 4]) -> String {
    let mut path = String::with_capacity(200);
    for ((corner, shape), turn) in CORNERS.iter().zip(shapes).zip(turns) {
        for step in SHAPES[shape] {
            match *step {
                Move(x, y) => push(&mut path, "M", turned(x, y, *turn, *corner)),
                Line(x, y) => push(&mut path, "L", turned(x, y, *turn, *corner)),
                Arc(radius, clockwise, x, y) => {
                    path.push_str(if radius == 4 { "A4 4 0 0 " } else { "A2 2 0 0 " });
                    push(&mut path, if clockwise { "1 " } else { "0 " }, turned(x, y, *turn, *corner));
                }
                Close => path.push('Z'),
            }
        }
    }
    path
}

/// A point of a cell after so many quarter turns clockwise, on the tile.
fn turned(x: u32, y: u32, turn: u8, (left, top): (u32, u32)) -> (u32, u32) {
    let (x, y) = (0..turn).fold((x, y), |(x, y), _| (4 - y, x));
    (left + x, top + y)
}

fn push(path: &mut String, verb: &str, (x, y): (u32, u32)) {
    path.push_str(verb);
    // No coordinate of the grid has two digits.
    path.push(char::from(b'0' + x as u8));
    path.push(' ');
    path.push(char::from(b'0' + y as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: usize = 0;
    const RING: usize = 1;
    const LEAF: usize = 2;
    const HALF: usize = 3;
    const VOICE: usize = 4;
    const SLOPE: usize = 5;
    const DROP: usize = 6;

    #[test]
    fn the_shapes_are_drawn_as_the_design_draws_them() {
        for (odd, even, turns, path) in [
            (
                RING,
                RING,
                9,
                "M4 0A4 4 0 0 1 0 4L0 2A2 2 0 0 0 2 0ZM4 0A4 4 0 0 1 8 4L6 4A2 2 0 0 0 4 2ZM4 8A4 4 0 0 1 8 4L8 6A2 2 0 0 0 6 8ZM4 8A4 4 0 0 1 0 4L2 4A2 2 0 0 0 4 6Z",
            ),
            (QUARTER, SLOPE, 1, "M4 4L0 4A4 4 0 0 1 4 0ZM4 4L4 0L8 4ZM4 4L8 4A4 4 0 0 1 4 8ZM4 4L4 8L0 4Z"),
            (
                HALF,
                LEAF,
                9,
                "M0 0A2 2 0 0 0 4 0ZM4 4A4 4 0 0 1 8 0A4 4 0 0 1 4 4ZM8 8A2 2 0 0 0 4 8ZM4 4A4 4 0 0 1 0 8A4 4 0 0 1 4 4Z",
            ),
            (
                VOICE,
                DROP,
                6,
                "M4 4L2 4A2 2 0 0 1 0 2A2 2 0 0 1 4 2ZM4 0L6 0A2 2 0 0 1 4 2ZM8 4L6 4A2 2 0 0 1 8 2ZM4 4L6 4A2 2 0 0 1 8 6A2 2 0 0 1 4 6ZM4 8L2 8A2 2 0 0 1 4 6ZM0 4L2 4A2 2 0 0 1 0 6Z",
            ),
            (
                VOICE,
                VOICE,
                0,
                "M0 4L0 2A2 2 0 0 1 2 0A2 2 0 0 1 2 4ZM4 0L6 0A2 2 0 0 1 8 2A2 2 0 0 1 4 2ZM8 4L8 6A2 2 0 0 1 6 8A2 2 0 0 1 6 4ZM4 8L2 8A2 2 0 0 1 0 6A2 2 0 0 1 4 6Z",
            ),
        ] {
            assert_eq!(draw([odd, even, odd, even], &TURNS[turns]), path);
        }
    }

    #[test]
    fn a_tile_is_small_and_never_changes() {
        for id in ["", "a", "0190b5a4-7e1c-7c3a-9f5e-3b1d2c4a5e6f"] {
            assert_eq!(tile(id), tile(id));
            assert!(tile(id).path.len() < 200, "{id}");
        }
    }

    #[test]
    fn the_hash_is_fnv1a() {
        assert_eq!(fnv1a(b""), 0x811c_9dc5);
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
    }
}
