// Every kind of page, and the way to it through the front door: the demonstration's switch, links, forms.

export const languages = ["zh-Hans", "en"];
export const colours = ["light", "dark"];
export const viewports = [
  { name: "phone", width: 390, height: 844 },
  { name: "desktop", width: 1280, height: 900 },
];

// The first link on `from` that `pattern` describes, without its fragment.
async function linked(page, from, pattern) {
  await page.goto(from);
  const links = await page.locator("main a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  const found = links.find((href) => pattern.test(href));
  if (!found) throw new Error(`${from} links to nothing like ${pattern}`);
  return found.split("#")[0];
}

const workable = (page) => linked(page, "/desk", /#act-note$/);

async function send(page, action, fields) {
  for (const [name, value] of Object.entries(fields)) {
    await page.locator(`form[action="${action}"] [name="${name}"]`).fill(value);
  }
  const answer = page.waitForNavigation();
  // Not a click: the browser would stop at fields that are required, and the server's answer is wanted.
  await page.locator(`form[action="${action}"]`).evaluate((form) => form.submit());
  await answer;
}

async function enterCode(page, demo) {
  await page.goto("/");
  await send(page, "/status", { code: demo.code, query_code: demo.queryCode });
  return new URL(page.url()).pathname;
}

const openMenu = (page) => page.locator("header details.menu > summary").click();
const wrongCode = (page) => send(page, "/status", { code: "GC-2026-9999", query_code: "AAAA-AAAA" });
async function wrongPassword(page) {
  await send(page, "/auth/sign-in", { login: "nobody" });
  await send(page, "/auth/sign-in", { password: "nothing" });
}

async function dayByDay(page) {
  for (const more of await page.locator("details.plain > summary").all()) await more.click();
}

async function calculate(page) {
  await send(page, "/calculator", {});
  await dayByDay(page);
}

const calculateNothing = (page) => send(page, "/calculator", { days: "x" });

async function emptyNote(page) {
  const action = await page.locator('form[action$="/note"]').getAttribute("action");
  await send(page, action, { text: "" });
}

// The stop that waits for an answer of the investor, from the list of its projects.
async function toAnswer(page) {
  await page.goto("/projects");
  const links = await page.locator("main a[href^='/p/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  for (const project of new Set(links.map((href) => href.split("#")[0]))) {
    await page.goto(project);
    const link = page.locator("main a[href$='/stop']").first();
    if (await link.count()) return link.getAttribute("href");
  }
  throw new Error("no stop waits for an answer");
}

// The works of a project that is behind, from the board.
async function works(page) {
  const project = await linked(page, "/board", /^\/p\/[^/]+$/);
  return linked(page, project, /^\/projects\/[^/]+\/progress$/);
}

async function emptyPlan(page) {
  const action = await page.locator('form[action$="/plan_progress"]').getAttribute("action");
  await send(page, action, { from: "", shares: "" });
}

// `as` is the beginning of an entry of the demonstration's switch; without it a guest looks. `path` leads to
// the page and `then` does something there; `status` is what the server answers in the end, 200 if not said.
export const places = [
  { name: "home", path: () => "/" },
  { name: "home, menu open", path: () => "/", then: openMenu },
  { name: "home, wrong code", path: () => "/", then: wrongCode, status: 422 },
  { name: "sign-in", path: () => "/auth/sign-in" },
  { name: "sign-in, wrong password", path: () => "/auth/sign-in", then: wrongPassword, status: 422 },
  { name: "nothing here", path: () => "/nothing", status: 404 },
  { name: "project by query code", path: enterCode },
  { name: "history by query code", path: async (page, demo) => `${await enterCode(page, demo)}/history` },
  { name: "own project", as: "Investor", path: (page) => new URL(page.url()).pathname },
  { name: "own projects", as: "Investor · Erik", path: () => "/projects" },
  { name: "inbox", as: "Officer", path: () => "/desk" },
  { name: "stage", as: "Officer", path: workable },
  { name: "stage, empty note", as: "Officer", path: workable, then: emptyNote, status: 422 },
  { name: "stage, day by day", as: "Officer", path: workable, then: dayByDay },
  { name: "calculator, with an answer", path: () => "/calculator", then: calculate },
  { name: "calculator, wrong", path: () => "/calculator", then: calculateNothing, status: 422 },
  { name: "calendar", as: "Efficacy", path: () => "/calendar" },
  { name: "proposed calendar", as: "Efficacy", path: (page) => linked(page, "/calendar", /^\/calendar\/proposals\/[^/?]+$/) },
  { name: "stop to answer", as: "Investor · Erik", path: toAnswer },
  { name: "works", as: "Efficacy", path: works },
  { name: "works, empty plan", as: "Efficacy", path: works, then: emptyPlan, status: 422 },
  { name: "not allowed", as: "Officer", path: () => "/board", status: 403 },
  { name: "board", as: "Supervisor", path: () => "/board" },
  { name: "alert", as: "Supervisor", path: (page) => linked(page, "/board", /^\/board\/alerts\/[^#]+$/) },
  { name: "lost letters", as: "Efficacy", path: () => "/letters" },
  { name: "letters", as: "Supervisor", path: () => "/demo/mail" },
  { name: "letter", as: "Supervisor", path: (page) => linked(page, "/demo/mail", /^\/demo\/mail\/[^/]+$/) },
];
