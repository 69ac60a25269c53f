//! English of the plain pages.

mod account;

use crate::i18n::Plain;
use crate::i18n::plain::Trouble;

pub(in crate::i18n) const PLAIN: Plain = Plain {
    asleep: "This page does not update by itself. What you write is sent all the same.",
    skip: "Skip to the settings",
    back: "Back to the chat",
    sections: "Sections",
    trouble: Trouble {
        not_sent: "Not sent",
        yours: "What you wrote",
        unreadable: [
            "That could not be read",
            "The address or the form is not one that this server knows. Go back and try again.",
        ],
        signed_out: [
            "You are not signed in any more",
            "The session has ended, or was signed out on another device. A name kept with a password is still yours.",
        ],
        elsewhere: [
            "That did not come from here",
            "The form was sent from another site. Open it on this server and send it again.",
        ],
        too_large: [
            "That is too much at once",
            "A message has up to 4,000 characters. Go back: what you wrote is still there.",
        ],
        misdirected: [
            "This is not this server's address",
            "It was asked for under a name that it does not know. Whoever runs it gives it that name with --public-url.",
        ],
        port: [
            "The port got lost on the way",
            "The proxy in front of this server passes on its name without the port. Whoever runs it has it pass on the whole Host (in nginx $http_host), or names the address with --public-url.",
        ],
        too_many: ["Not so fast", "There were too many tries from here. Wait a little and try again."],
    },
    account: account::ACCOUNT,
};
