// GET, HEAD and OPTIONS change nothing (RFC 9110 section 9.2.1), on any page that there is and
// behind any link on it: the whole database is compared. New pages are found by themselves.
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { type EmptyDatabase, stores } from "../../mariadb.ts";
import { letterTo } from "../../email/mailbox.ts";
import { startServer, type TestServer } from "../../server.ts";
import { unique } from "../../use-server.ts";
import { Agent } from "../agent.ts";

let database: EmptyDatabase;
let server: TestServer;
const user = { email: "ada@example.com", username: "ada", password: "a quiet evening by the sea" };

const clientId = unique();
const redirect_uri = "https://app.example/cb";

/** A user who may see everything and has one of each. */
beforeAll(async () => {
  database = await stores.find(({ engine }) => engine === "sqlite")!.empty();
  server = await startServer(database.options);
  const agent = new Agent(server.url);
  await agent.get("/sign-up");
  await agent.post("/sign-up", user);
  const { store } = server;
  const { id } = (await store.users.findByEmail("default", user.email))!;
  const now = systemClock.now();
  await store.users.setAdministrator(id, true, now);
  await store.users.update(id, { developer: true }, now);
  await store.groups.insert({ id: 7n, name: "Tea and jam", vkGroupId: 0n, createdAt: now });
  await store.groups.addMember({ groupId: 7n, userId: id, role: "owner", createdAt: now });
  const client = {
    id: clientId,
    name: "Reading room",
    ownerId: id,
    public: false,
    grantTypes: ["authorization_code"],
    scopes: ["profile"],
    redirectUris: ["https://app.example/cb"],
    apis: ["secretpair"],
    allowedOrigins: [],
    pkceOptional: false,
    settings: {},
    secretVersion: 1,
    createdAt: now,
    updatedAt: now,
  };
  await store.clients.insert(client, undefined);
  await store.grants.agree({
    id: unique(),
    userId: id,
    clientId: client.id,
    groupId: 7n,
    scopes: ["profile"],
    createdAt: now,
    lastUsedAt: now,
  });
});
afterAll(async () => {
  await server.stop();
  await database.remove();
});

/**
 * A checksum of every row of every table, but for the record that an administrator has taken a list
 * along: RFC 9110 section 9.2.1 lets a safe method be logged.
 */
function checksum(): string {
  if (database.options.kind !== "sqlite") throw new Error("this test reads the file of SQLite");
  const file = new DatabaseSync(database.options.file, { readOnly: true });
  const tables = file
    .prepare("select name from sqlite_schema where type = 'table' order by name")
    .all();
  const rows = tables.map(({ name }) => [
    name,
    file
      .prepare(`select * from "${String(name)}" order by rowid`)
      .all()
      .filter((row) => row["type"] !== "user.export"),
  ]);
  file.close();
  return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
}

test("no page is changed by looking at it, nor by a link to its form", async () => {
  const [agent, guest] = [new Agent(server.url), new Agent(server.url)];
  await agent.signIn(user);
  await agent.get("/account/sessions");
  // What the forms of pages carry, as a link would.
  const token = new URL((await letterTo(server.mailFolder, user.email)).link).searchParams.get(
    "token",
  )!;
  const fields = new URLSearchParams({
    token,
    form_token: agent.hidden("form_token"),
    which: "all",
    session: agent.hidden("session"),
    id: "7",
    known: "ada",
    role: "owner",
    answer: "allow",
    password: user.password,
  });
  const before = checksum();
  const paths = [...server.pages.keys()];
  const waiting = [...paths, ...paths.map((path) => `${path}?${fields}`)];
  const seen = new Set(waiting);
  for (const target of waiting) {
    const answers = [await agent.get(target), await guest.get(target)];
    for (const { status } of answers) expect(status, target).toBeLessThan(500);
    await Promise.all(
      ["HEAD", "OPTIONS"].map((method) =>
        fetch(new URL(target, server.url), {
          method,
          redirect: "manual",
          headers: { cookie: agent.cookie },
        }),
      ),
    );
    const [page = ""] = await Promise.all(
      answers
        .filter(({ headers }) => headers.get("content-type")?.startsWith("text/html"))
        .map((answer) => answer.text()),
    );
    const leads = [...page.matchAll(/href="(\/[^"]*)"/g)]
      .map(([, href]) => href!.replaceAll("&amp;", "&"))
      .filter((href) => !seen.has(href) && seen.size < 500);
    for (const lead of leads) {
      seen.add(lead);
      waiting.push(lead);
    }
  }
  expect(checksum()).toBe(before);
  expect(seen).toContain("/account/community?id=7");
  // The crawl was a signed-in user's: what it may see was there to the end.
  expect((await agent.get("/account")).status).toBe(200);
  await agent.post("/sign-out", {});
  expect(checksum()).not.toBe(before);
});

const head = async (target: string, cookie: string) => {
  const init: RequestInit = { method: "HEAD", redirect: "manual", headers: { cookie } };
  const { status, headers } = await fetch(new URL(target, server.url), init);
  return [status, headers.get("allow"), headers.get("location")];
};

test("HEAD issues no code", async () => {
  const agent = new Agent(server.url);
  await agent.signIn(user);
  const asked = new URLSearchParams({
    client_id: clientId,
    redirect_uri,
    response_type: "code",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw_cM",
    code_challenge_method: "S256",
  });
  const standard = `/oauth2/authorize?${asked}`;
  const own = new URLSearchParams({ secret_id: clientId, redirect_uri });
  await agent.get(standard);
  const waiting = `/continue?request=${agent.hidden("request")}`;
  for (const target of [standard, `/login/?${own}`]) {
    await agent.get(target);
    const decision = agent.hidden("decision");
    if (decision !== "") await agent.post("/consent", { decision, answer: "allow" });
  }
  const before = checksum();
  for (const target of [standard, standard.replace("authorize", ""), waiting])
    expect(await head(target, agent.cookie), target).toEqual([405, "GET", null]);
  expect(await head(`/login/?${own}`, agent.cookie)).toEqual([405, "GET, POST", null]);
  const first = [302, null, `/login/?${own}`];
  expect(await head(`/oauth/?${own}`, agent.cookie)).toEqual(first);
  expect(checksum()).toBe(before);
  for (const target of [standard, waiting, `/login/?${own}`]) {
    const unspent = checksum();
    expect((await agent.get(target)).headers.get("location"), target).toContain("code=");
    expect(checksum(), target).not.toBe(unspent);
  }
});
