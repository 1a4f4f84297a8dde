//! Somebody with a browser: cookies are kept, forms are read from the page before they are sent.

use std::{cell::RefCell, collections::BTreeMap};

use actix_web::{http::header, test::TestRequest};

use super::{
    html::{self, Form},
    office::{Answer, Office},
    staff,
};

/// A browser with its cookies.
pub(crate) struct Browser<'a> {
    office: &'a Office,
    cookies: RefCell<BTreeMap<String, String>>,
    /// Every cookie that was ever set, as it last was.
    past: RefCell<BTreeMap<String, String>>,
    language: RefCell<&'static str>,
}

impl<'a> Browser<'a> {
    /// A browser that has never been here; it asks for Chinese.
    pub(crate) fn new(office: &'a Office) -> Self {
        Self {
            office,
            cookies: RefCell::default(),
            past: RefCell::default(),
            language: RefCell::new("zh-Hans"),
        }
    }

    /// Asks for pages in `language` from now on.
    pub(crate) fn prefer(&self, language: &'static str) {
        *self.language.borrow_mut() = language;
    }

    /// What a cookie holds.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// What a cookie held when it was last set.
    pub(crate) fn cookie_before(&self, name: &str) -> Option<String> {
        self.past.borrow().get(name).cloned()
    }

    /// Puts a cookie into the browser, as a thief or a liar would.
    pub(crate) fn plant(&self, name: &str, value: &str) {
        self.cookies
            .borrow_mut()
            .insert(name.to_owned(), value.to_owned());
    }

    /// Opens a page.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }

    /// Sends a form as it is: nothing is read from a page before.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(path, fields, ("Sec-Fetch-Site", "same-origin"))
            .await
    }

    /// Sends a form with a header of its own.
    pub(crate) async fn post_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        header: (&'static str, &'static str),
    ) -> Answer {
        let request = TestRequest::post()
            .uri(path)
            .insert_header(header)
            .insert_header(("Host", "gc.example"))
            .set_form(fields);
        self.send(request).await
    }

    /// Reads a form from the page, fills some of its fields in and sends it.
    pub(crate) async fn submit(
        &self,
        page: &Answer,
        action: &str,
        filled: &[(&str, &str)],
    ) -> Answer {
        let mut form = form(page, action);
        for (name, value) in filled {
            form.fields.retain(|(known, _)| known != name);
            form.fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let fields: Vec<(&str, &str)> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(action, &fields).await
    }

    /// Opens where an answer leads.
    pub(crate) async fn follow(&self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.get(answer.header("location").unwrap()).await
    }

    /// Signs in through the form and opens the first page.
    pub(crate) async fn sign_in(&self, login: &str) -> Answer {
        let page = self.get("/auth/sign-in").await;
        let fields = [("login", login), ("password", staff::PASSWORD)];
        let answer = self.submit(&page, "/auth/sign-in", &fields).await;
        self.follow(&answer).await
    }

    /// Opens a project with its code and query code.
    pub(crate) async fn enter(&self, code: &str, query_code: &str) -> Answer {
        let page = self.get("/").await;
        let fields = [("code", code), ("query_code", query_code)];
        self.submit(&page, "/status", &fields).await
    }

    async fn send(&self, request: TestRequest) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = request.insert_header((header::ACCEPT_LANGUAGE, *self.language.borrow()));
        if !cookies.is_empty() {
            request = request.insert_header((header::COOKIE, cookies.join("; ")));
        }
        let answer = self.office.call(request).await;
        for (name, line) in &answer.headers {
            if name == "set-cookie" {
                let pair = line.split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                let is_removal = line.contains("Max-Age=0");
                if is_removal {
                    self.cookies.borrow_mut().remove(name);
                } else {
                    self.past
                        .borrow_mut()
                        .insert(name.to_owned(), value.to_owned());
                    self.cookies
                        .borrow_mut()
                        .insert(name.to_owned(), value.to_owned());
                }
            }
        }
        answer
    }
}

/// The form of a page that goes to `action`.
pub(crate) fn form(page: &Answer, action: &str) -> Form {
    html::forms(page.text())
        .into_iter()
        .find(|form| form.action == action)
        .unwrap_or_else(|| panic!("no form to {action} on the page:\n{}", page.text()))
}
