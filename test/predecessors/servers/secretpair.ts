// secretpair as a Django program: pbkdf2_sha256, tokens of PyJWT, base64 ids, one pair for each
// developer, codes for ten minutes, and a sign-in page with Django's CSRF token.
import { pbkdf2Sync, randomBytes, randomUUID } from "node:crypto";
import { type Answer, type Call, escape, type OldServer, pythonJson } from "../exchange.ts";
import { IDLE_PASSWORD, personOf, type Seed } from "../people.ts";
import { newJwt, usernameOf } from "./django-jwt.ts";

interface Row {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  pair?: { readonly id: string; readonly value: string; redirectUri?: string };
}

interface Code {
  readonly row: Row;
  readonly secretId: string;
  readonly expiresAt: number;
}

/** Few, since a test needs no slow hash from a predecessor. */
const ITERATIONS = 1_000;
const CODE_MS = 600_000;

function makePassword(password: string, salt = randomBytes(9).toString("base64url")): string {
  const key = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256").toString("base64");
  return `pbkdf2_sha256$${ITERATIONS}$${salt}$${key}`;
}

const checkPassword = (password: string, stored: string): boolean =>
  makePassword(password, stored.split("$")[2]) === stored;

const HEADERS = [
  ["X-Frame-Options", "DENY"],
  ["Vary", "Accept, Cookie"],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "same-origin"],
] as const;

/** Answers with the envelope, as Django's JsonResponse prints it. */
const django = (code: number, message: string, data: object | null = null): Answer => ({
  status: code,
  headers: [["Content-Type", "application/json"], ...HEADERS],
  body: pythonJson({ code, message, data }),
});

const redirect = (location: string): Answer => ({
  status: 302,
  headers: [["Content-Type", "text/html; charset=utf-8"], ["Location", location], ...HEADERS],
  body: "",
});

const BAD_PARAMETER = django(400, "参数错误");
const NO_APPLICATION = django(404, "应用不存在");
const BAD_TOKEN = django(401, "令牌无效或已过期");

/** The secretpair server with its tables in memory. */
export class Secretpair implements OldServer {
  readonly #byName = new Map<string, Row>();
  readonly #byEmail = new Map<string, Row>();
  readonly #developers = new Map<string, Row>();
  readonly #codes = new Map<string, Code>();

  constructor({ users, active }: Seed) {
    const idle = makePassword(IDLE_PASSWORD);
    for (let index = 0; index < users; index++) {
      const { username, email, password } = personOf("secretpair", index, active);
      this.#add({ username, email, password: index < active ? makePassword(password) : idle });
    }
  }

  #add(row: Row): void {
    this.#byName.set(row.username, row);
    this.#byEmail.set(row.email, row);
  }

  answer(call: Call): Promise<Answer | undefined> {
    const { form, query } = call;
    switch (`${call.method} ${call.path}`) {
      case "POST /register/":
        return Promise.resolve(this.#register(form));
      case "POST /login/":
        return Promise.resolve(
          form.has("csrfmiddlewaretoken") ? this.#submit(call) : this.#login(call),
        );
      case "GET /login/":
        return Promise.resolve(this.#page(call, 200));
      case "GET /auth/":
      case "PATCH /auth/":
        return Promise.resolve(this.#auth(call));
      case "GET /oauth/":
        return Promise.resolve(
          this.#developers.has(query.get("secret_id") ?? "")
            ? redirect(`/login/?${query.toString()}`)
            : NO_APPLICATION,
        );
      case "POST /oauth/":
        return Promise.resolve(this.#redeem(form));
      default:
        return Promise.resolve(undefined);
    }
  }

  #register(form: URLSearchParams): Answer {
    const [username, email, password] = ["username", "email", "password"].map(
      (name) => form.get(name) ?? "",
    ) as [string, string, string];
    if (username === "" || password === "" || !email.includes("@")) return BAD_PARAMETER;
    const address = email.toLowerCase();
    if (this.#byName.has(username) || this.#byEmail.has(address)) return django(409, "用户已存在");
    this.#add({ username, email: address, password: makePassword(password) });
    return django(200, "注册成功", { token: newJwt(username, address), username, email: address });
  }

  #find(form: URLSearchParams): Row | undefined {
    const name = form.get("username") ?? "";
    return name === ""
      ? this.#byEmail.get((form.get("email") ?? "").toLowerCase())
      : this.#byName.get(name);
  }

  #login({ form, query }: Call): Answer {
    const password = form.get("password") ?? "";
    if (password === "" || ((form.get("username") ?? "") || (form.get("email") ?? "")) === "")
      return BAD_PARAMETER;
    const secretId = query.get("secret_id") ?? "";
    if (secretId !== "" && !this.#developers.has(secretId)) return NO_APPLICATION;
    const row = this.#find(form);
    if (row === undefined || !checkPassword(password, row.password))
      return django(401, "用户名或密码错误");
    return django(200, "登录成功", {
      token: newJwt(row.username, row.email),
      redirect_uri: secretId === "" ? "" : (query.get("redirect_uri") ?? ""),
      authorization_code: secretId === "" ? "" : this.#newCode(row, query),
      username: row.username,
      email: row.email,
    });
  }

  #newCode(row: Row, query: URLSearchParams): string {
    const code = randomUUID();
    const secretId = query.get("secret_id") ?? "";
    // No address is registered here. The owner's export has the first one that was used.
    this.#developers.get(secretId)!.pair!.redirectUri ??= query.get("redirect_uri") ?? "";
    this.#codes.set(code, { row, secretId, expiresAt: Date.now() + CODE_MS });
    return code;
  }

  #page({ query, cookies }: Call, status: number): Answer {
    const token = cookies.get("csrftoken") ?? randomBytes(32).toString("hex");
    const body = `<!DOCTYPE html><html lang="zh"><meta charset="utf-8"><title>登录</title>
<form method="post" action="/login/?${escape(query.toString())}">
<input type="hidden" name="csrfmiddlewaretoken" value="${token}">
<input type="text" name="username"><input type="password" name="password">
<button type="submit">登录</button></form></html>`;
    return {
      status,
      headers: [
        ["Content-Type", "text/html; charset=utf-8"],
        ...HEADERS,
        ["Set-Cookie", `csrftoken=${token}; Max-Age=31449600; Path=/; SameSite=Lax`],
      ],
      body,
    };
  }

  /** Takes what the sign-in page posts. */
  #submit(call: Call): Answer {
    const { form, query, cookies } = call;
    const token = form.get("csrfmiddlewaretoken");
    if (token === "" || token !== cookies.get("csrftoken")) return this.#page(call, 403);
    const row = this.#find(form);
    const secretId = query.get("secret_id") ?? "";
    if (row === undefined || !checkPassword(form.get("password") ?? "", row.password))
      return this.#page(call, 200);
    if (!this.#developers.has(secretId)) return this.#page(call, 404);
    const target = new URL(query.get("redirect_uri") ?? "");
    target.searchParams.set("authorization_code", this.#newCode(row, query));
    const state = query.get("state");
    if (state !== null) target.searchParams.set("state", state);
    return redirect(target.href);
  }

  #auth(call: Call): Answer {
    const row = this.#byName.get(usernameOf(call.header("authorization")) ?? "");
    if (row === undefined) return BAD_TOKEN;
    if (call.method === "PATCH") {
      // Any word makes a developer here; Latchkey takes `true` alone.
      if ((call.form.get("is_developer") ?? "") === "") return BAD_PARAMETER;
      row.pair ??= {
        id: Buffer.from((Date.now() / 1000 + Math.random()).toFixed(6)).toString("base64"),
        value: randomBytes(32).toString("hex"),
      };
      this.#developers.set(row.pair.id, row);
    }
    const { username, email, pair } = row;
    const shown = { secret_id: pair?.id ?? "", secret_value: pair?.value ?? "" };
    return django(200, "获取成功", { username, email, ...shown });
  }

  #redeem(form: URLSearchParams): Answer {
    const names = ["secret_id", "secret_value", "authorization_code"];
    const [id, value, code] = names.map((name) => form.get(name) ?? "") as [string, string, string];
    if ([id, value, code].includes("")) return BAD_PARAMETER;
    if (this.#developers.get(id)?.pair?.value !== value) return django(401, "应用凭证无效");
    const found = this.#codes.get(code);
    if (found?.secretId !== id || found.expiresAt <= Date.now())
      return django(400, "授权码无效或已过期");
    this.#codes.delete(code);
    return django(200, "获取授权成功", { username: found.row.username, email: found.row.email });
  }

  *state(): Iterable<object> {
    for (const { username, email, password, pair } of this.#byName.values()) {
      yield { kind: "user", username, email, password_hash: password };
      if (pair === undefined) continue;
      const { id, value, redirectUri } = pair;
      const redirect_uris = redirectUri === undefined ? [] : [redirectUri];
      yield { kind: "secret_pair", user: email, secret_id: id, secret_value: value, redirect_uris };
    }
  }
}
