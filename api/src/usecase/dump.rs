//! Taking away all that the zone has. It is told to the security record before anything is read.

use std::{
    fs::File,
    io::{BufWriter, Seek as _},
};

use domain::{
    access::{Actor, Permission},
    security::{SecurityAct, SecurityEvent},
};
use persistence::Tx;

use super::directory::require;
use crate::{
    app::App,
    dump::{self, ExportError},
    error::AppError,
};

/// Writes the full export into a file without a name, which is gone when it is closed. The snapshot ends before
/// the first byte leaves: no transaction waits for whoever reads it.
pub async fn prepare(app: &App, actor: &Actor, address: &str) -> Result<(File, u64), AppError> {
    require(actor, Permission::ExportZone)?;
    let running = app.dumps.enter().ok_or(AppError::Busy)?;
    let (zone, at) = (app.zone, app.now());
    let told = SecurityEvent::done(SecurityAct::ZoneExported, Some(actor.person)).from(address);
    app.store
        .write_once(async move |tx: &mut Tx| {
            tx.add_security_event(zone, &told, at).await?;
            Ok::<_, AppError>(())
        })
        .await?;
    let app = app.clone();
    // Reading everything would keep the requests of this thread waiting.
    let written = tokio::task::spawn_blocking(move || {
        // Whoever asked may be gone; the next one waits for the end of this all the same.
        let _running = running;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| broken(&error))?;
        let mut out = BufWriter::new(tempfile::tempfile().map_err(|error| broken(&error))?);
        let write = dump::write(&app.store, (zone, at), &mut out);
        runtime.block_on(write).map_err(|error| match error {
            ExportError::Store(error) => error.into(),
            ExportError::Out(error) => broken(&error),
        })?;
        let mut file = out.into_inner().map_err(|error| broken(&error))?;
        let length = file.stream_position().map_err(|error| broken(&error))?;
        file.rewind().map_err(|error| broken(&error))?;
        Ok((file, length))
    });
    written.await.map_err(|error| broken(&error))?
}

fn broken(error: &dyn std::fmt::Display) -> AppError {
    AppError::Broken {
        cause: format!("the full export: {error}"),
    }
}
