// zimoxy as a Flask program: bcrypt, and one key for all partners.
import { compare, hash, hashSync } from "bcrypt";
import { type Answer, type Call, type OldServer, toAscii } from "../exchange.ts";
import { IDLE_PASSWORD, PARTNER_KEY, personOf, type Seed } from "../people.ts";

interface Row {
  readonly login: string;
  readonly email: string;
  readonly digest: string;
  locked: boolean;
}

/** The least that bcrypt takes: a test needs no slow hash from a predecessor. */
const ROUNDS = 4;

/** Answers as Flask's jsonify prints it: sorted keys, spaces, a line feed. */
function flask(status: number, msg: string, isDone = false): Answer {
  return {
    status,
    headers: [
      ["Server", "Werkzeug/2.0.3 Python/3.8.10"],
      ["Content-Type", "application/json"],
    ],
    body: `${toAscii(`{"msg": ${JSON.stringify(msg)}, "status": ${isDone}}`)}\n`,
  };
}

const REFUSED = flask(403, "Доступ запрещен.");
const LOCKED = flask(423, "Пользователь заблокирован.");

/** The zimoxy server with its tables in memory. */
export class Zimoxy implements OldServer {
  readonly #logins = new Map<string, Row>();
  readonly #emails = new Map<string, Row>();

  constructor({ users, active }: Seed) {
    const idle = hashSync(IDLE_PASSWORD, ROUNDS);
    for (let index = 0; index < users; index++) {
      const { username, email, password } = personOf("zimoxy", index, active);
      const digest = index < active ? hashSync(password, ROUNDS) : idle;
      this.#add({ login: username, email, digest, locked: false });
    }
  }

  #add(row: Row): void {
    this.#logins.set(row.login, row);
    this.#emails.set(row.email, row);
  }

  async answer(call: Call): Promise<Answer | undefined> {
    const isRegister = /^(\/oauth2)?\/register$/.test(call.path);
    if (call.method !== "POST" || !(isRegister || call.path === "/oauth2/login")) return undefined;
    if (call.header("authorization") !== PARTNER_KEY) return REFUSED;
    return isRegister ? this.#register(call.form) : this.#login(call.form);
  }

  async #login(form: URLSearchParams): Promise<Answer> {
    // This server never looks at `ip`, whose wrong forms Latchkey refuses.
    const row = this.#logins.get(form.get("login") ?? "");
    if (row?.locked === true) return LOCKED;
    if (row === undefined || !(await compare(form.get("password") ?? "", row.digest)))
      return REFUSED;
    return flask(200, "Авторизация прошла успешно.", true);
  }

  async #register(form: URLSearchParams): Promise<Answer> {
    const names = ["login", "password", "email", "ip"];
    const missing = names.filter((name) => (form.get(name) ?? "") === "");
    if (missing.length > 0) return flask(400, `Неверные данные: ${missing.join(", ")}.`);
    const [login, email] = [form.get("login")!, form.get("email")!.toLowerCase()];
    const taken = (): Row | undefined => this.#logins.get(login) ?? this.#emails.get(email);
    if (taken()?.locked === true) return LOCKED;
    const digest = await hash(form.get("password")!, ROUNDS);
    if (taken() !== undefined) return flask(302, "Пользователь уже существует.");
    this.#add({ login, email, digest, locked: false });
    return flask(200, "Пользователь зарегистрирован", true);
  }

  lock(email: string): void {
    this.#emails.get(email)!.locked = true;
  }

  *state(): Iterable<object> {
    yield { kind: "partner_key", name: "Partner", secret_key: PARTNER_KEY };
    for (const { login, email, digest } of this.#logins.values())
      yield { kind: "user", username: login, email, password_hash: digest };
  }
}
