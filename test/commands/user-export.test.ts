// Users in the form of other systems. Where we read that form too, it says the same again.
import { describe, expect, test } from "vitest";
import { exportedText } from "../../src/commands/user-export/export-users.ts";
import {
  type UserFormatName,
  USER_FORMAT_NAMES,
} from "../../src/commands/user-export/format-names.ts";
import { systemRecords } from "../../src/commands/user-import/systems/read-system.ts";
import type { User } from "../../src/domain/model.ts";
import { PasswordHasher } from "../../src/domain/passwords/hasher.ts";
import { ownWork } from "../../src/domain/security/concurrency-limiter.ts";
import { aUser } from "../store/samples.ts";

const hasher = await PasswordHasher.create(2);
const NOW = Date.UTC(2026, 0);
const CREATED = Date.UTC(2020, 0, 31, 18);

/** A hash of each kind, with its password and the systems that can check it. */
const HASHES: Readonly<Record<string, readonly [string, string, string]>> = {
  argon2: [
    "$argon2id$v=19$m=7168,t=5,p=1$Cf9AYCE5pAbb4CKEF0GUTA" +
      "$BruFLfFkjH/8erZ26NnrbkOrWiZuQyDRCHD9o0R6Scg",
    "password",
    "auth0 keycloak kratos clerk",
  ],
  bcrypt: [
    "$2y$10$nFguVi9LsCAcvTZFKQlRKeLVydo8ETv483lkNsSFI/Wl1Rz1Ypo1K",
    "hello",
    "auth0 kratos clerk",
  ],
  django: [
    "pbkdf2_sha256$20000$H0dPx8NeajVu$GiC4k5kqbbR9qWBlsRgDywNqC2vd9kqfk7zdorEnNas=",
    "hashcat",
    "auth0 keycloak kratos clerk",
  ],
  sha512: [
    "$pbkdf2-sha512$25000$LyWE0HrP2RsjZCxlDGFMKQ" +
      "$1vC5Ohk2mCS9b6akqsEfgeb4l74SF8XjH.SljXf3dMLHdlY1GK9ojcCKts6/asR4aPqBmk74nCDddU3tvSCJvw",
    "hashcat",
    "auth0 keycloak kratos",
  ],
  ldap: ["{SSHA}AZKja92fbuuB9SpRlHqaoXxbTc43Mzc2MDM1Ng==", "hashcat", "auth0 kratos clerk"],
  scrypt: [
    "$scrypt$ln=10,r=1,p=1$MDIwMzMwNTQwNDQyNQ$5FW+zWivLxgCWj7qLiQbeC8zaNQ+qdO0NUinvqyFcfo",
    "hashcat",
    "auth0 kratos",
  ],
  wrapped: ["$wrapped$of$this$server$alone", "", ""],
  none: ["", "", ""],
};

const users: User[] = Object.entries(HASHES).map(([name, [passwordHash]], index) =>
  aUser({
    id: `0b2b4c4e-6f0a-4d4b-9d28-2f6f1d8c1f1${index}`,
    username: name,
    email: `${name}@example.com`,
    passwordHash,
    state: "active",
    createdAt: CREATED,
    emailVerifiedAt: index % 2 === 0 ? CREATED : undefined,
  }),
);
const locked = aUser({ ...users[0]!, id: "l1", state: "locked", email: "locked@example.com" });
const ended = aUser({ ...locked, id: "l2", email: "ended@example.com", lockUntil: NOW - 1 });
const deleted = aUser({ ...users[0]!, id: "d1", state: "deleted", email: "deleted@example.com" });

async function* streamed<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

async function written(given: readonly User[], format: UserFormatName) {
  const resets: string[] = [];
  let text = "";
  const onReset = ({ username }: User): void => void resets.push(username);
  const importedHash = (stored: string): string => stored;
  const options = { format, importedHash, now: NOW, onReset };
  for await (const part of exportedText(streamed(given), options)) text += part;
  return { text, resets };
}

describe.each(USER_FORMAT_NAMES)("for %s", (format) => {
  test("users without a hash that it can check are the only ones to be reset", async () => {
    const { text, resets } = await written(users, format);
    const checked = Object.entries(HASHES)
      .filter(([, [, , systems]]) => systems.split(" ").includes(format))
      .map(([name]) => name);
    expect(resets).toEqual(Object.keys(HASHES).filter((name) => !checked.includes(name)));
    expect(text).not.toContain("$wrapped$");
    expect(text.trim().split("\n")).toHaveLength(users.length + 2);
  });

  test("a lock that has ended is none, and a deleted user is left out", async () => {
    const { text } = await written([locked, ended, deleted], format);
    expect(text).not.toContain("deleted@example.com");
    const [first, second] = text.split("\n").slice(1, 3);
    const said = { auth0: "blocked", clerk: "banned" } as Readonly<Record<string, string>>;
    const field = said[format];
    if (field !== undefined)
      expect([first, second]).toEqual([
        expect.stringContaining(`"${field}":true`),
        expect.stringContaining(`"${field}":false`),
      ]);
    else
      expect([first, second].map((line) => /"(?:inactive|enabled":false)/.test(line!))).toEqual([
        true,
        false,
      ]);
  });

  test("no users are a document too", async () => {
    const { text } = await written([], format);
    expect(JSON.parse(text)).toEqual(format === "keycloak" ? { users: [] } : []);
  });
});

test.each(["auth0", "keycloak", "clerk"] as const)("%s's form is read again", async (format) => {
  const { text } = await written([...users, locked], format);
  const lines = [];
  for await (const line of systemRecords(streamed([Buffer.from(text)]), format, NOW))
    lines.push(line);
  expect(lines).toHaveLength(users.length + 1);
  for (const [index, [name, [, password, systems]]] of Object.entries(HASHES).entries()) {
    const fields = lines[index]!.fields as Record<string, unknown>;
    expect(fields).toMatchObject({
      id: users[index]!.id,
      username: name,
      email: `${name}@example.com`,
      email_verified: index % 2 === 0,
    });
    const isChecked = systems.split(" ").includes(format);
    const hash = fields["password_hash"];
    expect("password_hash" in fields || "custom_password_hash" in fields).toBe(isChecked);
    if (typeof hash === "string")
      expect(
        await hasher.withPlace(
          ownWork,
          async (place) => (await place.verify(hash, password)).matches,
        ),
      ).toBe(true);
  }
  expect(lines.at(-1)!.fields).toMatchObject({ email: "locked@example.com", locked: true });
});

const PROFILE = {
  name: "Ada Lovelace",
  givenName: "Ada",
  familyName: "Lovelace",
  picture: "https://example.com/ada.png",
  locale: "en-GB",
  phoneNumber: "+493012345678",
  phoneNumberVerified: true,
  locality: "London",
} as const;

test.each([
  [
    "auth0",
    "given_name family_name picture name",
    { user_metadata: { locale: "en-GB", phone_number: "+493012345678", locality: "London" } },
  ],
  [
    "keycloak",
    "given_name family_name picture locale phone_number phone_number_verified locality",
    { firstName: "Ada", attributes: { locality: ["London"], phoneNumberVerified: ["true"] } },
  ],
  ["clerk", "given_name family_name", { first_name: "Ada", last_name: "Lovelace" }],
] as const)("a profile goes to %s, and what it has fields for comes back", async (...given) => {
  const [format, back, there] = given;
  const { text } = await written([aUser({ ...users[0]!, profile: PROFILE })], format);
  const document: unknown = JSON.parse(text);
  const [user] = Array.isArray(document) ? document : (document as { users: unknown[] }).users;
  expect(user).toMatchObject(there);
  const lines = [];
  for await (const each of systemRecords(streamed([Buffer.from(text)]), format, NOW))
    lines.push(each);
  const [line] = lines;
  const names = back.split(" ");
  expect(Object.keys(line!.fields)).toEqual(expect.arrayContaining(names));
  const profileNames = Object.keys(line!.fields).filter((name) =>
    /name$|picture|locale|phone|locality/.test(name),
  );
  expect(profileNames.filter((name) => name !== "username").sort()).toEqual(names.toSorted());
});

test("Kratos has the name as in its quick start", async () => {
  const { text } = await written([aUser({ ...users[0]!, profile: PROFILE })], "kratos");
  const [identity]: { traits: object }[] = JSON.parse(text);
  expect(identity!.traits).toMatchObject({ name: { first: "Ada", last: "Lovelace" } });
});

test("Kratos has N where PHC has its exponent, and the length of PBKDF2", async () => {
  const identities: { credentials?: { password: { config: { hashed_password: string } } } }[] =
    JSON.parse((await written(users, "kratos")).text);
  const hashes = identities.map((each) => each.credentials?.password.config.hashed_password);
  expect(hashes[1]).toBe("$2b$10$nFguVi9LsCAcvTZFKQlRKeLVydo8ETv483lkNsSFI/Wl1Rz1Ypo1K");
  expect(hashes[2]).toBe(
    "$pbkdf2-sha256$i=20000,l=32$SDBkUHg4TmVhalZ1$GiC4k5kqbbR9qWBlsRgDywNqC2vd9kqfk7zdorEnNas",
  );
  expect(hashes[5]).toBe(
    "$scrypt$ln=1024,r=1,p=1$MDIwMzMwNTQwNDQyNQ==" +
      "$5FW+zWivLxgCWj7qLiQbeC8zaNQ+qdO0NUinvqyFcfo=",
  );
  expect(identities.at(-1)).toMatchObject({
    schema_id: "default",
    state: "active",
    traits: { email: "none@example.com", username: "none" },
  });
});
