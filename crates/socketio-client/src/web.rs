//! The driver in a browser: inputs from a `WebSocket`, requests, a timer and the page's events, outputs to calls.
//!
//! No logic: what is to be decided, the session decides. For pages, not for workers (it needs `window`).

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use js_sys::{Date, Function, JsString, Math};
use wasm_bindgen::prelude::*;
use web_sys::{
    CloseEvent, Event, EventTarget, MessageEvent, VisibilityState, WebSocket, Window, XmlHttpRequest,
};

use crate::client::{Client, Shared};
use crate::{Generation, Input, Millis, Notification, Options, Output};

thread_local! {
    /// A `Client` can be sent anywhere, a `WebSocket` cannot: the handle keeps the driver's number, and the
    /// driver stays here, on the page's only thread.
    static DRIVERS: RefCell<Vec<(u32, Rc<Driver>)>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// Opens a client for this page. It connects with [`Client::connect`], not before.
///
/// `on` is called on the page's thread, never from within itself: it may call the client. When the last
/// clone of the client is dropped, the connection is closed and `on` is not called any more.
pub fn open(mut options: Options, on: impl FnMut(Notification) + 'static) -> Client {
    if options.seed == 0 {
        options.seed = (Math::random() * (1_u64 << 53) as f64) as u64;
    }
    let shared = Arc::new(Shared::new(&options, Box::new(now)));
    let id = NEXT.replace(NEXT.get().wrapping_add(1));
    let driver = Driver::new(id, Arc::clone(&shared), Box::new(on));
    driver.listen(true);
    DRIVERS.with_borrow_mut(|drivers| drivers.push((id, driver)));
    let registration = Registration(id);
    Client::new(shared, Box::new(move || registration.run()))
}

fn now() -> Millis {
    Date::now() as Millis
}

fn with(id: u32, act: impl FnOnce(&Driver)) {
    let driver = DRIVERS.with_borrow(|drivers| {
        drivers.iter().find(|(other, _)| *other == id).map(|(_, driver)| Rc::clone(driver))
    });
    if let Some(driver) = driver {
        act(&driver);
    }
}

/// Owned by the client: takes the driver off the page when the client is gone.
struct Registration(u32);

impl Registration {
    /// A method, so that the client's closure holds the registration and not its number alone.
    fn run(&self) {
        with(self.0, Driver::run);
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let driver = DRIVERS.with_borrow_mut(|drivers| {
            let index = drivers.iter().position(|(id, _)| *id == self.0)?;
            Some(drivers.swap_remove(index).1)
        });
        if let Some(driver) = driver {
            driver.shut();
        }
    }
}

struct Driver {
    shared: Arc<Shared>,
    on: RefCell<Box<dyn FnMut(Notification)>>,
    socket: RefCell<Option<(Generation, WebSocket)>>,
    /// The GET and the POST under way.
    get: RefCell<Option<(Generation, XmlHttpRequest)>>,
    post: RefCell<Option<(Generation, XmlHttpRequest)>>,
    timer: Cell<Option<i32>>,
    running: Cell<bool>,
    shut: Cell<bool>,
    /// One closure for every event of the page and of each socket: closures cost code.
    handler: Closure<dyn FnMut(Event)>,
    tick: Closure<dyn FnMut()>,
    got: Closure<dyn FnMut()>,
    posted: Closure<dyn FnMut()>,
}

impl Driver {
    fn new(id: u32, shared: Arc<Shared>, on: Box<dyn FnMut(Notification)>) -> Rc<Self> {
        Rc::new(Self {
            shared,
            on: RefCell::new(on),
            socket: RefCell::new(None),
            get: RefCell::new(None),
            post: RefCell::new(None),
            timer: Cell::new(None),
            running: Cell::new(false),
            shut: Cell::new(false),
            handler: Closure::new(move |event| with(id, |driver| driver.event(&event))),
            tick: Closure::new(move || with(id, |driver| driver.feed(Input::Timer))),
            got: Closure::new(move || with(id, |driver| driver.answered(&driver.get, false))),
            posted: Closure::new(move || with(id, |driver| driver.answered(&driver.post, true))),
        })
    }

    fn listen(&self, on: bool) {
        let Some(window) = web_sys::window() else { return };
        let handler: &Function = self.handler.as_ref().unchecked_ref();
        let set = |target: &EventTarget, name| {
            // Neither call throws with these arguments.
            let _ = if on {
                target.add_event_listener_with_callback(name, handler)
            } else {
                target.remove_event_listener_with_callback(name, handler)
            };
        };
        for name in ["online", "offline", "pageshow", "pagehide"] {
            set(&window, name);
        }
        if let Some(document) = window.document() {
            set(&document, "visibilitychange");
        }
    }

    fn event(&self, event: &Event) {
        let generation = self.socket.borrow().as_ref().map_or(0, |(generation, _)| *generation);
        match event.type_().as_str() {
            "open" => self.feed(Input::Opened(generation)),
            "message" => match event.unchecked_ref::<MessageEvent>().data().dyn_into::<JsString>() {
                Ok(text) => self.feed(Input::Text(generation, &String::from(text))),
                Err(_) => self.feed(Input::Binary(generation, &[])),
            },
            "close" => self.feed(Input::Closed(generation, event.unchecked_ref::<CloseEvent>().code())),
            "error" => self.feed(Input::Failed(generation)),
            "online" => self.feed(Input::Online),
            "offline" => self.feed(Input::Offline),
            "pageshow" => self.feed(Input::PageShow),
            "pagehide" => self.feed(Input::PageHide),
            _ if page_is_visible() => self.feed(Input::Visible),
            _ => {}
        }
    }

    fn feed(&self, input: Input<'_>) {
        // Only an emit can be refused.
        let _ = self.shared.feed(input);
        self.run();
    }

    /// Carries out what waits. A call from within, by the owner's callback, leaves it to the outer one.
    fn run(&self) {
        if self.running.replace(true) {
            return;
        }
        self.drain();
        let unsent = self.socket.borrow().as_ref().map_or(0, |(_, socket)| socket.buffered_amount());
        let _ = self.shared.feed(Input::Buffered(unsent.into()));
        self.drain();
        self.running.set(false);
    }

    fn drain(&self) {
        while !self.shut.get() {
            let Some(output) = self.shared.next() else { break };
            self.carry_out(output);
        }
    }

    fn carry_out(&self, output: Output) {
        match output {
            Output::Open { generation, url } => self.open(generation, &url),
            Output::Send(text) => {
                if let Some((_, socket)) = &*self.socket.borrow() {
                    // A socket that cannot send is about to say that it is closed. Asked first, because the browser
                    // complains in its console of what is sent to one that closes.
                    if socket.ready_state() == WebSocket::OPEN {
                        let _ = socket.send_with_str(&text);
                    }
                }
            }
            Output::Get { generation, url } => {
                self.request(&self.get, "GET", generation, &url, None, &self.got);
            }
            Output::Post { url, body, last: true, .. } => {
                // It outlives the page. Nobody waits for its answer.
                if let Some(window) = web_sys::window() {
                    let _ = window.navigator().send_beacon_with_opt_str(&url, Some(&body));
                }
            }
            Output::Post { generation, url, body, .. } => {
                self.request(&self.post, "POST", generation, &url, Some(&body), &self.posted);
            }
            Output::Close(generation) => self.close(generation),
            Output::TimerAt(at) => self.set_timer(at),
            Output::Notify(notification) => (self.on.borrow_mut())(notification),
            // Settled between the client and the session.
            Output::NeedAuth | Output::AckDone { .. } | Output::Refused(_) => {}
        }
    }

    fn open(&self, generation: Generation, url: &str) {
        let Ok(socket) = WebSocket::new(url) else {
            // Not a URL to the browser, or forbidden by the page's policy.
            let _ = self.shared.feed(Input::Failed(generation));
            return;
        };
        self.set_handlers(&socket, Some(self.handler.as_ref().unchecked_ref()));
        *self.socket.borrow_mut() = Some((generation, socket));
    }

    /// Sends a request whose end `then` hears of.
    fn request(
        &self,
        slot: &RefCell<Option<(Generation, XmlHttpRequest)>>,
        method: &str,
        generation: Generation,
        url: &str,
        body: Option<&str>,
        then: &Closure<dyn FnMut()>,
    ) {
        let sent = XmlHttpRequest::new().and_then(|request| {
            request.open(method, url)?;
            if body.is_some() {
                request.set_request_header("Content-Type", "text/plain;charset=UTF-8")?;
            }
            request.set_onloadend(Some(then.as_ref().unchecked_ref()));
            request.send_with_opt_str(body)?;
            Ok(request)
        });
        match sent {
            Ok(request) => *slot.borrow_mut() = Some((generation, request)),
            // Not a URL to the browser, or forbidden by the page's policy.
            Err(_) => {
                let _ = self.shared.feed(Input::Failed(generation));
            }
        }
    }

    /// The request there has ended, one way or another.
    fn answered(&self, slot: &RefCell<Option<(Generation, XmlHttpRequest)>>, posted: bool) {
        let Some((generation, request)) = slot.borrow_mut().take() else { return };
        // The status is 0 if there was no answer.
        if request.status().ok() != Some(200) {
            self.feed(Input::Failed(generation));
        } else if posted {
            self.feed(Input::Posted(generation));
        } else {
            let body = request.response_text().ok().flatten().unwrap_or_default();
            self.feed(Input::Body(generation, &body));
        }
    }

    fn close(&self, generation: Generation) {
        if let Some((_, socket)) = take_of(&self.socket, generation) {
            self.set_handlers(&socket, None);
            // Throws for a bad code only, and there is none.
            let _ = socket.close();
        }
        if let Some((_, request)) = take_of(&self.get, generation) {
            request.set_onloadend(None);
            let _ = request.abort();
        }
        // What was posted is let go its way; its answer means nothing any more.
        if let Some((_, request)) = take_of(&self.post, generation) {
            request.set_onloadend(None);
        }
    }

    fn set_handlers(&self, socket: &WebSocket, handler: Option<&Function>) {
        socket.set_onopen(handler);
        socket.set_onmessage(handler);
        socket.set_onclose(handler);
        socket.set_onerror(handler);
    }

    fn set_timer(&self, at: Millis) {
        let Some(window) = web_sys::window() else { return };
        self.clear_timer(&window);
        // A delay above `i32::MAX` would fire at once; firing early does no harm.
        let delay = i32::try_from(at.saturating_sub(now())).unwrap_or(i32::MAX);
        let tick = self.tick.as_ref().unchecked_ref();
        self.timer.set(window.set_timeout_with_callback_and_timeout_and_arguments_0(tick, delay).ok());
    }

    fn clear_timer(&self, window: &Window) {
        if let Some(timer) = self.timer.take() {
            window.clear_timeout_with_handle(timer);
        }
    }

    fn shut(&self) {
        self.shut.set(true);
        self.listen(false);
        // Looked up first: closing takes out what is looked at.
        let socket = self.socket.borrow().as_ref().map(|(generation, _)| *generation);
        let get = self.get.borrow().as_ref().map(|(generation, _)| *generation);
        socket.into_iter().chain(get).for_each(|generation| self.close(generation));
        if let Some(window) = web_sys::window() {
            self.clear_timer(&window);
        }
    }
}

/// What belongs to that transport, and is then forgotten.
fn take_of<T>(slot: &RefCell<Option<(Generation, T)>>, generation: Generation) -> Option<(Generation, T)> {
    slot.borrow_mut().take_if(|(of, _)| *of == generation)
}

fn page_is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}
