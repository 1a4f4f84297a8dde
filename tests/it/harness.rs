//! What every test stands on.
//!
//! | question | file |
//! |---|---|
//! | Which databases does a test run on? | [`store`] |
//! | Where does PostgreSQL come from? | [`postgres`] |
//! | Which zone, people, template, moments? | [`zone`] |
//! | How does one work with the real application? | [`office`] |
//! | What is admitted, and what is done with it? | [`work`] |
//! | Who works there, and who asks from outside? | [`staff`] |
//! | What does somebody with a browser do? | [`browser`], [`html`] |
//! | Which letters arrived? | [`letter`] |
//! | What does a relay do that fails? | [`relay`] |
//! | Who vouches for people elsewhere? | [`provider`] |

pub(crate) mod browser;
pub(crate) mod contract;
pub(crate) mod html;
pub(crate) mod letter;
pub(crate) mod office;
pub(crate) mod postgres;
pub(crate) mod provider;
pub(crate) mod relay;
pub(crate) mod staff;
pub(crate) mod store;
pub(crate) mod work;
pub(crate) mod zone;
