use alloc::{borrow::ToOwned as _, collections::BTreeSet, format};

use super::*;
use time::macros::datetime;

const MLPS: PasswordRules = PasswordRules {
    profile: PasswordProfile::Mlps,
    days_max: 90,
};
const ASVS: PasswordRules = PasswordRules {
    profile: PasswordProfile::Asvs,
    days_max: 90,
};
const NAMES: [&str; 6] = [
    "Green Channel",
    "绿色通道",
    "示例开发区",
    "natural-resources",
    "Helen Head",
    "欧阳修远",
];

#[test]
fn every_flaw_is_said_at_once() {
    use PasswordFlaw::{Common, Name, TooLong, TooPlain, TooShort};
    let long = "aB3$".to_owned() + &"x7Kq".repeat(32);
    let table: &[(&str, &[PasswordFlaw], &[PasswordFlaw])] = &[
        ("Tr4velling-otter", &[], &[]),
        ("correct horse battery staple", &[TooPlain], &[]),
        ("正确的马电池订书钉与雨伞A1", &[], &[]),
        ("Ab3$efg", &[TooShort], &[TooShort]),
        (&long, &[TooLong], &[TooLong]),
        ("Password2026!", &[Common], &[Common]),
        ("P@ssw0rd!!!2026", &[Common], &[Common]),
        ("Admin@Welcome123", &[Common], &[Common]),
        ("Qwertyuiop123!", &[Common], &[Common]),
        ("1qaz2WSX3edc", &[Common], &[Common]),
        ("aB3$aB3$aB3$", &[Common], &[Common]),
        ("woaini1314520", &[TooPlain, Common], &[Common]),
        ("138 0013 8000 12", &[TooPlain, Common], &[Common]),
        ("", &[TooShort, TooPlain], &[TooShort]),
        ("Green-Channel-4711", &[Name], &[Name]),
        ("x7Helen!otter", &[Name], &[Name]),
        ("我住示例开发区Xy12!ab", &[Name], &[Name]),
        ("Naturalresources-77x", &[Name], &[Name]),
        ("xx7!绿色通道Otter", &[Name], &[Name]),
    ];
    for (password, mlps, asvs) in table {
        assert_eq!(MLPS.flaws(password, NAMES), *mlps, "mlps {password}");
        assert_eq!(ASVS.flaws(password, NAMES), *asvs, "asvs {password}");
    }
}

#[test]
fn a_hundred_and_twenty_eight_characters_are_taken_and_one_more_is_not() {
    let pieces: Vec<String> = (0..16).map(|at| format!("aB3${at:02}xY")).collect();
    let long = pieces.concat();
    assert_eq!(long.chars().count(), 128);
    assert_eq!(ASVS.flaws(&long, []), []);
    assert_eq!(ASVS.flaws(&(long + "z"), []), [PasswordFlaw::TooLong]);
}

#[test]
fn short_names_do_not_count() {
    assert_eq!(ASVS.flaws("Tr4velling-otter", ["Li", "王丽", "ot"]), []);
    assert_eq!(
        ASVS.flaws("Tr4velling-otter", ["Ott"]),
        [PasswordFlaw::Name]
    );
}

#[test]
fn more_than_ten_thousand_common_passwords_are_known() {
    let words = obvious::WORDS;
    let distinct: BTreeSet<&str> = words.into_iter().collect();
    assert_eq!(distinct.len(), words.len());
    let longest = words.iter().map(|word| word.len()).max();
    let shortest = words.iter().map(|word| word.len()).min();
    assert_eq!((shortest, longest), (Some(3), Some(13)));
    let mut known = BTreeSet::new();
    for first in words {
        for second in words {
            let password = format!("{first}{second}1");
            if password.len() >= CHARACTERS_MIN {
                assert!(obvious::is_common(&password), "{password}");
                known.insert(password);
            }
        }
    }
    assert!(known.len() > 10_000, "{}", known.len());
}

#[test]
fn a_password_ends_after_its_days_with_notice_and_only_under_mlps() {
    let changed = datetime!(2026-03-02 09:00 UTC);
    let after = |days| changed + Duration::days(days);
    let table = [
        (0, PasswordAge::Fresh),
        (74, PasswordAge::Fresh),
        (75, PasswordAge::EndsSoon(15)),
        (89, PasswordAge::EndsSoon(1)),
        (90, PasswordAge::Over),
        (900, PasswordAge::Over),
    ];
    for (days, age) in table {
        assert_eq!(MLPS.age(Some(changed), after(days)), age, "{days}");
        assert_eq!(ASVS.age(Some(changed), after(days)), PasswordAge::Fresh);
    }
    assert_eq!(MLPS.age(None, after(900)), PasswordAge::Fresh);
}
