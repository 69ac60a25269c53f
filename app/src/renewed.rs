//! Parts of a page that are replaced when what they show is another.
//!
//! Other programs change the document while it is open: a translator puts elements in the place of text nodes, an
//! extension makes links of words. A text node that the page still holds is then in the document no longer, and what is
//! written into it is seen by nobody. So nothing that changes is written into a text node: its element gets a new one,
//! or is itself a new one.

use std::future::Future;

use leptos::prelude::{AddAnyAttr, Render, RenderHtml};
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::{Element, Node, Text};
use leptos::tachys::view::{Mountable, Position, PositionState};
use wasm_bindgen::JsCast;

/// Words that may change. They stand alone in their element.
pub struct Words(String);

/// The words in the document.
pub struct WordsState {
    text: String,
    node: Text,
    within: Option<Element>,
}

/// Words that may change, alone in their element.
pub fn words(text: impl Into<String>) -> Words {
    Words(text.into())
}

impl Render for Words {
    type State = WordsState;

    fn build(self) -> WordsState {
        WordsState { node: Rndr::create_text_node(&self.0), text: self.0, within: None }
    }

    fn rebuild(self, state: &mut WordsState) {
        if self.0 == state.text {
            return;
        }
        state.node = Rndr::create_text_node(&self.0);
        state.text = self.0;
        if let Some(element) = &state.within {
            // Whatever stands there now was made of the old words.
            element.set_text_content(None);
            Rndr::insert_node(element, &state.node, None);
        }
    }
}

impl Mountable for WordsState {
    fn unmount(&mut self) {
        if let Some(element) = self.within.take() {
            element.set_text_content(None);
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.within = Some(parent.clone());
        Rndr::insert_node(parent, &self.node, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.node.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        Vec::new()
    }
}

impl AddAnyAttr for Words {
    type Output<A: Attribute> = Words;

    fn add_any_attr<A: Attribute>(self, _attr: A) -> Words
    where
        Words: RenderHtml,
    {
        self
    }
}

impl RenderHtml for Words {
    type AsyncOutput = Words;
    type Owned = Words;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    fn resolve(self) -> impl Future<Output = Words> + Send {
        std::future::ready(self)
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attributes: Vec<AnyAttribute>,
    ) {
        self.0.to_html_with_buf(buf, position, escape, mark_branches, attributes);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> WordsState {
        let within = cursor.current().dyn_into().ok();
        cursor.child();
        position.set(Position::NextChildAfterText);
        // What stands there is not looked at: if it is no text any more, it is replaced with the next words.
        let node = cursor.current().dyn_into().unwrap_or_else(|_| Rndr::create_text_node(&self.0));
        WordsState { text: self.0, node, within }
    }

    fn into_owned(self) -> Words {
        self
    }
}

/// Elements that are others when `key` is another, and else the same ones, changed where they have to be.
pub struct Renewed<K, V> {
    key: K,
    view: V,
}

/// Those elements in the document.
pub struct RenewedState<K, S> {
    key: K,
    state: S,
}

/// `view`, which is made of elements only, and whose words are the same as long as `key` is the same.
pub fn renewed<K: PartialEq, V: Render>(key: K, view: V) -> Renewed<K, V> {
    Renewed { key, view }
}

impl<K: PartialEq + 'static, V: Render> Render for Renewed<K, V> {
    type State = RenewedState<K, V::State>;

    fn build(self) -> Self::State {
        RenewedState { key: self.key, state: self.view.build() }
    }

    fn rebuild(self, state: &mut Self::State) {
        if self.key == state.key {
            return self.view.rebuild(&mut state.state);
        }
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl<K, S: Mountable> Mountable for RenewedState<K, S> {
    fn unmount(&mut self) {
        self.state.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.state.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.state.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.state.elements()
    }
}

impl<K: PartialEq + Send + 'static, V: RenderHtml> AddAnyAttr for Renewed<K, V> {
    type Output<A: Attribute> = Renewed<K, V::Output<A>>;

    fn add_any_attr<A: Attribute>(self, attr: A) -> Self::Output<A>
    where
        Self::Output<A>: RenderHtml,
    {
        Renewed { key: self.key, view: self.view.add_any_attr(attr) }
    }
}

impl<K: PartialEq + Send + 'static, V: RenderHtml> RenderHtml for Renewed<K, V> {
    type AsyncOutput = Renewed<K, V::AsyncOutput>;
    type Owned = Renewed<K, V::Owned>;

    const MIN_LENGTH: usize = V::MIN_LENGTH;

    fn dry_resolve(&mut self) {
        self.view.dry_resolve();
    }

    async fn resolve(self) -> Self::AsyncOutput {
        Renewed { key: self.key, view: self.view.resolve().await }
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attributes: Vec<AnyAttribute>,
    ) {
        self.view.to_html_with_buf(buf, position, escape, mark_branches, attributes);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        RenewedState { key: self.key, state: self.view.hydrate::<FROM_SERVER>(cursor, position) }
    }

    fn into_owned(self) -> Self::Owned {
        Renewed { key: self.key, view: self.view.into_owned() }
    }
}
