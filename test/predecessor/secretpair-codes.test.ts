// Codes, applications and tokens of secretpair that only the predecessor knows.
import { describe, expect, test } from "vitest";
import { emailKey } from "../../src/domain/accounts/email-address.ts";
import { call } from "../legacy/call.ts";
import { Browser } from "../move/browser.ts";
import { Witness } from "../move/witness.ts";
import type { DocumentedBody } from "../predecessors/documents.ts";
import { DJANGO_SECRET, personOf } from "../predecessors/people.ts";
import { useStages } from "./use-stages.ts";

const redirect_uri = "http://127.0.0.1:9/cb";
const LIFETIME_MS = 600_000;
const FAILURES = 5;

type Data = NonNullable<DocumentedBody["data"]>;

describe.each(["sqlite", "mysql"] as const)("secretpair's own on %s", (engine) => {
  const used = useStages("secretpair", engine, {
    SIGN_IN_ACCOUNT_FAILURES: String(FAILURES),
    SECRETPAIR_LEGACY_JWT_SECRET: DJANGO_SECRET,
  });
  const person = (index: number) => personOf("secretpair", index, 20);
  const count = async (route: string) => (await used.predecessor.calls())[route] ?? 0;
  const learnt = (index: number) =>
    used.store.users.findByEmail("default", emailKey(person(index).email)!);

  /** Calls the predecessor itself, as clients did before the move. */
  async function there(
    route: string,
    fields?: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly text: string; readonly data: Data }> {
    const [method, path] = route.split(" ") as [string, string];
    const { text } = await call(`${used.predecessor.url}${path}`, method, fields, headers);
    return { text, data: (JSON.parse(text) as DocumentedBody).data! };
  }

  /** Makes the user a developer there; returns the pair and the token. */
  async function developer(index: number) {
    const { username, password } = person(index);
    const { data } = await there("POST /login/", { username, password });
    const headers = { authorization: data.token! };
    const { secret_id, secret_value } = (
      await there("PATCH /auth/", { is_developer: "true" }, headers)
    ).data;
    return { pair: { secret_id: secret_id!, secret_value: secret_value! }, headers };
  }

  /** Signs the user in to an application. */
  async function codeOf(index: number, secret_id: string): Promise<string> {
    const { username, password } = person(index);
    const query = `?${new URLSearchParams({ secret_id, redirect_uri }).toString()}`;
    const answer = await used.send("POST /login/", { username, password }, {}, query);
    expect([answer.status, answer.wrong]).toEqual([200, undefined]);
    return answer.json.data!.authorization_code!;
  }

  async function expectRedeemed(
    authorization_code: string,
    pair: { readonly secret_id: string; readonly secret_value: string },
    place: "there" | "here",
  ): Promise<void> {
    const before = await count("POST /oauth/");
    const statuses = [];
    for (let use = 0; use < 2; use++) {
      const { status, wrong } = await used.send("POST /oauth/", { ...pair, authorization_code });
      statuses.push(status, wrong);
    }
    expect(statuses).toEqual([200, undefined, 400, undefined]);
    expect((await count("POST /oauth/")) - before).toBe(place === "there" ? 2 : 0);
  }

  test("an application that only the predecessor knows works by call and page", async () => {
    const { pair } = await developer(0);
    await used.stage("fallback");
    await expectRedeemed(await codeOf(1, pair.secret_id), pair, "there");
    const witness = new Witness();
    const browser = new Browser(person(1), witness);
    const query = new URLSearchParams({ secret_id: pair.secret_id, redirect_uri }).toString();
    const back = await browser.open(`${used.url}/oauth/?${query}`, redirect_uri);
    browser.close();
    expect(witness.faults).toEqual([]);
    await expectRedeemed(back!.searchParams.get("authorization_code")!, pair, "there");
    await expect.poll(() => learnt(1)).toBeDefined();
  });

  test("a token that only the predecessor knows shows and makes its pair", async () => {
    await used.stage("fallback");
    const { headers } = await developer(2);
    const shown = await used.send("GET /auth/", undefined, headers);
    expect(shown.text).toBe((await there("GET /auth/", undefined, headers)).text);
    const { username, password } = person(3);
    const token = (await there("POST /login/", { username, password })).data.token!;
    const authorization = { authorization: token };
    const made = await used.send("PATCH /auth/", { is_developer: "true" }, authorization);
    expect([made.status, made.wrong]).toEqual([200, undefined]);
    expect((await there("GET /auth/", undefined, authorization)).text).toBe(made.text);
  });

  test("a developer of the predecessor who signs in in fallback is shown the pair", async () => {
    const { pair } = await developer(4);
    await used.stage("fallback");
    const { email, password } = person(4);
    const { json } = await used.send("POST /login/", { email, password });
    const authorization = { authorization: json.data!.token! };
    const shown = await used.send("GET /auth/", undefined, authorization);
    expect(shown.json.data).toMatchObject(pair);
    const asked = await count("GET /auth/");
    expect((await used.send("GET /auth/", undefined, authorization)).text).toBe(shown.text);
    expect(await count("GET /auth/")).toBe(asked);
    await used.stage("own");
    expect((await used.send("GET /auth/", undefined, authorization)).text).toBe(shown.text);
  });

  test("a token whose user has ended it here isn't revived by the predecessor", async () => {
    await used.stage("mirror");
    const { username, password } = person(5);
    const unseen = (await there("POST /login/", { username, password })).data.token!;
    const { json } = await used.send("POST /login/", { username, password });
    await expect.poll(() => learnt(5)).toBeDefined();
    await used.stage("fallback");
    const show = async (token: string) =>
      (await used.send("GET /auth/", undefined, { authorization: token })).status;
    expect(await show(json.data!.token!)).toBe(200);
    const { id } = (await learnt(5))!;
    await used.store.sessions.deleteAll(id, Date.now());
    const asked = await count("GET /auth/");
    expect([await show(json.data!.token!), await show(unseen)]).toEqual([401, 401]);
    expect(await used.store.users.delete(id, Date.now())).toBe(true);
    expect(await show(unseen)).toBe(401);
    expect(await count("GET /auth/")).toBe(asked);
  });

  test("a code is redeemed where it was made, after each change of the stage", async () => {
    const { pair, headers } = await developer(6);
    await used.stage("mirror");
    // The pair is learnt, and the address of the application is pinned by its first code here.
    expect((await used.send("GET /auth/", undefined, headers)).status).toBe(200);
    const code = () => codeOf(6, pair.secret_id);
    const [first, second, third] = [await code(), await code(), await code()];
    await expect.poll(() => learnt(6)).toBeDefined();
    expect((await used.send("GET /auth/", undefined, headers)).status).toBe(200);
    await expect.poll(() => used.store.clients.find(pair.secret_id)).toBeDefined();
    await used.stage("fallback");
    await expectRedeemed(first, pair, "there");
    const ours = [await code(), await code(), await code()] as const;
    await used.stage("own");
    await expectRedeemed(second, pair, "there");
    await expectRedeemed(ours[0], pair, "here");
    const own = [await code(), await code()] as const;
    await used.stage("fallback");
    await expectRedeemed(third, pair, "there");
    await expectRedeemed(own[0], pair, "here");
    await expectRedeemed(ours[1], pair, "here");
    await used.stage("mirror");
    await expectRedeemed(own[1], pair, "here");
    await expectRedeemed(ours[2], pair, "here");
    const late = await code();
    await used.stage("own", { changedAt: Date.now() - LIFETIME_MS });
    const before = await count("POST /oauth/");
    const refused = await used.send("POST /oauth/", { ...pair, authorization_code: late });
    expect([refused.status, refused.wrong]).toEqual([400, undefined]);
    expect(await count("POST /oauth/")).toBe(before);
  });

  test("with a share of users, each code is redeemed where it was made", async () => {
    const { pair, headers } = await developer(7);
    const { username, password } = person(7);
    await used.stage("mirror");
    await used.send("POST /login/", { username, password });
    await expect.poll(() => learnt(7)).toBeDefined();
    await used.send("GET /auth/", undefined, headers);
    await expect.poll(() => used.store.clients.find(pair.secret_id)).toBeDefined();
    // The application's own developer pins its address.
    await used.stage("fallback");
    await codeOf(7, pair.secret_id);
    await used.stage("fallback", { percent: 50, before: "mirror" });
    const codes = [];
    for (let index = 8; index < 18; index++) codes.push(await codeOf(index, pair.secret_id));
    const before = await count("POST /oauth/");
    const statuses = [];
    for (const authorization_code of codes)
      statuses.push((await used.send("POST /oauth/", { ...pair, authorization_code })).status);
    expect(statuses).toEqual(Array(10).fill(200));
    const forwarded = (await count("POST /oauth/")) - before;
    expect(forwarded).toBeGreaterThan(0);
    expect(forwarded).toBeLessThan(10);
  });

  describe("within the limits of own", () => {
    const query = async (index: number) => {
      const { secret_id } = (await developer(index)).pair;
      return `?${new URLSearchParams({ secret_id, redirect_uri }).toString()}`;
    };
    const guess = { username: person(18).username, password: "wrong" };
    const statusesOf = async (send: () => Promise<{ readonly status: number }>) => {
      const all = await Promise.all(Array.from({ length: 20 }, send));
      return Object.entries(Object.groupBy(all, ({ status }) => status)).map(
        ([status, each]) => `${each!.length} × ${status}`,
      );
    };

    test("passwords can't be guessed through an application that is unknown here", async () => {
      const unknown = await query(0);
      await used.stage("fallback");
      const before = await count("POST /login/");
      const send = () => used.send("POST /login/", guess, {}, unknown);
      expect(await statusesOf(send)).toEqual([`${FAILURES} × 401`, `${20 - FAILURES} × 429`]);
      expect((await count("POST /login/")) - before).toBe(FAILURES);
    });

    test("nor by a call that two servers could read in two ways", async () => {
      const unknown = await query(0);
      await used.stage("fallback");
      const before = await count("POST /login/");
      const decoy = `${unknown}&username=decoy`;
      const path = `${used.url}/login/`;
      const form = "application/x-www-form-urlencoded";
      const fields = new URLSearchParams(guess).toString();
      const send = (search: string, type: string, body: string) =>
        fetch(`${path}${search}`, { method: "POST", headers: { "content-type": type }, body });
      const statuses = [
        await send(decoy, form, fields),
        await send(unknown, form, `username=decoy&${fields}`),
        await send(unknown, form, `email=decoy%40example.com&${fields}`),
        await send(unknown, `${form}; charset=unheard-of`, fields),
        await send(unknown, "application/json", JSON.stringify({ ...guess, username: ["x"] })),
      ].map(({ status }) => status);
      // Latchkey itself reads the parameters of the body, and knows no such application.
      expect(statuses).toEqual([404, 400, 400, 415, 400]);
      expect(await count("POST /login/")).toBe(before);
    });

    test("nor by the predecessor's page", async () => {
      const unknown = await query(0);
      await used.stage("fallback");
      const page = await call(`${used.url}/login/${unknown}`, "GET", undefined, {
        accept: "text/html",
      });
      const csrfmiddlewaretoken = /value="([0-9a-f]+)"/.exec(page.text)![1]!;
      const cookie = page.headers.getSetCookie()[0]!.split(";")[0]!;
      const form = { ...guess, username: person(19).username, csrfmiddlewaretoken };
      const before = await count("POST /login/");
      const send = () =>
        call(`${used.url}/login/${unknown}`, "POST", form, { accept: "text/html", cookie });
      expect(await statusesOf(send)).toEqual([`${FAILURES} × 200`, `${20 - FAILURES} × 429`]);
      expect((await count("POST /login/")) - before).toBe(FAILURES);
    });

    test("right passwords use no try up", async () => {
      const { secret_id } = (await developer(0)).pair;
      await used.stage("fallback");
      const codes = [];
      for (let index = 0; index < 2 * FAILURES; index++) codes.push(await codeOf(1, secret_id));
      expect(new Set(codes).size).toBe(2 * FAILURES);
    });

    test("a user who was deleted here, or has a password of here, isn't asked about", async () => {
      await used.stage("fallback");
      const unknown = await query(0);
      const enter = async ({ username, password }: ReturnType<typeof person>) =>
        (await used.send("POST /login/", { username, password }, {}, unknown)).status;
      const { username, password } = person(1);
      expect(await enter(person(1))).toBe(200);
      await expect.poll(() => learnt(1)).toBeDefined();
      const user = (await learnt(1))!;
      await used.store.users.setPassword(user.id, user.passwordHash, Date.now());
      const before = await count("POST /login/");
      expect(await enter({ ...person(1), username, password })).toBe(404);
      expect(await used.store.users.delete(user.id, Date.now())).toBe(true);
      expect(await enter(person(1))).toBe(404);
      expect(await count("POST /login/")).toBe(before);
    });
  });

  test("without the predecessor, unknown codes and tokens get documented answers", async () => {
    const { pair, headers } = await developer(19);
    await used.stage("fallback");
    await used.predecessor.behave({ down: true });
    const unknown = { ...pair, authorization_code: "6f1c1f0e-9c5b-4c63-a1d5-0c9b5a1c7d11" };
    const code = await used.send("POST /oauth/", unknown);
    const profile = await used.send("GET /auth/", undefined, headers);
    expect([code.status, code.wrong, profile.status, profile.wrong]).toEqual([
      500,
      undefined,
      500,
      undefined,
    ]);
    await used.stage("own");
    const refused = await used.send("POST /oauth/", unknown);
    expect([refused.status, refused.wrong]).toEqual([404, undefined]);
    await used.predecessor.behave();
  });
});
