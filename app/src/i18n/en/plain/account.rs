//! English of the pages of accounts.

use crate::i18n::join;
use crate::i18n::plain::Account;

pub(super) const ACCOUNT: Account = Account {
    title: "Your account",
    done: |code| match code {
        "kept" => Some("Done. The name is yours on every device, with everything you have said."),
        "named" => Some("Name changed."),
        "password" => Some("Password changed. The other devices were signed out."),
        "revoked" => Some("That device was signed out."),
        "receipts" => Some("Saved."),
        "appearance" => Some("Appearance saved in this browser."),
        "language" => Some("Language saved."),
        "recovered" => Some("New password saved. Sign in with it."),
        "deleted" => Some("Account deleted. The name is free."),
        _ => None,
    },
    refused: |code| match code {
        "wrong_password" => Some("Name and password do not match."),
        "password_short" => Some("The password needs at least 8 characters."),
        "password_different" => Some("The two new passwords are different."),
        "insecure" => Some("This address is not secure enough for a password. Open the page over HTTPS."),
        "owner_stays" => Some({
            "The account of the server's owner stays. Hand the server over first, in the terminal: chat-moderno admin set-role NAME owner."
        }),
        "not_sure" => Some("To delete the account, tick that this is what you want."),
        _ => None,
    },

    reading: "Reading",
    reading_shown: "In small rooms, other people can see how far you have read.",
    reading_hidden: "Nobody sees how far you have read.",
    reading_hide: "Do not show",
    reading_show: "Show",
    keeping: "Look after the server",
    name_section: "Name and password",
    member: "Member",
    name: "Name",
    change_name: "Change the name",
    keep_title: |name| join(&["Keep the name ", name]),
    keep_text: "Today it lives in this browser only. Once kept, it is yours on every device, with everything you have said.",
    keep: "Keep the name",
    password: "Password",
    password_today: "Current password",
    password_new: "New password",
    password_hint: "At least 8 characters.",
    password_again: "New password, once more",
    change_password: "Change the password",

    appearance: "Appearance",
    appearance_text: "For this browser.",
    appearances: ["System", "Light", "Dark"],
    apply: "Use",

    language: "Language",
    language_text: "For all your devices. With Browser, each follows its own.",
    language_browser: "Browser",
    language_own: "English",

    sessions: "Devices",
    sessions_text: "Where this account is open. If you do not recognise one, remove it and change the password.",
    browser: "Browser",
    program: "Program",
    this_one: "This one",
    session_when: |created, used, time| {
        join(&["Signed in: ", created, ". Last used: ", used, ", ", time, "."])
    },
    revoke: "Remove",

    leave: "Sign out",
    leave_text: "This browser leaves the account. Your name and messages stay yours.",
    leave_guest: "This name has no password: once you sign out, there is no way back to it. Keep it first if you want to stay.",

    delete: "Delete the account",
    delete_text: "The name becomes free, every device is signed out and nobody can sign in to this account again. This cannot be undone.",
    waiting: [
        "1 message is waiting to be sent. If you sign out, it is gone. Sign out?",
        "{} messages are waiting to be sent. If you sign out, they are gone. Sign out?",
    ],
    delete_owner: "The account of the server's owner stays. Hand the server over first, in the terminal: chat-moderno admin set-role NAME owner.",
    delete_messages: "What you have said",
    delete_choices: ["Stays, without a name", "Is deleted"],
    delete_sure: "I want to delete the account",

    sign_in: "Sign in",
    sign_in_title: "Sign in with the name you kept",
    sign_in_text: "No account yet? Go back to the chat and say what we should call you: there is no sign-up.",
    sign_in_leaving: |name| {
        join(&["You are here as ", name, " now. When you sign in, this browser gives up that name."])
    },
    forgotten: "Forgot your password? Ask whoever looks after this server for a link.",

    recover: "New password",
    recover_title: |name| join(&["A new password for ", name]),
    recover_text: "This link works only once. All devices are signed out.",
    link_dead: "This link no longer works. Ask whoever looks after this server for another one.",
    offered_title: "Link for a new password",
    offered_text: "Send it to the person in a safe way. It is valid for one hour and works once; this page does not show it again.",
};
