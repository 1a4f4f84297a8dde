//! Just enough reading of pages: their tags, in order, with what stands between.

/// A tag as it opens or closes.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    /// `a`, or `/a` where it closes.
    pub(crate) name: String,
    /// Attributes in order, with their references to characters resolved.
    pub(crate) attributes: Vec<(String, String)>,
    /// The text from here to the next tag.
    pub(crate) text: String,
}

impl Tag {
    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A form with everything it would send if nobody touched it.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// Where it goes.
    pub(crate) action: String,
    /// Names and values.
    pub(crate) fields: Vec<(String, String)>,
}

/// The tags of a page, in order. What stands in comments and in the doctype is left out.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = &comment[comment.find("-->").expect("a comment ends")..];
            continue;
        }
        let end = tag_end(rest);
        let (inside, after) = (&rest[..end], &rest[end + 1..]);
        let text_end = after.find('<').unwrap_or(after.len());
        tags.push(tag(inside, &after[..text_end]));
        rest = after;
    }
    tags
}

/// Where a tag ends: the first `>` outside quotes.
fn tag_end(rest: &str) -> usize {
    let mut is_quoted = false;
    rest.char_indices()
        .find(|(_, letter)| {
            is_quoted ^= *letter == '"';
            *letter == '>' && !is_quoted
        })
        .expect("a tag ends")
        .0
}

fn tag(inside: &str, text: &str) -> Tag {
    let inside = inside.trim_end_matches('/').trim();
    let (name, mut rest) = inside
        .split_once(char::is_whitespace)
        .unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let name_end = rest
            .find(|letter: char| letter == '=' || letter.is_whitespace())
            .unwrap_or(rest.len());
        let name = rest[..name_end].to_owned();
        rest = &rest[name_end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').expect("a quote ends");
            value = unescaped(&quoted[..end]);
            rest = &quoted[end + 1..];
        }
        attributes.push((name, value));
    }
    Tag {
        name: name.to_ascii_lowercase(),
        attributes,
        text: unescaped(text),
    }
}

/// A text with its references to characters resolved.
pub(crate) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// The forms of a page.
pub(crate) fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut is_inside = false;
    let mut list: Option<String> = None;
    for tag in tags(html) {
        match tag.name.as_str() {
            "form" => {
                is_inside = true;
                forms.push(Form {
                    action: tag.get("action").unwrap_or_default().to_owned(),
                    fields: Vec::new(),
                });
            }
            "/form" => is_inside = false,
            "select" => list = tag.get("name").map(ToOwned::to_owned),
            "/select" => list = None,
            _ => {}
        }
        let Some(form) = forms.last_mut().filter(|_| is_inside) else {
            continue;
        };
        let name = tag.get("name").map(ToOwned::to_owned);
        let value = tag.get("value").unwrap_or_default().to_owned();
        match (tag.name.as_str(), name) {
            ("input", Some(name)) => {
                let is_radio = tag.get("type") == Some("radio");
                if !is_radio || tag.get("checked").is_some() {
                    form.fields.push((name, value));
                }
            }
            ("textarea", Some(name)) => {
                let typed = tag.text.strip_prefix('\n').unwrap_or(&tag.text);
                form.fields.push((name, typed.to_owned()));
            }
            ("option", None) if tag.get("selected").is_some() => {
                if let Some(name) = &list {
                    form.fields.push((name.clone(), value));
                }
            }
            _ => {}
        }
    }
    forms
}

/// The visible text of a page, one line per piece.
pub(crate) fn text(html: &str) -> String {
    let pieces = tags(html)
        .into_iter()
        .filter(|tag| !matches!(tag.name.as_str(), "style" | "script" | "title"));
    let pieces: Vec<String> = pieces
        .map(|tag| tag.text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    pieces.join("\n")
}
