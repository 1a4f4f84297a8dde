// What a client does that openapi-fetch makes from the description: sign in, read, change, be refused.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

const [address, login, password, stage] = process.argv.slice(2);
if (!address || !login || !password || !stage) throw new Error("round_trip ADDRESS LOGIN PASSWORD STAGE");

function must<T>(data: T | undefined, error: unknown): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

const client = createClient<paths>({ baseUrl: `${address}/api/v1` });
const signedIn = await client.POST("/auth/token", { body: { login, password } });
const token = must(signedIn.data, signedIn.error).access_token;
const headers = { Authorization: `Bearer ${token}` };

const listed = await client.GET("/projects", { headers, params: { query: { limit: 2 } } });
// A list may also be a file, whose type is text; nobody has asked for one.
const page = must(listed.data, listed.error) as components["schemas"]["DatedProjectPage"];
const first: components["schemas"]["ExpandedProjectRow"] | undefined = page.data[0];
if (!first) throw new Error("no project");

const seen = await client.GET("/projects/{project}", { headers, params: { path: { project: first.code } } });
const project = must(seen.data, seen.error);
const due: string | null = project.expected_on;
const lamp: string = project.lamp;

// A change upon no edition at all is refused in a form that the client knows.
const unknown = "\"v0-0-2026-01-01\"";
const refused = await client.POST("/stages/{stage}/notes", {
  headers,
  params: { path: { stage }, header: { "If-Match": unknown } },
  body: { text: "a client tries" },
});
const problem: components["schemas"]["Problem"] | undefined = refused.error;
if (problem?.code !== "conflict.version") throw new Error(`not refused: ${JSON.stringify(problem)}`);

// And is made upon the edition that was read.
const read = await client.GET("/stages/{stage}", { headers, params: { path: { stage } } });
must(read.data, read.error);
const edition = read.response.headers.get("ETag") ?? "";
const acted = await client.POST("/stages/{stage}/notes", {
  headers,
  params: { path: { stage }, query: { dry_run: true }, header: { "If-Match": edition } },
  body: { text: "a client tries" },
});
const outcome = must(acted.data, acted.error);
if (outcome.outcome !== "rehearsed") throw new Error(outcome.outcome);
const moved: number = outcome.moved.length;
console.log(`typescript: ${page.data.length} projects, ${first.code} is ${lamp} until ${due}, a rehearsal moves ${moved}, ${problem.code} is understood`);
