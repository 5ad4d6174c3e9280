// `latchkey user create`, `show`, `delete`, `restore` and `set-password`, beside a running server.
import { execFile } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createUser } from "../../src/domain/accounts/user-creation.ts";
import { systemClock } from "../../src/domain/clock.ts";
import type { Principal } from "../../src/domain/principal.ts";
import { PasswordHasher } from "../../src/domain/passwords/hasher.ts";
import { builtProgram } from "../bundle.ts";
import { newFolder } from "../mariadb-server.ts";
import { stores } from "../mariadb.ts";
import { personOf } from "../predecessors/people.ts";
import { startPredecessor } from "../predecessors/start.ts";
import { read } from "../email/mailbox.ts";
import { type Installation, install, type Latchkey, runWarm } from "../process/latchkey.ts";
import { unique } from "../use-server.ts";

interface Shown {
  readonly id: string;
  readonly [field: string]: unknown;
}

const DAY = 86_400_000;
const PASSWORD = "correct horse battery";
const shown = ({ stdout }: { readonly stdout: string }): Shown => JSON.parse(stdout) as Shown;

describe.each(["sqlite", "mysql"] as const)("users on %s", (engine) => {
  let folder: string;
  let installation: Installation;
  let server: Latchkey;
  let environment: Readonly<Record<string, string>>;
  beforeAll(async () => {
    folder = await newFolder();
    installation = await install(engine);
    // Where the e-mails are; on SQLite it is the database's folder too.
    environment = { DATA_DIR: folder, ...installation.environment };
    server = await installation.start({ ...environment, LOG_LEVEL: "silent" });
  });
  afterAll(async () => {
    await server.stop();
    await installation.remove();
    await rm(folder, { recursive: true });
  });
  const latchkey = (...words: string[]) => runWarm(words, environment);
  const passwordFile = async (text: string | Buffer): Promise<string> => {
    const file = join(folder, unique("password-"));
    await writeFile(file, text);
    return file;
  };
  const signIn = async (username: string, password: string) => {
    const response = await fetch(`${server.url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    });
    const text = await response.text();
    return { text, token: /lks_[\w-]+/.exec(text)?.[0] };
  };
  const me = async (token: string) =>
    (await fetch(`${server.url}/v1/users/me`, { headers: { authorization: `Bearer ${token}` } }))
      .status;
  const created = async (username: string, ...more: string[]): Promise<Shown> => {
    const file = await passwordFile(`${PASSWORD}\n`);
    const email = `${username}@example.com`;
    const words = ["--email", email, "--username", username, "--password-file", file];
    const made = await latchkey("user", "create", ...words, ...more);
    expect([made.code, made.stderr]).toEqual([0, ""]);
    return shown(made);
  };
  const events = async (...filter: string[]) => {
    const { stdout } = await latchkey("audit", "export", ...filter);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Shown);
  };

  test("create: the user signs in, and the rules of the pages hold", async () => {
    const name = unique("ada");
    const user = await created(name, "--developer", "--verified", "--acc-id", "acc-17");
    expect(user).toMatchObject({
      acc_id: "acc-17",
      realm: "default",
      username: name,
      email_verified: true,
      developer: true,
      administrator: false,
      has_password: true,
      state: "active",
    });
    expect(JSON.stringify(user)).not.toMatch(/argon2|hash/);
    expect(await signIn(name, PASSWORD)).toMatchObject({ token: expect.any(String) as string });
    const twice = await latchkey("user", "create", "--email", `${name}@EXAMPLE.com`);
    expect([twice.code, twice.stdout]).toEqual([1, ""]);
    expect(twice.stderr).toMatch(/address/i);
    const weak = [
      "--email",
      "weak@example.com",
      "--password-file",
      await passwordFile("password1"),
    ];
    const refused = await latchkey("user", "create", ...weak);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toMatch(/password is one of the first/);
    expect(await events("--user", user.id, "--type", "user.create")).toEqual([
      expect.objectContaining({
        actor: "operator",
        user_id: user.id,
        details: { developer: "true", email: "verified" },
      }),
    ]);
  });

  test("without a password no sign-in works before one is set", async () => {
    const name = unique("grace");
    const made = shown(
      await latchkey("user", "create", "--email", `${name}@example.com`, "--username", name),
    );
    expect(made).toMatchObject({ has_password: false, email_verified: false, developer: false });
    for (const password of ["", PASSWORD])
      expect((await signIn(name, password)).token).toBeUndefined();
    const file = await passwordFile(PASSWORD);
    const set = await latchkey("user", "set-password", name, "--password-file", file);
    expect([set.code, set.stderr, shown(set)["has_password"]]).toEqual([0, "", true]);
    expect((await signIn(name, PASSWORD)).token).toBeDefined();
  });

  test("set-password: sessions end, the user gets an e-mail, the trail has it", async () => {
    const name = unique("lin");
    const { id } = await created(name);
    const token = (await signIn(name, PASSWORD)).token!;
    expect(await me(token)).toBe(200);
    // From standard input, as an operator types it.
    const program = `"${process.execPath}" "${await builtProgram()}"`;
    const { stdout, stderr } = await promisify(execFile)(
      "bash",
      [
        "--norc",
        "-c",
        `printf 'another horse battery\\r\\n' | ${program} user set-password ${name}`,
      ],
      { env: { PATH: process.env["PATH"], ...environment } },
    );
    expect([shown({ stdout }).id, stderr]).toEqual([id, ""]);
    expect(await me(token)).toBe(401);
    expect((await signIn(name, PASSWORD)).token).toBeUndefined();
    expect((await signIn(name, "another horse battery")).token).toBeDefined();
    const mails = join(environment["DATA_DIR"]!, "mail");
    const letters = await Promise.all(
      (await readdir(mails)).map(async (file) => read(await readFile(join(mails, file), "utf8"))),
    );
    expect(letters.filter(({ to }) => to === `${name}@example.com`)).toEqual([
      expect.objectContaining({ subject: "Your password was changed" }),
    ]);
    expect(await events("--user", name, "--type", "user.change_password")).toMatchObject([
      { actor: "operator", user_id: id },
    ]);
  });

  test("a mail server that is down is named, and the password is set", async () => {
    const name = unique("eve");
    await created(name);
    const file = await passwordFile("yet another battery");
    const words = ["user", "set-password", name, "--password-file", file];
    const down = { SMTP_URL: "smtp://127.0.0.1:9", MAIL_FROM: "no-reply@example.com" };
    const { code, stderr } = await runWarm(words, { ...environment, ...down });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^The e-mail to the user was not sent: connection \(.*\)\nTry: /),
    ]);
    expect((await signIn(name, "yet another battery")).token).toBeDefined();
  });

  test("a password that can't be read changes nothing", async () => {
    const name = unique("ken");
    await created(name);
    const cases = [
      ["", /has no password/],
      ["one\ntwo\n", /several lines/],
      [Buffer.from([0xff, 0xfe, 0x70]), /not UTF-8/],
      [Buffer.alloc(20_000, "a"), /too long/],
    ] as const;
    for (const [text, why] of cases) {
      const file = await passwordFile(text);
      const words = ["user", "set-password", name, "--password-file", file];
      const { code, stdout, stderr } = await latchkey(...words);
      expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(why)]);
    }
    const nowhere = join(folder, "nowhere");
    const missing = await latchkey("user", "set-password", name, "--password-file", nowhere);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("ENOENT")]);
    expect(cases).toHaveLength(4);
    expect((await signIn(name, PASSWORD)).token).toBeDefined();
  });

  test("delete and restore: by name, by address and by id", async () => {
    const name = unique("rita");
    const { id } = await created(name);
    const token = (await signIn(name, PASSWORD)).token!;
    const deleted = shown(await latchkey("user", "delete", name));
    expect(deleted).toMatchObject({ id, state: "deleted" });
    const at = Date.parse(String(deleted["deleted_at"]));
    expect(deleted["restorable_until"]).toBe(new Date(at + 30 * DAY).toISOString());
    expect(await me(token)).toBe(401);
    expect((await signIn(name, PASSWORD)).token).toBeUndefined();
    expect((await latchkey("user", "show", name)).code).toBe(1);
    expect(shown(await latchkey("user", "show", id))).toEqual(deleted);
    const again = await latchkey("user", "delete", id);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("deleted already")]);
    const restored = await latchkey("user", "restore", `${name}@example.com`);
    expect(shown(restored)).toMatchObject({ id, state: "active", username: name });
    expect((await signIn(name, PASSWORD)).token).toBeDefined();
    const twice = await latchkey("user", "restore", name);
    expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining("no deleted user")]);
    const types = (await events("--user", id)).map(({ type }) => type);
    expect(types.filter((type) => type !== "user.sign_in")).toEqual([
      "user.restore",
      "user.delete",
      "user.create",
    ]);
  });

  test("a user of another realm is found only there", async () => {
    const name = unique("zoe");
    const { id } = await created(name, "--realm", "other");
    expect((await latchkey("user", "show", name)).code).toBe(1);
    expect(shown(await latchkey("user", "show", name, "--realm", "other")).id).toBe(id);
    const wrong = await latchkey("user", "create", "--email", "a@b.example", "--realm", "A B");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("lower-case")]);
  });
});

test("a server that is taken over learns of a deletion, and is needed for it", async () => {
  const predecessor = await startPredecessor({ api: "kokids", users: 5, active: 5 });
  const installation = await install("sqlite");
  const environment = { ...installation.environment, KOKIDS_PREDECESSOR: predecessor.url };
  try {
    const latchkey = (...words: string[]) => runWarm(words, environment);
    await latchkey("migrate");
    const folder = await newFolder();
    const people = [0, 1].map((index) => personOf("kokids", index, 5));
    const lines = people.map(({ email, accId, password }) =>
      JSON.stringify({ email, acc_id: accId, password }),
    );
    const file = join(folder, "users.jsonl");
    await writeFile(file, lines.join("\n"));
    expect((await latchkey("user", "import", file)).code).toBe(0);
    await latchkey("predecessor", "stage", "kokids", "fallback");
    expect((await latchkey("user", "delete", people[0]!.email)).code).toBe(0);
    expect((await predecessor.calls())["POST /user/delete"]).toBe(1);
    await predecessor.behave({ down: true });
    const refused = await latchkey("user", "delete", people[1]!.email);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("can't be asked")]);
    expect((await latchkey("user", "show", people[1]!.email)).code).toBe(0);
    await rm(folder, { recursive: true });
  } finally {
    await installation.remove();
    await predecessor.stop();
  }
});

describe.each(stores)("vouching on $engine", ({ use }) => {
  const used = use();
  const given = { developer: true, emailVerified: true, hasNoPassword: true };

  test("only the operator vouches for a new user", async () => {
    const hasher = await PasswordHasher.create(1);
    const register = (caller: Principal) =>
      createUser(
        { store: used.store, clock: systemClock, hasher },
        { caller, address: "", userAgent: "", expired: () => false },
        {
          realm: "default",
          username: "",
          email: `${unique()}@example.com`,
          password: "",
          enforcePasswordPolicy: true,
          given,
        },
      );
    await expect(register({ kind: "partner", clientId: "c" })).rejects.toMatchObject({
      reason: "PERMISSION_DENIED",
    });
    expect(await register({ kind: "operator" })).toMatchObject({ passwordHash: "" });
  });
});
