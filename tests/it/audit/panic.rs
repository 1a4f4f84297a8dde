//! A handler that panics costs one request, not the server.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use actix_web::{App as Web, HttpResponse, HttpServer, middleware::from_fn, web};
use api::http;

use crate::harness::office::on_each_office;

fn ask(to: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(to).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: gc.example\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_panic_is_answered_with_a_number_and_the_server_lives() {
    on_each_office(async |office| {
        let app = office.app.clone();
        let served = std::thread::spawn(move || {
            let (tell, told) = std::sync::mpsc::channel();
            let server = std::thread::spawn(move || {
                actix_web::rt::System::new().block_on(async move {
                    let server = HttpServer::new(move || {
                        Web::new()
                            .app_data(web::Data::new(app.clone()))
                            .wrap(http::frame::headers())
                            .wrap(from_fn(http::witness::watch))
                            .route("/panic", web::get().to(panics))
                            .route(
                                "/well",
                                web::get().to(async || HttpResponse::Ok().body("well")),
                            )
                    })
                    .workers(1)
                    .disable_signals()
                    .bind("127.0.0.1:0")
                    .unwrap();
                    let at = server.addrs()[0];
                    let running = server.run();
                    tell.send((at, running.handle())).unwrap();
                    running.await.unwrap();
                });
            });
            let (at, handle) = told.recv().unwrap();
            let answers: Vec<String> = ["/panic", "/well", "/panic", "/well"]
                .into_iter()
                .map(|path| ask(at, path))
                .collect();
            actix_web::rt::System::new().block_on(handle.stop(false));
            server.join().unwrap();
            answers
        });
        let answers = served.join().unwrap();
        for panicked in [&answers[0], &answers[2]] {
            assert!(panicked.starts_with("HTTP/1.1 500 "), "{panicked}");
            assert!(panicked.contains("application/problem+json"), "{panicked}");
            assert!(panicked.contains("\"instance\":\"urn:uuid:"), "{panicked}");
            assert!(
                !panicked.contains("canary") && !panicked.contains(".rs"),
                "{panicked}"
            );
        }
        for well in [&answers[1], &answers[3]] {
            assert!(
                well.starts_with("HTTP/1.1 200 ") && well.ends_with("well"),
                "{well}"
            );
        }
    });
}

async fn panics() -> HttpResponse {
    panic!("canary of a panic")
}
