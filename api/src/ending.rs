//! Being asked to end: SIGTERM, SIGINT and SIGQUIT.

use std::io;

use actix_web::{
    dev::Server,
    rt::{System, SystemRunner},
};

/// The runtime of a server, which hears the signals to end from the moment it is made. Made before anything
/// listens, so that whoever can reach the server, or reads its address, can already ask it to end; a signal
/// that comes earlier than the server is kept, and ends it as soon as it runs.
#[derive(Debug)]
pub struct Ending {
    system: SystemRunner,
    asked: Asked,
}

impl Ending {
    /// Listens for the signals.
    pub fn heard() -> io::Result<Self> {
        let system = System::new();
        let asked = system.block_on(async { Asked::new() })?;
        Ok(Self { system, asked })
    }

    /// Starts a server, which handles no signals itself, and runs it until it is asked to end. SIGTERM lets
    /// the requests at hand finish; the others, sent by hand, do not.
    /// `farewell` is called as soon as it is asked, before anything is waited for.
    pub fn serve(
        self,
        start: impl FnOnce() -> io::Result<Server>,
        farewell: impl FnOnce() + 'static,
    ) -> io::Result<()> {
        let Self { system, mut asked } = self;
        system.block_on(async move {
            let server = start()?;
            let handle = server.handle();
            actix_web::rt::spawn(async move {
                let is_graceful = asked.wait().await;
                tracing::info!(is_graceful, "asked to end");
                farewell();
                handle.stop(is_graceful).await;
            });
            server.await
        })
    }
}

#[cfg(unix)]
#[derive(Debug)]
struct Asked {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Asked {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// Waits for a signal; true when there is time for the requests at hand.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            _terminated = self.terminate.recv() => true,
            _interrupted = self.interrupt.recv() => false,
            _quit = self.quit.recv() => false,
        }
    }
}

#[cfg(not(unix))]
#[derive(Debug)]
struct Asked;

#[cfg(not(unix))]
impl Asked {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn wait(&mut self) -> bool {
        let _unheard = tokio::signal::ctrl_c().await;
        false
    }
}
