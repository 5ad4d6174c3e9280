import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { UserState } from "../../gen/identity/v1/model_pb.ts";
import { reason, refusal } from "../clients/refusal.ts";
import { unique, useServer } from "../use-server.ts";
import { accountCalls } from "./account-calls.ts";
import { MINUTE, movableClock } from "./clock.ts";

const clock = movableClock();

const used = useServer({ clock, environment: { SIGN_IN_NETWORK_FAILURES: "1000" } });

const { create, signIn } = accountCalls(used);

describe("creating", () => {
  test("answers the whole user", async () => {
    const { user } = await create({ email: "Ada.Lovelace@Example.COM ", username: "Ада 2" });
    expect(user).toMatchObject({
      realm: "default",
      username: "Ада 2",
      email: "Ada.Lovelace@Example.COM",
      state: UserState.ACTIVE,
      developer: false,
      lockReason: "",
    });
    expect(user!.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(user!.createTime).toEqual(user!.updateTime);
    expect([user!.deleteTime, user!.purgeTime, user!.lockUntil]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each<[string, (domain: string) => string]>([
    ["the same text", (domain) => `ada@${domain}`],
    ["capitals", (domain) => `ADA@${domain.toUpperCase()}`],
    ["blanks around it", (domain) => ` ada@${domain} `],
    ["a full stop after it", (domain) => `ada@${domain}.`],
    ["capital initials", (domain) => `Ada@${domain.replace(/^./, (first) => first.toUpperCase())}`],
  ])("one address is one account, also with %s", async (_, write) => {
    const domain = `${unique()}.example`;
    await create({ email: `ada@${domain}` });
    expect(await refusal(create({ email: write(domain) }))).toMatchObject({
      code: "AlreadyExists",
      reason: "EMAIL_TAKEN",
    });
  });

  test("an address composed in another way is the same", async () => {
    await create({ email: "re\u0301mi@x.example" });
    expect(await reason(create({ email: "r\u00e9mi@x.example" }))).toBe("EMAIL_TAKEN");
  });

  test.each([
    "no address",
    "a@b@c",
    "@b.example",
    "ab@",
    "a@-b.example",
    "a\tb@c.example",
    "a\u202eb@c.example",
    `${"a".repeat(250)}@b.example`,
    "a@b..example",
  ])("no address: %j", async (email) => {
    expect(await refusal(create({ email }))).toMatchObject({
      code: "InvalidArgument",
      reason: "EMAIL_INVALID",
      fields: ["email"],
    });
  });

  test.each([
    "ada@bücher.example",
    "ada@xn--bcher-kva.example",
    "ADA@XN--BCHER-KVA.example",
    "ada@bu\u0308cher.example",
    "ada@ｂücher。example",
  ])("one mailbox is one account, and any spelling signs in: %j", async (email) => {
    const key = "ada@xn--bcher-kva.example";
    await create({ email: "ada@bücher.example" }).catch(() => undefined);
    expect(await refusal(create({ email }))).toMatchObject({ reason: "EMAIL_TAKEN" });
    const { user } = await signIn(email, "correct horse battery");
    expect(user?.email).toBe("ada@bücher.example");
    expect((await used.administrator.users.listUsers({ email })).users.map(({ id }) => id)).toEqual(
      [user!.id],
    );
    expect((await used.server.store.users.findByEmail("default", key))?.id).toBe(user!.id);
    expect(
      await reason(
        used.administrator.users.updateUser({ user: { id: (await create({})).user!.id, email } }),
      ),
    ).toBe("EMAIL_TAKEN");
  });

  test.each([
    "a@b",
    "a\nb",
    " ",
    "\u2028",
    " maria",
    "maria ",
    "ma  ria",
    "ma\u00a0ria",
    "mar\u2060ia",
    "\u202emaria",
    "mar\u200bia",
    "mar\u00adia",
    "\u3164",
    "\u2800",
  ])("no name: %j", async (username) => {
    expect(await refusal(create({ username }))).toMatchObject({
      code: "InvalidArgument",
      reason: "USERNAME_INVALID",
      fields: ["username"],
    });
  });

  test("a name is compared exactly, and an empty one is none", async () => {
    await create({ username: "Grace" });
    expect(await reason(create({ username: "Grace" }))).toBe("USERNAME_TAKEN");
    await create({ username: "grace" });
    await create({ username: "" });
    await create({ username: "" });
  });

  test.each(["m\u0430ria", "m\u0430r\u0456\u0430", "mari\u0430"])(
    "a name that looks like another user's is refused: %j",
    async (username) => {
      const other = (await create({})).user!;
      await create({ username: "maria" }).catch(() => undefined);
      const taken = { code: "AlreadyExists", reason: "USERNAME_TAKEN", fields: ["username"] };
      expect(await refusal(create({ username }))).toMatchObject(taken);
      expect(
        await refusal(used.administrator.users.updateUser({ user: { id: other.id, username } })),
      ).toMatchObject(taken);
      await create({ username, realm: `realm${unique("")}`.slice(0, 20) });
    },
  );

  test("a name in NFD is the same name", async () => {
    const { user } = await create({ username: "Rene\u0301" });
    expect(user?.username).toBe("Ren\u00e9");
    expect(await reason(create({ username: "Ren\u00e9" }))).toBe("USERNAME_TAKEN");
    for (const value of ["Rene\u0301", "Ren\u00e9"])
      expect(
        (
          await used.as().users.signIn({
            identifier: { case: "username", value },
            password: "correct horse battery",
          })
        ).user?.id,
      ).toBe(user?.id);
  });

  test("a user keeps the own look, and gives it up with the name", async () => {
    const [first, second] = [
      (await create({ username: "lantern" })).user!,
      (await create({})).user!,
    ];
    const rename = (id: string, username: string) =>
      used.administrator.users.updateUser({ user: { id, username } });
    await rename(first.id, "l\u0430ntern");
    await rename(first.id, "l\u0430ntern");
    expect(await reason(rename(second.id, "lantern"))).toBe("USERNAME_TAKEN");
    await rename(first.id, "candle");
    await rename(second.id, "lantern");
    expect(await reason(rename(first.id, "l\u0430ntern"))).toBe("USERNAME_TAKEN");
    await used.administrator.users.deleteUser({ userId: second.id });
    await rename(first.id, "l\u0430ntern");
  });

  test("in another realm the same person is another user", async () => {
    const email = `${unique()}@example.com`;
    await create({ email });
    const { user } = await create({ email, realm: "partners" });
    expect(user?.realm).toBe("partners");
    expect(
      await reason(
        used.as().users.signIn({
          identifier: { case: "email", value: email },
          password: "wrong but long",
          realm: "partners",
        }),
      ),
    ).toBe("SIGN_IN_FAILED");
  });

  test.each(["short", "7 chars"])("the password %j is too short", async (password) => {
    expect(await refusal(create({ password }))).toMatchObject({
      code: "InvalidArgument",
      reason: "PASSWORD_UNACCEPTABLE",
      fields: ["password"],
    });
  });

  test.each([
    "8 chars!",
    "пароль из букв",
    "密码密码密码密码",
    "🐎".repeat(8),
    " ".repeat(3) + "spaces" + " ".repeat(3),
    "x7".repeat(100),
    "long 😀 ".repeat(100),
  ])("the password %j is what it is", async (password) => {
    const { user } = await create({ password });
    expect((await signIn(user!.email, password)).user?.id).toBe(user!.id);
    for (const other of [`${password} `, password.slice(0, -1), `${password}\u0001`])
      expect(await reason(signIn(user!.email, other))).toBe("SIGN_IN_FAILED");
  });

  test("passwords that differ in their last byte, far back, are different", async () => {
    for (const length of [73, 129, 200, 1024]) {
      const { user } = await create({ password: "p".repeat(length) });
      expect(await reason(signIn(user!.email, `${"p".repeat(length - 1)}q`))).toBe(
        "SIGN_IN_FAILED",
      );
    }
    expect(await reason(create({ password: "p".repeat(1025) }))).toBe("FIELD_INVALID");
  });
});

describe("changing", () => {
  test("without a mask, what is set; with one, what it names", async () => {
    const { user } = await create({ username: unique() });
    clock.pass(1000);
    const renamed = (
      await used.administrator.users.updateUser({ user: { id: user!.id, username: "renamed" } })
    ).user!;
    expect(renamed).toMatchObject({ username: "renamed", email: user!.email });
    expect(timestampMs(renamed.updateTime!)).toBeGreaterThan(timestampMs(user!.updateTime!));
    const nameless = (
      await used.administrator.users.updateUser({
        user: { id: user!.id, username: "", email: "ignored@example.com" },
        updateMask: { paths: ["username"] },
      })
    ).user!;
    expect(nameless).toMatchObject({ username: "", email: user!.email });
    expect(
      await refusal(
        used.administrator.users.updateUser({
          user: { id: user!.id, state: UserState.LOCKED },
          updateMask: { paths: ["state"] },
        }),
      ),
    ).toMatchObject({ reason: "FIELD_INVALID", fields: ["update_mask"] });
  });

  test("what is output only stays as it is", async () => {
    const ada = await used.signUp();
    const before = (await ada.users.getUser({ userId: "me" })).user!;
    await ada.users.updateUser({
      user: {
        ...before,
        realm: "other",
        state: UserState.DELETED,
        developer: false,
        createTime: timestampFromMs(0),
        lockReason: "x",
        username: "only this",
      },
    });
    expect((await ada.users.getUser({ userId: "me" })).user).toEqual({
      ...before,
      username: "only this",
      updateTime: expect.anything(),
    });
  });

  test(
    "a user asks for another address only shortly after signing in, and is no developer " +
      "by decree",
    async () => {
      const ada = await used.signUp();
      const email = `${unique()}@example.com`;
      expect((await ada.users.updateUser({ user: { id: "me", email } })).user?.email).toBe(
        ada.email,
      );
      expect(await reason(ada.users.updateUser({ user: { developer: true } }))).toBe(
        "PERMISSION_DENIED",
      );
      clock.pass(6 * MINUTE);
      expect(
        await refusal(ada.users.updateUser({ user: { email: `${unique()}@example.com` } })),
      ).toMatchObject({ code: "PermissionDenied", reason: "REAUTHENTICATION_REQUIRED" });
      // The address that the user has already is no other one.
      expect(
        (
          await ada.users.updateUser({
            user: { username: unique(), email: ada.email.toUpperCase() },
          })
        ).user?.email,
      ).toBe(ada.email);
    },
  );

  test("no user gets the name or address of another", async () => {
    const [ada, grace] = [await used.signUp(), await used.signUp()];
    expect(
      await reason(
        used.administrator.users.updateUser({
          user: { id: ada.id, email: grace.email.toUpperCase() },
        }),
      ),
    ).toBe("EMAIL_TAKEN");
    expect(await reason(ada.users.updateUser({ user: { username: grace.username } }))).toBe(
      "USERNAME_TAKEN",
    );
    expect(await reason(ada.users.updateUser({ user: { username: "a@b" } }))).toBe(
      "USERNAME_INVALID",
    );
  });
});
