//! The first passwords that anybody would try, by how they are made.
//!
//! No list of passwords that were once stolen is kept here. What stands on top of such lists is made in a few
//! ways, and those are recognised: a word that everybody thinks of, or two; letters swapped for look-alike
//! digits; a number, a year or signs before and after; a walk over the keyboard; one piece over and over;
//! digits alone. Two words of the table alone make more than ten thousand passwords of twelve characters and
//! more; with capitals, look-alikes and numbers it is many millions.

use alloc::{string::String, vec::Vec};

/// Words that everybody thinks of, English and pinyin, without look-alike digits.
pub(super) const WORDS: [&str; 151] = [
    "aaaa",
    "abc",
    "abcd",
    "access",
    "account",
    "admin",
    "administrator",
    "aini",
    "alpha",
    "android",
    "angel",
    "apple",
    "april",
    "asdf",
    "asdfgh",
    "august",
    "autumn",
    "baby",
    "baidu",
    "banana",
    "baobao",
    "baobei",
    "baseball",
    "batman",
    "beijing",
    "boss",
    "bravo",
    "buster",
    "calvin",
    "changeme",
    "charlie",
    "chelsea",
    "china",
    "chongqing",
    "chocolate",
    "coffee",
    "company",
    "computer",
    "cookie",
    "database",
    "december",
    "default",
    "delta",
    "demo",
    "desktop",
    "dragon",
    "family",
    "february",
    "flower",
    "football",
    "forever",
    "freedom",
    "friday",
    "friend",
    "gfhjkm",
    "gongan",
    "google",
    "guangzhou",
    "guanli",
    "guest",
    "hangzhou",
    "hello",
    "hunter",
    "huawei",
    "iloveyou",
    "internet",
    "january",
    "jesus",
    "jiayou",
    "jordan",
    "july",
    "june",
    "keyboard",
    "killer",
    "kuaile",
    "laopo",
    "letmein",
    "liverpool",
    "login",
    "love",
    "lovely",
    "manager",
    "march",
    "master",
    "michael",
    "mima",
    "monday",
    "money",
    "monkey",
    "mother",
    "mustang",
    "mysql",
    "network",
    "nihao",
    "ninja",
    "november",
    "october",
    "office",
    "oracle",
    "pass",
    "passw",
    "passwd",
    "password",
    "people",
    "pepper",
    "phone",
    "pokemon",
    "princess",
    "private",
    "public",
    "qazwsx",
    "qwer",
    "qwerty",
    "qwertyuiop",
    "root",
    "samsung",
    "secret",
    "secure",
    "security",
    "september",
    "server",
    "shadow",
    "shanghai",
    "shenzhen",
    "soccer",
    "spring",
    "summer",
    "sunday",
    "sunshine",
    "superman",
    "support",
    "system",
    "taobao",
    "temp",
    "test",
    "tester",
    "thomas",
    "tianjin",
    "tigger",
    "trustno",
    "user",
    "weixin",
    "welcome",
    "whatever",
    "winter",
    "woaini",
    "wodemima",
    "xiaomi",
    "zhongguo",
    "zxcvbn",
    "zhengfu",
];

/// The shortest and the longest of them.
const WORD_CHARACTERS_MIN: usize = 3;
const WORD_CHARACTERS_MAX: usize = 13;

/// Rows and columns over which fingers walk, and the two orders that everybody knows.
const WALKS: [&str; 10] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "zaqxswcdevfrbgtnhymju",
    "147258369",
];
/// A shorter piece of a walk may stand in a good password by chance.
const WALK_CHARACTERS_MIN: usize = 3;
/// One piece over and over: the longest piece.
const PERIOD_MAX: usize = 4;

/// True for what is among the first that anybody would try.
pub(super) fn is_common(password: &str) -> bool {
    let lower: Vec<char> = password.chars().flat_map(char::to_lowercase).collect();
    let bare: Vec<char> = lower
        .iter()
        .copied()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    let is_digits = !bare.is_empty() && bare.iter().all(char::is_ascii_digit);
    is_digits || is_periodic(&lower) || is_walked(&bare) || is_worded(&lower)
}

/// One piece over and over: `xkcdxkcdxkcd`.
fn is_periodic(letters: &[char]) -> bool {
    (1..=PERIOD_MAX).any(|period| {
        letters.len() > 2 * period
            && letters
                .iter()
                .zip(letters.iter().skip(period))
                .all(|(here, there)| here == there)
    })
}

/// Pieces of walks and nothing else.
fn is_walked(letters: &[char]) -> bool {
    is_made(letters, |piece| {
        let forth: String = piece.iter().collect();
        let back: String = piece.iter().rev().collect();
        piece.len() >= WALK_CHARACTERS_MIN
            && WALKS
                .iter()
                .any(|walk| walk.contains(&forth) || walk.contains(&back))
    })
}

/// Words of the table, walks and nothing else, between digits and signs.
fn is_worded(lower: &[char]) -> bool {
    let is_edge = |letter: &&char| !letter.is_alphabetic();
    let start = lower.iter().take_while(is_edge).count();
    let end = lower.iter().rev().take_while(is_edge).count();
    let length = lower.len().saturating_sub(start + end);
    let core: Vec<char> = lower.iter().copied().skip(start).take(length).collect();
    [core.as_slice(), lower]
        .into_iter()
        .any(|part| is_of_words(&without_disguise(part)) || is_of_words(&letters_alone(part)))
}

fn is_of_words(letters: &[char]) -> bool {
    is_made(letters, |piece| {
        (WORD_CHARACTERS_MIN..=WORD_CHARACTERS_MAX).contains(&piece.len())
            && WORDS
                .iter()
                .any(|word| word.len() == piece.len() && word.chars().eq(piece.iter().copied()))
    })
}

fn letters_alone(part: &[char]) -> Vec<char> {
    part.iter()
        .copied()
        .filter(|letter| letter.is_alphabetic())
        .collect()
}

/// Letters for the digits and signs that look like them; other signs fall away.
fn without_disguise(part: &[char]) -> Vec<char> {
    let plain = |letter: &char| match letter {
        '0' => Some('o'),
        '1' | '!' | '|' => Some('i'),
        '3' => Some('e'),
        '4' | '@' => Some('a'),
        '5' | '$' => Some('s'),
        '7' | '+' => Some('t'),
        '8' => Some('b'),
        '9' => Some('g'),
        other => other.is_alphabetic().then_some(*other),
    };
    part.iter().filter_map(plain).collect()
}

/// The longest text that is taken apart: what is longer was not thought of first.
const MADE_CHARACTERS_MAX: usize = 48;

/// True when `letters` are one piece after the other, each of which `is_piece`.
fn is_made(letters: &[char], is_piece: impl Fn(&[char]) -> bool) -> bool {
    if letters.is_empty() || letters.len() > MADE_CHARACTERS_MAX {
        return false;
    }
    // Where a piece may end, from the left.
    let mut ends = Vec::from([0]);
    for end in 1..=letters.len() {
        let is_end = ends
            .iter()
            .any(|&start| letters.get(start..end).is_some_and(&is_piece));
        if is_end {
            ends.push(end);
        }
    }
    ends.last() == Some(&letters.len())
}
