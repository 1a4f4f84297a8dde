// Looks at every kind of page as a browser does: node pages.js ADDRESS CODE QUERY-CODE CHROMIUM
//
// For each page in each language: the document is what it says it is (status, language), its HTML is valid
// as served, nothing fails to load or to run. In each colour scheme and on each screen: no axe violation, no
// scrolling sideways. Every finding is a line on standard output; the last line counts.

import axe from "axe-core";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";
import { htmlRules } from "./html-rules.js";
import { colours, languages, places, viewports } from "./places.js";

const [address, code, queryCode, executablePath] = process.argv.slice(2);
const rules = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
// A letter is not a page: it has no landmarks.
const letterRules = { ...rules, values: rules.values.filter((tag) => tag !== "best-practice") };
// What another colour scheme can spoil; everything else is the same in the dark.
const colourRules = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
const validator = new HtmlValidate(htmlRules);

const counts = { pages: 0, looks: 0, axe: 0, html: 0, other: 0 };
const seen = new Set();

// Says a finding once, however many screens show it.
function find(kind, where, what) {
  counts[kind] += 1;
  const line = `${kind}: ${where}: ${what}`;
  if (!seen.has(line)) console.log(line);
  seen.add(line);
}

// Becomes one of the demonstration's people by the switch that every page has.
async function become(page, beginning) {
  await page.goto("/auth/sign-in?lang=en");
  const options = await page.locator("#demo-person option").evaluateAll((all) => all.map((o) => [o.value, o.text]));
  const [id] = options.find(([, text]) => text.startsWith(beginning)) ?? [];
  if (!id) throw new Error(`the switch offers nobody like ${beginning}`);
  await page.locator("#demo-person").selectOption(id);
  const answer = page.waitForNavigation();
  await page.locator('form[action="/demo/persona"] button').click();
  await answer;
}

// Listens to all that goes wrong on a page, and keeps the last document.
function listen(page, where) {
  const heard = { document: undefined };
  // Streams of news stay open as long as the page does, and a person has four at most; they have tests of their own.
  const isStream = (address) => new URL(address).pathname === "/live";
  page.on("response", (response) => {
    if (isStream(response.url())) return;
    const isDocument = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
    if (isDocument) heard.document = response;
    else if (response.status() >= 400) find("other", where(), `${response.status()} for ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    if (!isStream(request.url())) find("other", where(), `failed: ${request.url()}`);
  });
  page.on("pageerror", (error) => find("other", where(), `script: ${error.message}`));
  page.on("console", (message) => {
    // The browser says so of a page whose status is 404, too; statuses are compared by ourselves.
    const isStatus = message.text().startsWith("Failed to load resource: the server responded");
    if (message.type() === "error" && !isStatus) find("other", where(), `console: ${message.text()}`);
  });
  return heard;
}

async function checkDocument(page, document, place, language, where) {
  const status = place.status ?? 200;
  if (document.status() !== status) find("other", where, `status ${document.status()} instead of ${status}`);
  const said = [document.headers()["content-language"], await page.locator("html").getAttribute("lang")];
  if (said.some((tag) => tag !== language)) find("other", where, `languages ${said} instead of ${language}`);
  const report = await validator.validateString(await document.text(), place.name);
  for (const { ruleId, message, line } of report.results.flatMap((result) => result.messages)) {
    find("html", where, `${ruleId}: ${message} (line ${line})`);
  }
}

async function violations(page, runOnly, colorScheme) {
  // A frame here is a letter in a sandbox, in which no checker can run; it is looked at by itself.
  const options = { runOnly, resultTypes: ["violations"], iframes: false };
  const found = await run(page, options);
  for (const frame of page.frames().slice(1)) {
    const alone = await page.context().newPage();
    try {
      await alone.setViewportSize(page.viewportSize());
      await alone.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await alone.setContent(await (await page.context().request.get(frame.url())).text());
      const ofLetters = runOnly === rules ? letterRules : runOnly;
      found.push(...(await run(alone, { ...options, runOnly: ofLetters })));
    } finally {
      await alone.close();
    }
  }
  return found;
}

async function run(page, options) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (options) => (await window.axe.run(document, options)).violations, options);
}

async function look(page, colour, viewport, where) {
  await page.setViewportSize(viewport);
  // On one screen the device asks for the colours, on the other the reader has chosen them.
  const device = viewport === viewports[0] ? colour : "light";
  await page.emulateMedia({ colorScheme: device, reducedMotion: "reduce" });
  const chosen = viewport === viewports[0] ? "auto" : colour;
  await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), chosen);
  const [inside, outside] = await page.evaluate(() => {
    const root = document.scrollingElement;
    return [root.scrollWidth, root.clientWidth];
  });
  if (inside > outside) find("other", where, `${inside} pixels wide on a screen of ${outside}`);
  for (const { id, help, nodes } of await violations(page, colour === "dark" ? colourRules : rules, colour)) {
    for (const node of nodes) find("axe", where, `${id}: ${help}: ${node.target.flat().join(" ")}`);
  }
  counts.looks += 1;
}

async function visit(browser, place, language) {
  const context = await browser.newContext({ baseURL: address, extraHTTPHeaders: { "Accept-Language": language } });
  const page = await context.newPage();
  let where = `${place.name} (${language})`;
  const heard = listen(page, () => where);
  try {
    if (place.as) await become(page, place.as);
    const path = await place.path(page, { code, queryCode });
    await page.goto(`${path}?lang=${language}`);
    await place.then?.(page);
    await checkDocument(page, heard.document, place, language, where);
    // What is folded away is looked at as well.
    await page.evaluate(() => document.querySelectorAll("main details").forEach((part) => (part.open = true)));
    for (const colour of colours) {
      for (const viewport of viewports) {
        await look(page, colour, viewport, `${place.name} (${language}, ${colour}, ${viewport.name})`);
      }
    }
    counts.pages += 1;
  } catch (error) {
    find("other", where, error.message.split("\n")[0]);
  } finally {
    await context.close();
  }
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const ahead = places.flatMap((place) => languages.map((language) => [place, language]));
// One for each core of a small machine.
const eye = async () => {
  for (let next = ahead.shift(); next; next = ahead.shift()) await visit(browser, ...next);
};
await Promise.all([eye(), eye()]);
await browser.close();

const { pages, looks, html, other } = counts;
const expected = places.length * languages.length;
console.log(
  `pages: ${pages} of ${expected} (${places.length} kinds, ${languages.length} languages), ${looks} looks ` +
    `(${colours.join(", ")}; ${viewports.map((v) => v.name).join(", ")}): ` +
    `${counts.axe} axe violations, ${html} HTML faults, ${other} other findings`,
);
process.exit(counts.axe + html + other === 0 && pages === expected ? 0 : 1);
