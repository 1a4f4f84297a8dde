// Signs in at somebody else's identity provider: node oidc.js PROGRAM FOLDER CHROMIUM
//
// The provider is `oidc-provider`, certified by the OpenID Foundation, started here on loopback; the server is a
// process of its own with that configuration; the person is a browser. For each algorithm that the server takes:
// an account is connected, somebody comes in by way of the provider, confirms there, is refused as a stranger, and
// is told when the provider is gone. Pages that the demonstration has not are looked at by axe on the way. Every
// finding is a line on standard output; the last line counts.

import { spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createPort } from "node:net";
import { join } from "node:path";
import axe from "axe-core";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";
import { htmlRules } from "./html-rules.js";

// It warns on every start that it is set up for a test, which it is.
console.info = console.warn = () => {};
const { Provider } = await import("oidc-provider");

const [program, folder, executablePath] = process.argv.slice(2);
const algorithms = ["RS256", "ES256", "EdDSA"];
const validator = new HtmlValidate(htmlRules);
const counts = { steps: 0, faults: 0 };

function check(isSo, what) {
  counts.steps += 1;
  if (isSo) return;
  counts.faults += 1;
  console.log(`oidc: FAILED: ${what}`);
}

// A port that is free now, for whoever must be named before it listens.
async function freePort() {
  const server = createPort();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

function keys() {
  const pairs = [
    ["rsa", { modulusLength: 2048 }, "RS256"],
    ["ec", { namedCurve: "P-256" }, "ES256"],
    ["ed25519", {}, "EdDSA"],
  ];
  return pairs.map(([kind, options, alg]) => {
    const { privateKey } = generateKeyPairSync(kind, options);
    return { ...privateKey.export({ format: "jwk" }), alg, use: "sig", kid: kind };
  });
}

// The provider, with a page of its own for name and consent.
async function startProvider(alg, secret, redirectUri) {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "green-channel",
        client_secret: secret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        id_token_signed_response_alg: alg,
      },
    ],
    cookies: { keys: [randomBytes(16).toString("hex")] },
    enabledJWA: { idTokenSigningAlgValues: algorithms },
    features: { devInteractions: { enabled: true } },
    jwks: { keys: keys() },
    pkce: { required: () => true },
  });
  provider.on("server_error", (_, error) => check(false, `the provider says ${error.message}`));
  const server = createServer(provider.callback());
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { issuer, stop };
}

function run(...words) {
  const ended = spawnSync(program, words, { encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`${words.join(" ")}: ${ended.stderr}`);
  return ended.stdout.trim();
}

// A database with one member of staff; gives the password.
function found(database) {
  run("migrate", "--database-url", database, "--zone-name-zh", "示例", "--zone-name-en", "Example", "--hotline", "0");
  return run(
    ..."user add --login li --name Li --role supervisor --language en --random-password".split(" "),
    ...["--database-url", database],
  );
}

async function startServer(place, port, settings) {
  const env = { ...process.env, ...settings };
  const server = spawn(program, ["serve", "--listen", `127.0.0.1:${port}`], { env, cwd: place, stdio: "pipe" });
  let said = "";
  await new Promise((ready, gone) => {
    server.stderr.on("data", (piece) => {
      said += piece;
      if (said.includes("listening on")) ready();
    });
    server.on("exit", () => gone(new Error(`the server does not start: ${said}`)));
  });
  const stop = () =>
    new Promise((done) => {
      server.removeAllListeners("exit");
      server.on("exit", done);
      server.kill("SIGTERM");
    });
  return { stop, said: () => said };
}

// Presses something that leads to another page, and waits for it.
async function press(page, button) {
  await Promise.all([page.waitForNavigation(), button.click()]);
}

// Looks at a page that only a deployment with a provider has.
async function look(page, alg) {
  const { pathname, href } = new URL(page.url());
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, nodes } of violations) check(false, `${alg}: ${pathname}: ${id}: ${nodes[0].target.flat().join(" ")}`);
  // What was answered to a code is answered once.
  if (pathname === "/auth/oidc/callback") return;
  const text = await (await page.request.get(href)).text();
  const report = await validator.validateString(text, pathname);
  for (const { ruleId, message } of report.results.flatMap((result) => result.messages)) {
    check(false, `${alg}: ${pathname}: ${ruleId}: ${message}`);
  }
  counts.steps += 1;
}

// Types a name where the provider asks for one, and agrees to what it asks then.
async function signInThere(page, name) {
  const submit = page.locator('button[type="submit"]');
  const login = page.locator('input[name="login"]');
  if (await login.count()) {
    await login.fill(name);
    await page.locator('input[name="password"]').fill("whatever");
    await press(page, submit);
  }
  if (await page.locator('input[name="prompt"][value="consent"]').count()) await press(page, submit);
}

async function story(browser, alg) {
  const place = join(folder, `oidc-${alg}`);
  mkdirSync(place);
  const secret = randomBytes(24).toString("base64url");
  writeFileSync(join(place, "secret"), `${secret}\n`);
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const provider = await startProvider(alg, secret, `${address}/auth/oidc/callback`);
  const database = `sqlite://${join(place, "data.sqlite")}`;
  const password = found(database);
  const settings = {
    GREEN_CHANNEL__DATABASE__URL: database,
    GREEN_CHANNEL__MAIL__TRANSPORT: "folder",
    GREEN_CHANNEL__MAIL__FOLDER: join(place, "letters"),
    GREEN_CHANNEL__SIGN_IN__TOTP: "off",
    GREEN_CHANNEL__OIDC__ISSUER: provider.issuer,
    GREEN_CHANNEL__OIDC__CLIENT_ID: "green-channel",
    GREEN_CHANNEL__OIDC__CLIENT_SECRET_FILE: join(place, "secret"),
    GREEN_CHANNEL__OIDC__NAME_ZH: "统一身份认证",
    GREEN_CHANNEL__OIDC__NAME_EN: "Single Sign-On",
  };
  let server = await startServer(place, port, settings);
  const visit = async (tell) => {
    const context = await browser.newContext({ baseURL: address, locale: "en", extraHTTPHeaders: { "Accept-Language": "en" } });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy") && page.url().startsWith(address)) {
        check(false, `${alg}: ${message.text()}`);
      }
    });
    page.setDefaultTimeout(20_000);
    await tell(page);
    await context.close();
  };
  const path = (page) => new URL(page.url()).pathname;
  const text = (page) => page.locator("main").innerText();
  const withPassword = async (page) => {
    await page.locator('input[name="login"]').fill("li");
    if (!(await page.locator('input[name="password"]').count())) {
      await press(page, page.locator('main button[type="submit"]'));
    }
    await page.locator('input[name="password"]').fill(password);
    await press(page, page.locator('main button[type="submit"]'));
  };
  const go = async (page) => {
    await page.goto("/auth/sign-in");
    await press(page, page.getByRole("link", { name: "Single Sign-On" }));
  };

  try {
    await visit(async (page) => {
      await page.goto("/auth/sign-in");
      await withPassword(page);
      check(path(page) === "/board", `${alg}: the password opens ${page.url()}`);
      await page.goto("/me/security");
      await press(page, page.locator('form[action="/me/security/oidc"] button'));
      check(path(page) === "/auth/oidc/link", `${alg}: the form leads to ${page.url()}`);
      await look(page, alg);
      await press(page, page.getByRole("link", { name: "Go on to Single Sign-On" }));
      check(page.url().startsWith(provider.issuer), `${alg}: the link leads to ${page.url()}`);
      await signInThere(page, "li-4711");
      check(page.url() === `${address}/me/security?done=oidc_linked`, `${alg}: connected at ${page.url()}`);
      check((await text(page)).includes("Connected"), `${alg}: the page says that it is connected`);
      await look(page, alg);
      await page.goto("/auth/confirm?next=/me/security");
      await look(page, alg);
      const before = await page.context().cookies(address);
      await page.goto("/auth/oidc/confirm?next=/me/security");
      await signInThere(page, "li-4711");
      check(path(page) === "/me/security", `${alg}: confirmed at ${page.url()}`);
      const value = (all) => all.find(({ name }) => name === "gc")?.value;
      const after = await page.context().cookies(address);
      check(value(after) && value(after) !== value(before), `${alg}: a new session after the proof`);
    });
    await visit(async (page) => {
      await go(page);
      check(page.url().startsWith(provider.issuer), `${alg}: the sign-in page leads to ${page.url()}`);
      await signInThere(page, "li-4711");
      check(page.url() === `${address}/board`, `${alg}: signed in at ${page.url()}`);
      // The provider remembers; nobody types anything.
      await page.locator("header details.menu > summary").click();
      await press(page, page.locator('form[action="/auth/sign-out"] button'));
      await go(page);
      check(page.url() === `${address}/board`, `${alg}: signed in again at ${page.url()}`);
    });
    await visit(async (page) => {
      await go(page);
      await signInThere(page, "somebody-else");
      check(page.url().startsWith(`${address}/auth/oidc/callback`), `${alg}: a stranger comes back to ${page.url()}`);
      check((await text(page)).includes("not connected with anybody"), `${alg}: a stranger reads ${await text(page)}`);
      await look(page, alg);
      await page.goto("/auth/sign-in?next=/board");
      await look(page, alg);
      await page.goto("/board");
      check(path(page) === "/auth/sign-in", `${alg}: a stranger is at ${page.url()}`);
    });
    // A server that has seen the provider a moment ago would send people there.
    await provider.stop();
    await server.stop();
    server = await startServer(place, port, settings);
    await visit(async (page) => {
      await go(page);
      check((await text(page)).includes("does not answer"), `${alg}: without the provider one reads ${await text(page)}`);
      await withPassword(page);
      check(path(page) === "/board", `${alg}: without the provider the password opens ${page.url()}`);
    });
  } finally {
    await server.stop();
  }
  check(!/"level":"ERROR"|panicked/.test(server.said()), `${alg}: the server's log has no error`);
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const alg of algorithms) {
  try {
    await story(browser, alg);
  } catch (error) {
    check(false, `${alg}: ${error.message.split("\n").slice(0, 3).join(" ")}`);
  }
}
await browser.close();
console.log(`oidc: ${counts.steps} steps with ${algorithms.length} algorithms, ${counts.faults} faults`);
process.exit(counts.faults === 0 ? 0 : 1);
