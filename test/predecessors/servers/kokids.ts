// kokids as a PHP program: one file for each path, md5 with a salt, opaque tokens in a table.
import { createHash, randomBytes } from "node:crypto";
import { type Answer, type Call, type OldServer, toAscii } from "../exchange.ts";
import { IDLE_PASSWORD, personOf, type Seed } from "../people.ts";

interface Row {
  readonly email: string;
  readonly userId: string;
  readonly accId: string;
  readonly salt: string;
  readonly digest: string;
  readonly device: Readonly<Record<string, string>>;
}

const TOKEN_SECONDS = 30 * 86_400;
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const newSalt = (): string => randomBytes(4).toString("hex");

/** Answers as json_encode prints it: slashes escaped too. */
function php(status: number, value: object): Answer {
  return {
    status,
    headers: [
      ["Server", "Apache/2.4.38 (Debian)"],
      ["X-Powered-By", "PHP/7.3.31"],
      ["Cache-Control", "no-store, no-cache, must-revalidate"],
      ["Content-Type", "application/json"],
    ],
    body: toAscii(JSON.stringify(value)).replaceAll("/", "\\/"),
  };
}

/** PHP's $_REQUEST without cookies: a name in the body wins. */
const parameter = ({ form, query }: Call, name: string): string =>
  form.get(name) ?? query.get(name) ?? "";

/** The kokids server with its tables in memory. */
export class Kokids implements OldServer {
  /** By e-mail address in lower case. */
  readonly #users = new Map<string, Row>();
  readonly #userIds = new Set<string>();
  /** The owner's address by token. */
  readonly #tokens = new Map<string, string>();

  constructor({ users, active }: Seed) {
    const salt = newSalt();
    const idle = { salt, digest: md5(salt + IDLE_PASSWORD) };
    for (let index = 0; index < users; index++) {
      const { email, username, accId, password } = personOf("kokids", index, active);
      const own = newSalt();
      const hash = index < active ? { salt: own, digest: md5(own + password) } : idle;
      const device = { gaid: `gaid-${index}`, bundle: "com.example.hair", os_int: "1" };
      this.#add({ email, userId: username, accId, device, ...hash });
    }
  }

  #add(row: Row): void {
    this.#users.set(row.email, row);
    this.#userIds.add(row.userId);
  }

  #newToken(email: string): string {
    const token = randomBytes(20).toString("base64");
    this.#tokens.set(token, email);
    return token;
  }

  #end(email: string): void {
    for (const [token, owner] of this.#tokens) if (owner === email) this.#tokens.delete(token);
  }

  answer(call: Call): Promise<Answer | undefined> {
    return Promise.resolve(call.method === "POST" ? this.#post(call) : undefined);
  }

  #post(call: Call): Answer | undefined {
    const email = parameter(call, "Email").toLowerCase();
    const accId = parameter(call, "AccID");
    const password = parameter(call, "Password");
    const row = this.#users.get(email);
    switch (call.path) {
      case "/user/create":
        return this.#create(call, { email, accId, password });
      case "/user/login":
        if (email === "" || accId === "" || password === "")
          return php(400, { error: "Invalid input" });
        if (row?.accId !== accId || md5(row.salt + password) !== row.digest)
          return php(401, { error: "User not found" });
        return php(200, { token: this.#newToken(email), message: "Login successful" });
      case "/user/logout":
        if (email === "" || accId === "") return php(400, { error: "Invalid input" });
        if (row?.accId === accId) this.#end(email);
        return php(200, { message: "Logout successful" });
      case "/user/delete":
        if (row?.accId !== accId) return php(400, { error: "Invalid input" });
        this.#users.delete(email);
        this.#userIds.delete(row.userId);
        this.#end(email);
        return php(200, { message: "User deleted successfully" });
      default:
        return undefined;
    }
  }

  #create(call: Call, given: { email: string; accId: string; password: string }): Answer {
    const [userId, bundle, os, gaid] = ["UserID", "Bundle", "OSInt", "GAID"].map((name) =>
      parameter(call, name),
    ) as [string, string, string, string];
    const { email, accId, password } = given;
    const all = [email, accId, password, userId, bundle, gaid];
    if (all.includes("") || !/^-?\d+$/.test(os) || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
      return php(400, { error: "Email, UserID, and Password are required" });
    if (this.#users.has(email) || this.#userIds.has(userId))
      return php(409, { error: "User already exists" });
    const salt = newSalt();
    const device = { gaid, bundle, os_int: os, sdk_ver_c: parameter(call, "SDKVerC") };
    this.#add({ email, userId, accId, salt, digest: md5(salt + password), device });
    return php(200, { token: this.#newToken(email), message: "User created successfully" });
  }

  *state(): Iterable<object> {
    const expires = new Date(Date.now() + TOKEN_SECONDS * 1000).toISOString();
    const rule = Buffer.from("{SALT}{PASSWORD}").toString("base64");
    const bare = (text: string, encoding: BufferEncoding): string =>
      Buffer.from(text, encoding).toString("base64");
    for (const { email, userId, accId, salt, digest, device } of this.#users.values()) {
      const hash = `$md5$pf=${rule}$${bare(salt, "utf8")}$${bare(digest, "hex")}`;
      yield { kind: "user", username: userId, email, password_hash: hash, acc_id: accId };
      const { os_int, sdk_ver_c, ...rest } = device;
      const version = sdk_ver_c === undefined || sdk_ver_c === "" ? {} : { sdk_ver_c };
      yield { kind: "device", user: email, ...rest, os_int: Number(os_int), ...version };
    }
    for (const [token, user] of this.#tokens)
      yield { kind: "session_token", api: "kokids", token, user, expires_at: expires };
  }
}
