//! Values that must not be seen by accident: printing one gives `***`, and whoever needs it says so.

use core::fmt;

use serde::{Deserialize, Serialize};

/// What stands for the value wherever it is printed.
const HIDDEN: &str = "***";

macro_rules! hidden {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// `Debug` and `Display` print `***`. `serde` writes and reads the value itself: it is for bodies and
        /// columns, which are no log.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name<T>(T);

        impl<T> $name<T> {
            /// Hides a value.
            pub fn new(value: T) -> Self {
                Self(value)
            }

            /// The value. Whatever it is put into must not be logged.
            pub fn expose(&self) -> &T {
                &self.0
            }

            /// The value itself, no longer hidden.
            pub fn into_exposed(self) -> T {
                self.0
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(HIDDEN)
            }
        }

        impl<T> fmt::Display for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(HIDDEN)
            }
        }
    )*};
}

hidden! {
    /// A secret: a password, a token, a key.
    Secret;
    /// Personal data: a name to sign in with, a mail address, a telephone number.
    Pii;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_is_printed_and_both_are_sent() {
        let (secret, pii) = (Secret::new("s3cret"), Pii::new("wang@zone.example"));
        let printed = std::format!("{secret} {secret:?} {pii} {pii:?} {:?}", Some(&secret));
        assert_eq!(printed, "*** *** *** *** Some(***)");
        assert_eq!(*secret.expose(), "s3cret");
        assert_eq!(
            serde_json::to_string(&pii).unwrap(),
            "\"wang@zone.example\""
        );
        assert_eq!(pii.into_exposed(), "wang@zone.example");
    }
}
