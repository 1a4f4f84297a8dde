//! A day off that somebody has proposed and nobody has decided about: the worker shows what it would move.

use domain::{access::Actor, calendar::ProposalKind, id::ProposalId};
use persistence::Tx;
use time::{Time, macros::time};

use super::{days::Ago, play::Play};
use crate::{
    error::AppError,
    import::calendar::FileForm,
    usecase::calendar::{Wish, propose_in},
};

/// Who proposes. Another one of the efficacy office may approve.
const PROPOSER: &str = "song.jia";

/// When it was proposed.
const PROPOSED: (Ago, Time) = (1, time!(17:05));

/// How many working days ahead the day lies: near enough that dates of open stages move.
const DAY: Ago = -2;

/// Why, for those whose dates would move.
const NOTE: &str = "园区电网检修全天停电，拟全区休息一天。";

/// Proposes it.
pub(super) async fn propose(tx: &mut Tx, play: &Play) -> Result<(), AppError> {
    let person = tx.person(play.zone.id, play.cast.person(PROPOSER)).await?;
    let actor = Actor::new(person.id, person.roles, person.unit);
    let (ago, hour) = PROPOSED;
    let at = play.office.time.at_time(play.days.on(ago), hour);
    let day = play.days.on(DAY);
    let wish = Wish {
        kind: ProposalKind::Local,
        bytes: format!("date,kind,name\n{day},off,电网检修\n").into_bytes(),
        form: FileForm::Csv,
        year: None,
        note: NOTE.to_owned(),
    };
    let id = ProposalId(play.ids.key(at));
    propose_in(tx, (play.zone.id, id), &actor, wish, at).await
}
