//! The table of rights, cell by cell, written out: o owner, a admin, d moderator, m member, g guest.

use super::*;

const ROLES: [(char, Role); 5] =
    [('o', Role::Owner), ('a', Role::Admin), ('d', Role::Moderator), ('m', Role::Member), ('g', Role::Guest)];

/// On whom owner, admin, moderator, member and guest may act; then the same for who made the room.
#[rustfmt::skip]
const ON_PEOPLE: &[(Act, [&str; 5], [&str; 5])] = &[
    (Act::Delete,                   ["admg", "dmg", "mg", "", ""], ["admg", "dmg", "mg", "mg", "mg"]),
    (Act::Kick,                     ["admg", "dmg", "mg", "", ""], ["admg", "dmg", "mg", "mg", "mg"]),
    (Act::Mute,                     ["admg", "dmg", "mg", "", ""], ["admg", "dmg", "mg", "mg", "mg"]),
    (Act::Ban,                      ["admg", "dmg", "mg", "", ""], ["admg", "dmg", "mg", "", ""]),
    (Act::SetRole(Role::Owner),     ["", "", "", "", ""],          ["", "", "", "", ""]),
    (Act::SetRole(Role::Admin),     ["adm", "", "", "", ""],       ["adm", "", "", "", ""]),
    (Act::SetRole(Role::Moderator), ["adm", "dm", "", "", ""],     ["adm", "dm", "", "", ""]),
    (Act::SetRole(Role::Member),    ["adm", "dm", "", "", ""],     ["adm", "dm", "", "", ""]),
    (Act::SetRole(Role::Guest),     ["", "", "", "", ""],          ["", "", "", "", ""]),
    (Act::ResetPassword,            ["adm", "dm", "", "", ""],     ["adm", "dm", "", "", ""]),
];

/// Who may; then who may of those who made the room.
#[rustfmt::skip]
const OTHERS: &[(Act, &str, &str)] = &[
    (Act::SetTopic { public: true },           "oad",   "oadmg"),
    (Act::SetTopic { public: false },          "",      "oadmg"),
    (Act::RenameRoom { public: true },         "oad",   "oadmg"),
    (Act::RenameRoom { public: false },        "",      "oadmg"),
    (Act::SlowMode { public: true },           "oad",   "oadmg"),
    (Act::SlowMode { public: false },          "",      "oadmg"),
    (Act::LockRoom { public: true },           "oad",   "oadmg"),
    (Act::LockRoom { public: false },          "",      "oadmg"),
    (Act::ArchiveRoom { public: true },        "oad",   "oadmg"),
    (Act::ArchiveRoom { public: false },       "",      "oadmg"),
    (Act::SpeakWhileLocked,                    "oad",   "oadmg"),
    (Act::SpeakWithoutWaiting,                 "oad",   "oadmg"),
    (Act::CreateRoom(RoomMakers::Everybody),   "oadmg", "oadmg"),
    (Act::CreateRoom(RoomMakers::Members),     "oadm",  "oadm"),
    (Act::CreateRoom(RoomMakers::Moderators),  "oad",   "oad"),
    (Act::Converse,                            "oadmg", "oadmg"),
    (Act::Invite,                              "oad",   "oadmg"),
    (Act::ReadReports,                         "oad",   "oad"),
    (Act::ReadAudit,                           "oa",    "oa"),
    (Act::ChangeSettings,                      "oa",    "oa"),
];

#[test]
fn what_is_done_to_somebody_is_done_as_the_table_says() {
    for (act, without, with) in ON_PEOPLE {
        for (keeper, cells) in [(false, without), (true, with)] {
            for ((_, by), whom) in ROLES.into_iter().zip(cells) {
                for (letter, to) in ROLES {
                    let may = by.may(*act, keeper, to);
                    assert_eq!(may, whom.contains(letter), "{by:?} {act:?} {to:?}, keeper: {keeper}");
                }
                assert!(!by.may(*act, keeper, None), "{by:?} {act:?} to nobody");
            }
        }
    }
}

#[test]
fn what_is_done_to_nobody_is_done_as_the_table_says() {
    for (act, without, with) in OTHERS {
        for (keeper, who) in [(false, without), (true, with)] {
            for (letter, by) in ROLES {
                assert_eq!(by.may(*act, keeper, None), who.contains(letter), "{by:?} {act:?}, {keeper}");
            }
        }
    }
}
