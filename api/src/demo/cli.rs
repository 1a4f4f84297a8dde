//! `demo`.

use std::{
    io,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;
use domain::zone_time::ZoneTime;
use notifications::{
    deliver::{Limits, Postmark},
    mailer::{Folder, Mailer},
};
use persistence::{Store, migrate};

use super::seed::{self, Sown, Wish};
use crate::{
    app::App,
    cli::{Answer, Failure, block_on, say, start_log},
    clock::Clock,
    config::{Config, SignIn},
    ending::Ending,
    error::AppError,
    gate::GateSettings,
    ids::Ids,
    serve::{self, Listeners, Parts},
    usecase::look,
    worker,
};

/// Where the demonstration listens unless told otherwise.
const LISTEN: &str = "127.0.0.1:8077";
/// The sender of its letters; the domain can never exist (RFC 2606).
const FROM: &str = "green-channel@demo.example";
/// Requests of one client in a minute: a thousand in a second.
const QUOTA: u32 = 60_000;
/// How often its worker looks.
const INTERVAL: Duration = Duration::from_secs(5);

/// Run a demonstration with its own temporary data
#[derive(Debug, Args)]
pub struct Demo {
    /// Address and port; 127.0.0.1:8077, or a free port if that is taken
    #[arg(long)]
    listen: Option<String>,
    /// Keep the database and the letters in this directory, which must be new or empty
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Another number tells other pasts
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Demo {
    /// Runs the command.
    pub fn run(self) -> Answer {
        start_log();
        let ending = Ending::heard().map_err(Failure::failed)?;
        let listener = self.bind()?;
        let place = self.place()?;
        let url = format!(
            "sqlite://{}",
            place.path.join("green-channel.sqlite").display()
        );
        let store = Store::open(&url)?;
        migrate::up(store.target())?;
        let (ids, clock) = (Ids::Random, Clock::system());
        let keys = serve::keys(&Config::default(), store.target(), &ids)?;
        let address = listener.local_addr().map_err(Failure::failed)?;
        let public_url = format!("http://{address}").replace("0.0.0.0", "127.0.0.1");
        let time = ZoneTime::named(seed::TIME_ZONE).map_err(Failure::failed)?;
        let wish = Wish {
            seed: self.seed,
            today: time.day_of(clock.now()),
            keys: keys.clone(),
            postmark: Postmark {
                public_url: public_url.clone(),
                from_address: FROM.to_owned(),
                message_domain: "demo.example".to_owned(),
                message_key: keys.message_key(),
                limits: Limits::default(),
            },
        };
        let sown = block_on(seed::sow(&store, wish))??;
        let letters = place.path.join("letters");
        let folder = || Mailer::Folder(Folder::new(&letters));
        let parts = Parts {
            zone: sown.zone,
            clock,
            ids,
            keys,
            public_url,
            from_address: FROM.to_owned(),
            limits: Limits::default(),
            allowed_networks: Vec::new(),
            sign_in: SignIn::without_factors(),
            oidc: None,
            demo: Some(super::Demo {
                personas: sown.personas.clone(),
                story_code: sown.story_code.clone(),
                story_query_code: sown.story_query_code.clone(),
                mailer: Arc::new(folder()),
            }),
            security_contact: None,
            // Whoever tries things out here limits nobody but themselves.
            gate: GateSettings {
                reads_per_minute: QUOTA,
                writes_per_minute: QUOTA,
                sign_ins_per_minute: QUOTA,
                ..GateSettings::default()
            },
        };
        let prepared = worker::prepare();
        let app = serve::assemble(store, parts, prepared.poke.clone())?;
        block_on(greet(&app, &sown, &place))??;
        let listeners = Listeners {
            main: listener,
            metrics: None,
        };
        let served = serve::run(ending, app, listeners, (prepared, folder(), INTERVAL));
        drop(place);
        Ok(served?)
    }

    /// The address that was asked for, or the usual one, or one with a free port.
    fn bind(&self) -> Result<TcpListener, Failure> {
        if let Some(listen) = &self.listen {
            return Ok(serve::bind(listen)?);
        }
        match TcpListener::bind(LISTEN) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                say(&format!(
                    "{LISTEN} is taken by another program; using a free port"
                ));
                Ok(serve::bind("127.0.0.1:0")?)
            }
            Err(_) => Ok(serve::bind(LISTEN)?),
            Ok(listener) => Ok(listener),
        }
    }
}

/// Where the demonstration keeps its files.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    is_kept: bool,
}

impl Demo {
    fn place(&self) -> Result<Place, Failure> {
        match &self.keep {
            Some(path) => Place::kept(path),
            None => Place::temporary(&Ids::Random),
        }
    }
}

impl Place {
    /// A directory that stays. Nothing that is there already is touched.
    fn kept(path: &Path) -> Result<Self, Failure> {
        let failed =
            |error: io::Error| Failure::usage(format!("--keep {}: {error}", path.display()));
        std::fs::create_dir_all(path).map_err(failed)?;
        if std::fs::read_dir(path).map_err(failed)?.next().is_some() {
            return Err(Failure::usage(format!(
                "--keep {}: the directory is not empty; the demonstration starts with nothing",
                path.display()
            )));
        }
        Ok(Self {
            path: path.to_owned(),
            is_kept: true,
        })
    }

    /// A new directory that only this user may read and that goes with the demonstration. In memory where
    /// the machine has a place for that: each of the hundred letters of the past is three commits, and
    /// waiting for a disk that is busy with other things would take seconds.
    fn temporary(ids: &Ids) -> Result<Self, Failure> {
        let name = format!("green-channel-demo-{}", ids.query_code().printed());
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let in_memory = Path::new(MEMORY).join(&name);
        let path = if builder.create(&in_memory).is_ok() {
            in_memory
        } else {
            let on_disk = std::env::temp_dir().join(&name);
            builder
                .create(&on_disk)
                .map_err(|error| Failure::failed(format!("{}: {error}", on_disk.display())))?;
            on_disk
        };
        Ok(Self {
            path,
            is_kept: false,
        })
    }
}

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            say(&format!(
                "{} could not be removed: {error}",
                self.path.display()
            ));
        }
    }
}

/// Says where the demonstration is, what to try and how to end it.
async fn greet(app: &App, sown: &Sown, place: &Place) -> Result<(), AppError> {
    say(&format!("demonstration at {}", app.postmark.public_url));
    say(&format!(
        "the project to begin with: {}, query code {}",
        sown.story_code,
        sown.story_query_code.printed()
    ));
    say("the switch at the top of each page makes you one of these, without a password:");
    let surroundings = look::surroundings(app).await?;
    for persona in super::personas(app, &surroundings.directory) {
        let unit = persona.unit.unwrap_or_default().zh;
        let (name, role) = (persona.name, persona.role.code());
        say(&format!("  {name}  {role}  {unit}"));
    }
    if place.is_kept {
        say(&format!("kept in {}", place.path.display()));
    } else {
        say("nothing is kept, and no letter leaves this machine");
    }
    say("Ctrl-C ends it");
    Ok(())
}
