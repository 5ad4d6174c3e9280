// senler as a program of its own pages: communities, a choice, keys that never expire.
import { createHash, randomBytes } from "node:crypto";
import { compare, hashSync } from "bcrypt";
import { type Answer, type Call, escape, type OldServer } from "../exchange.ts";
import { groupOf, IDLE_PASSWORD, PARTNER, personOf, type Seed } from "../people.ts";

interface Row {
  readonly username: string;
  readonly email: string;
  readonly digest: string;
  readonly groups: string[];
}

interface Code {
  readonly email: string;
  readonly groupId: string;
  readonly redirectUri: string;
  readonly expiresAt: number;
}

interface Key {
  readonly token: string;
  readonly email: string;
  readonly groupId: string;
}

const ROUNDS = 4;
const CODE_MS = 9_000_000;

const json = (status: number, value: object): Answer => ({
  status,
  headers: [
    ["Server", "nginx"],
    ["Content-Type", "application/json; charset=utf-8"],
    ["Vary", "Accept-Encoding"],
  ],
  body: JSON.stringify(value),
});

const refuse = (status: number, error_code: number, text: string): Answer =>
  json(status, { success: false, error_code, error_message: text, message: text });

const WRONG_CODE = refuse(400, 12, "Wrong authCode");

function page(body: string, cookies: readonly string[] = []): Answer {
  return {
    status: 200,
    headers: [
      ["Server", "nginx"],
      ["Content-Type", "text/html; charset=UTF-8"],
      ...cookies.map((cookie) => ["Set-Cookie", cookie] as const),
    ],
    body: `<!doctype html><html lang="ru"><title>Senler</title>${body}</html>`,
  };
}

const redirect = (location: string, ...cookies: string[]): Answer => ({
  status: 302,
  headers: [
    ["Server", "nginx"],
    ["Location", location],
    ...cookies.map((cookie) => ["Set-Cookie", cookie] as const),
  ],
  body: "",
});

/** The senler server with its tables in memory. */
export class Senler implements OldServer {
  readonly #users = new Map<string, Row>();
  /** The address of who is signed in, by the value of the cookie. */
  readonly #sessions = new Map<string, string>();
  readonly #codes = new Map<string, Code>();
  readonly #keys: Key[] = [];

  constructor({ users, active }: Seed) {
    const idle = hashSync(IDLE_PASSWORD, ROUNDS);
    for (let index = 0; index < users; index++) {
      const { username, email, password } = personOf("senler", index, active);
      const isActive = index < active;
      const digest = isActive ? hashSync(password, ROUNDS) : idle;
      const groups = isActive ? [groupOf(index)] : [];
      this.#users.set(email, { username, email, digest, groups });
    }
  }

  async answer(call: Call): Promise<Answer | undefined> {
    if (call.path === "/cabinet/OAuth2authorize") return this.#authorize(call);
    if (call.path !== "/ajax/cabinet/OAuth2token") return undefined;
    return this.#redeem((name) => call.form.get(name) ?? call.query.get(name) ?? "");
  }

  async #authorize(call: Call): Promise<Answer> {
    const { query, form, cookies } = call;
    const isKnown =
      query.get("client_id") === PARTNER.clientId &&
      query.get("redirect_uri") === PARTNER.redirectUri;
    if (!isKnown) return page("<p>Неизвестное приложение</p>");
    const here = `${call.path}?${query.toString()}`;
    const email = this.#sessions.get(cookies.get("senler_session") ?? "");
    const row = this.#users.get(email ?? "");
    if (row === undefined) return this.#signIn(here, form);
    const groupId = query.get("group_id") ?? form.get("group_id") ?? "";
    if (!row.groups.includes(groupId)) return this.#choice(here, row);
    if (!form.has("allow"))
      return page(
        `<form method="post" action="${escape(here)}">
<input type="hidden" name="group_id" value="${groupId}">
<button name="allow" value="1">Разрешить</button></form>`,
      );
    const code = randomBytes(32).toString("hex");
    const { redirectUri } = PARTNER;
    this.#codes.set(code, { email: row.email, groupId, redirectUri, expiresAt: later(CODE_MS) });
    const target = new URL(redirectUri);
    target.searchParams.set("code", code);
    const state = query.get("state");
    if (state !== null) target.searchParams.set("state", state);
    target.searchParams.set("group_id", groupId);
    return redirect(target.href);
  }

  async #signIn(here: string, form: URLSearchParams): Promise<Answer> {
    const row = this.#users.get((form.get("email") ?? "").toLowerCase());
    if (row !== undefined && (await compare(form.get("password") ?? "", row.digest))) {
      const session = randomBytes(16).toString("hex");
      this.#sessions.set(session, row.email);
      return redirect(here, `senler_session=${session}; path=/; HttpOnly`);
    }
    return page(`<form method="post" action="${escape(here)}">
<input type="email" name="email"><input type="password" name="password">
<button>Войти</button></form>`);
  }

  #choice(here: string, { groups }: Row): Answer {
    const buttons = groups.map(
      (id) => `<button name="group_id" value="${id}">Сообщество ${id}</button>`,
    );
    return page(`<form method="post" action="${escape(here)}">${buttons.join("")}</form>`);
  }

  #redeem(read: (name: string) => string): Answer {
    // A missing parameter is a wrong code here; Latchkey names the parameter.
    const found = this.#codes.get(read("code"));
    if (read("client_id") !== PARTNER.clientId || read("client_secret") !== PARTNER.clientSecret)
      return refuse(401, 14, "Wrong client credentials");
    if (found === undefined || found.expiresAt <= Date.now()) return WRONG_CODE;
    if (found.redirectUri !== read("redirect_uri")) return WRONG_CODE;
    if (read("group_id") !== "" && read("group_id") !== found.groupId) return WRONG_CODE;
    this.#codes.delete(read("code"));
    const token = createHash("sha1").update(randomBytes(20)).digest("hex");
    this.#keys.push({ token, email: found.email, groupId: found.groupId });
    return json(200, { success: true, access_token: token });
  }

  *state(): Iterable<object> {
    const { clientId: client_id, clientSecret, redirectUri, name } = PARTNER;
    yield {
      kind: "client",
      client_id,
      client_secret: clientSecret,
      name,
      redirect_uris: [redirectUri],
      apis: ["senler"],
    };
    // References go forward as well as backward in a real export.
    for (const { token, email, groupId } of this.#keys)
      yield { kind: "access_key", token, user: email, client_id, group_id: groupId };
    for (const { username, email, digest, groups } of this.#users.values()) {
      yield { kind: "user", username, email, password_hash: digest.replace("$2b$", "$2y$") };
      for (const id of groups) yield { kind: "group", id, name: `Сообщество ${id}`, owner: email };
    }
    const agreed = new Set(this.#keys.map(({ email, groupId }) => `${email} ${groupId}`));
    for (const pair of agreed) {
      const [user, group_id] = pair.split(" ");
      yield { kind: "consent", user, client_id, group_id, scopes: [] };
    }
  }
}

const later = (milliseconds: number): number => Date.now() + milliseconds;
