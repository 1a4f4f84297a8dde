//! What a relay's "no" means.
//!
//! The reply code alone does not say it: large Chinese providers answer 550 or 554 where they mean
//! "too many letters", and a relay that refuses our own sender refuses every letter, not this one.

use super::Phase;

/// What a negative reply means for the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Later.
    Retry,
    /// Later and less: a rate limit or a full mailbox.
    Throttled,
    /// Never: this recipient or this letter.
    Refused,
    /// Not this letter's fault: the relay refuses us or is closing.
    RelayDown,
}

/// About the size of one letter; looked for first, because such replies speak of limits too.
const SIZE_WORDS: [&str; 6] = [
    "message size",
    "mail size",
    "mailsize",
    "size limit",
    "too large",
    "too big",
];

/// About too many letters or a full mailbox, in any code: large providers say so with 550 and 554 too.
/// The codes with a colon are those of `NetEase` and of Coremail, which many offices run: connections
/// (ICC), letters in a short time (IFC, IFQ, SFQ), letters per connection (DMC), address on hold (IHU).
const RATE_WORDS: [&str; 20] = [
    "hl:icc",
    "hl:ifc",
    "hl:ifq",
    "hl:ihu",
    "mi:sfq",
    "mi:dmc",
    "frequen",
    "rate limit",
    "rate-limit",
    "ratelimit",
    "throttl",
    "too many",
    "limit exceeded",
    "exceed limit",
    "sending limit",
    "daily limit",
    "quota",
    "try again",
    "频率",
    "频繁",
];

/// About us: not allowed to use this relay, or not under this sender.
const RELAY_WORDS: [&str; 6] = [
    "relay access denied",
    "relaying denied",
    "not permitted to relay",
    "unable to relay",
    "authentication required",
    "must be authenticated",
];

/// Reads a negative reply.
///
/// `text` is the reply without its code; an enhanced status code (RFC 3463) at its beginning counts.
pub fn judge(phase: Phase, code: u16, text: &str) -> Verdict {
    match phase {
        Phase::Connect | Phase::StartTls | Phase::Auth => return Verdict::RelayDown,
        Phase::MailFrom | Phase::RcptTo | Phase::Data | Phase::Body | Phase::FinalReply => {}
    }
    let words = text.to_lowercase();
    let speaks_of = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let status = words.split_whitespace().next().unwrap_or_default();
    // 421 closes the connection; the others want a sign-in or TLS that we did not get.
    if matches!(code, 421 | 454 | 530 | 534 | 535 | 538) {
        return Verdict::RelayDown;
    }
    if code < 500 {
        return if speaks_of(&RATE_WORDS) {
            Verdict::Throttled
        } else {
            Verdict::Retry
        };
    }
    if matches!(status, "5.3.4" | "5.2.3") || speaks_of(&SIZE_WORDS) {
        return Verdict::Refused;
    }
    // 552 without a word about size is a full mailbox. RFC 5321, 4.5.3.1.10 reads it as 452.
    if code == 552 || matches!(status, "5.2.2" | "5.4.5" | "5.7.28") || speaks_of(&RATE_WORDS) {
        return Verdict::Throttled;
    }
    // The sender is configuration. 5.1.7 and 5.1.8 say that it is bad, 5.7.8 and 5.7.9 that the sign-in is.
    if phase == Phase::MailFrom
        || matches!(status, "5.1.7" | "5.1.8" | "5.7.8" | "5.7.9")
        || speaks_of(&RELAY_WORDS)
    {
        return Verdict::RelayDown;
    }
    Verdict::Refused
}

#[cfg(test)]
mod tests {
    use super::*;

    use Phase::{Auth, Connect, Data, FinalReply, MailFrom, RcptTo};
    use Verdict::{Refused, RelayDown, Retry, Throttled};

    const REPLIES: [(Phase, u16, &str, Verdict); 38] = [
        // Before the letter is looked at, everything is the relay.
        (Connect, 554, "No SMTP service here", RelayDown),
        (Auth, 535, "5.7.8 Error: authentication failed", RelayDown),
        (
            Auth,
            454,
            "4.7.0 Temporary authentication failure",
            RelayDown,
        ),
        (
            MailFrom,
            530,
            "5.7.0 Must issue a STARTTLS command first",
            RelayDown,
        ),
        (
            MailFrom,
            553,
            "Mail from must equal authorized user",
            RelayDown,
        ),
        (
            MailFrom,
            550,
            "5.1.8 Sender domain does not exist",
            RelayDown,
        ),
        (MailFrom, 451, "4.3.0 Try later", Retry),
        (RcptTo, 421, "4.4.2 closing connection", RelayDown),
        (FinalReply, 421, "4.3.2 shutting down", RelayDown),
        (
            RcptTo,
            554,
            "5.7.1 <a@b.cn>: Relay access denied",
            RelayDown,
        ),
        // The recipient.
        (RcptTo, 550, "5.1.1 User unknown", Refused),
        (RcptTo, 550, "Mailbox not found", Refused),
        (RcptTo, 559, "Invalid rcptto", Refused),
        (RcptTo, 501, "5.1.3 Bad recipient address syntax", Refused),
        (RcptTo, 550, "5.7.1 Recipient rejects this sender", Refused),
        (RcptTo, 450, "4.2.1 Mailbox busy", Retry),
        (RcptTo, 450, "4.7.1 Greylisted", Retry),
        (RcptTo, 452, "4.2.2 Mailbox full", Retry),
        (RcptTo, 552, "5.2.2 Mailbox full", Throttled),
        (RcptTo, 550, "5.2.2 Over quota", Throttled),
        // Too many letters, in all codes.
        (RcptTo, 550, "Mail frequency limited.", Throttled),
        (MailFrom, 550, "Connection frequency limited", Throttled),
        (
            MailFrom,
            550,
            "Ip frequency limited [203.0.113.9]",
            Throttled,
        ),
        (FinalReply, 554, "Reject by too frequent sending", Throttled),
        (FinalReply, 554, "too many mails", Throttled),
        (MailFrom, 554, "HL:IFQ 203.0.113.9", Throttled),
        (RcptTo, 550, "sending quota exceeded", Throttled),
        (RcptTo, 550, "5.4.5 Daily user sending exceeded", Throttled),
        (FinalReply, 451, "4.7.28 rate limit", Throttled),
        (RcptTo, 550, "发信频率过高", Throttled),
        // The letter.
        (
            FinalReply,
            552,
            "5.3.4 Message size exceeds fixed limit",
            Refused,
        ),
        (
            FinalReply,
            552,
            "Requested mail action aborted: exceeded mailsize limit",
            Refused,
        ),
        (FinalReply, 552, "exceeded storage allocation", Throttled),
        (FinalReply, 554, "5.7.1 Content rejected as spam", Refused),
        (FinalReply, 550, "Mail content denied", Refused),
        (FinalReply, 451, "4.3.0 Temporary lookup failure", Retry),
        (Data, 451, "4.3.0 Queue file write error", Retry),
        (Data, 554, "5.5.1 No valid recipients", Refused),
    ];

    #[test]
    fn replies_mean_what_their_senders_mean() {
        for (phase, code, text, want) in REPLIES {
            assert_eq!(judge(phase, code, text), want, "{phase:?} {code} {text}");
        }
    }
}
