//! Chance that comes out the same every time.

/// A die for one question: the same seed and the same question give the same answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dice(u64);

impl Dice {
    /// The die of a seed.
    pub(super) fn seeded(seed: u64) -> Self {
        Self(mixed(seed))
    }

    /// The die of one of several questions.
    pub(super) fn about(self, question: u64) -> Self {
        Self(mixed(self.0.wrapping_add(question)))
    }

    /// One of `sides` answers, counted from zero; zero when there is none.
    pub(super) fn pick(self, sides: usize) -> usize {
        let sides = u64::try_from(sides).unwrap_or(u64::MAX);
        let side = self.0.checked_rem(sides).unwrap_or_default();
        usize::try_from(side).unwrap_or_default()
    }

    /// A number from `low` to `high`, both included; `low` when `high` is not above it.
    pub(super) fn between(self, low: i32, high: i32) -> i32 {
        let sides = usize::try_from(high - low + 1).unwrap_or_default();
        low + i32::try_from(self.pick(sides)).unwrap_or_default()
    }
}

/// The finaliser of `SplitMix64`.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
