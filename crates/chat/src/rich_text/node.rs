//! How the tree is read: one shape for every kind, then the kind.
//!
//! Derived tagged and untagged enums would keep every node in a general form first, twice, and refuse a tree for
//! what a kind they do not know holds.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Block, Inline, Mark};

/// Any node. What a kind holds beyond this is not for this build.
#[derive(serde::Deserialize)]
pub(super) struct Node {
    t: String,
    #[serde(default)]
    c: Vec<Child>,
}

impl From<Node> for Block {
    fn from(node: Node) -> Block {
        match node.t.as_str() {
            "p" => Block::P { c: node.c.into_iter().map(Into::into).collect() },
            _ => Block::Unknown,
        }
    }
}

/// What stands in a node.
enum Child {
    Text(String),
    Node(Node),
    /// Neither words nor a node: of a kind this build does not know.
    Other,
}

impl From<Child> for Inline {
    fn from(child: Child) -> Inline {
        match child {
            Child::Text(text) => Inline::Text(text),
            Child::Node(node) if node.t == "br" => Inline::Mark(Mark::Br),
            Child::Node(_) | Child::Other => Inline::Mark(Mark::Unknown),
        }
    }
}

impl<'de> Deserialize<'de> for Inline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Inline, D::Error> {
        Child::deserialize(deserializer).map(Into::into)
    }
}

impl<'de> Deserialize<'de> for Child {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Child, D::Error> {
        deserializer.deserialize_any(ChildVisitor)
    }
}

struct ChildVisitor;

impl<'de> Visitor<'de> for ChildVisitor {
    type Value = Child;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("words or a node")
    }

    fn visit_str<E>(self, text: &str) -> Result<Child, E> {
        Ok(Child::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Child, E> {
        Ok(Child::Text(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Child, A::Error> {
        Node::deserialize(MapAccessDeserializer::new(map)).map(Child::Node)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Child, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Child::Other)
    }

    fn visit_unit<E>(self) -> Result<Child, E> {
        Ok(Child::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Child, E> {
        Ok(Child::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Child, E> {
        Ok(Child::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Child, E> {
        Ok(Child::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Child, E> {
        Ok(Child::Other)
    }
}
