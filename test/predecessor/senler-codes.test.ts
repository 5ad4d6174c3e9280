// Codes of senler that only the predecessor knows, in every stage after `mirror`.
import { beforeAll, describe, expect, test } from "vitest";
import { hashToken } from "../../src/domain/security/tokens.ts";
import { createRestTransport } from "../clients/rest.ts";
import { call } from "../legacy/call.ts";
import { Browser } from "../move/browser.ts";
import { Witness } from "../move/witness.ts";
import { groupOf, PARTNER, personOf } from "../predecessors/people.ts";
import { aGroup } from "../store/samples.ts";
import { register } from "../oauth/flow.ts";
import { apiOf } from "../use-server.ts";
import { useStages } from "./use-stages.ts";

const ROUTE = "POST /ajax/cabinet/OAuth2token";
const LIFETIME_MS = 9_000_000;
const { clientId: client_id, clientSecret: client_secret, redirectUri: redirect_uri } = PARTNER;
const APPLICATION = { client_id, client_secret, redirect_uri };

describe.each(["sqlite", "mysql"] as const)("codes of senler on %s", (engine) => {
  // A hundred calls at once take a starved machine longer than the time that others give.
  const used = useStages("senler", engine, { SENLER_PREDECESSOR_TIMEOUT_MS: "15000" });
  const person = (index: number) => personOf("senler", index, 20);
  const forwarded = async () => (await used.predecessor.calls())[ROUTE] ?? 0;
  const redeem = (code: string, more: Readonly<Record<string, string>> = {}) =>
    used.send(ROUTE, { ...APPLICATION, code, ...more });

  /** Opens the page as a browser, and returns the code that the application is given. */
  async function codeOf(index: number, id: string = client_id): Promise<string> {
    const witness = new Witness();
    const browser = new Browser(person(index), witness);
    const query = new URLSearchParams({ client_id: id, redirect_uri }).toString();
    const page = `${used.url}/cabinet/OAuth2authorize?${query}`;
    const back = await browser.open(page, redirect_uri, groupOf(index));
    browser.close();
    expect(witness.faults).toEqual([]);
    return back!.searchParams.get("code")!;
  }

  /** Expects that the code is redeemed once, at the predecessor or here. */
  async function expectRedeemed(code: string, place: "there" | "here"): Promise<void> {
    const before = await forwarded();
    const first = await redeem(code);
    expect([first.status, first.wrong]).toEqual([200, undefined]);
    const second = await redeem(code);
    expect([second.status, second.wrong]).toEqual([400, undefined]);
    expect((await forwarded()) - before).toBe(place === "there" ? 2 : 0);
  }

  describe("with an application that only the predecessor knows", () => {
    test("the page and the code are the predecessor's, and the key is learnt", async () => {
      await used.stage("fallback");
      const wrong = { ...APPLICATION, code: "0".repeat(64) };
      const there = await call(`${used.predecessor.url}/ajax/cabinet/OAuth2token`, "POST", wrong);
      const refused = await redeem(wrong.code);
      expect([refused.status, refused.text]).toEqual([there.status, there.text]);
      const { status, text, json } = await redeem(await codeOf(0));
      const token = json.access_token!;
      expect([status, text]).toEqual([200, JSON.stringify({ success: true, access_token: token })]);
      expect(await used.predecessor.state()).toContain(token);
      const hash = hashToken(token);
      await expect
        .poll(() => used.store.tokens.findAccess(hash))
        .toMatchObject({
          token: { clientId: client_id, api: "senler" },
        });
      expect(await used.store.clients.find(client_id)).toMatchObject({ apis: ["senler"] });
      const secrets = await used.store.clients.secrets(client_id, Date.now());
      expect(secrets).toMatchObject([{ hash: hashToken(client_secret) }]);
      expect(await used.store.origins.find("client", client_id)).toMatchObject({
        source: "learned:senler",
      });
    });
  });

  describe("with an application and users that were imported", () => {
    /** Makes the group that the predecessor has, as an import does. */
    beforeAll(async () => {
      const token = await used.administratorToken();
      const administrator = apiOf(createRestTransport(used.url), token);
      for (const index of [1, 2]) {
        const { user } = await administrator.users.createUser(person(index));
        const id = BigInt(groupOf(index));
        const member = { groupId: id, userId: user!.id, role: "owner" as const, createdAt: 1 };
        await used.store.groups.insert(aGroup({ id }));
        await used.store.groups.addMember(member);
      }
    });

    test("a code is redeemed where it was made, after each change of the stage", async () => {
      await used.stage("mirror");
      const [first, second, third] = [await codeOf(1), await codeOf(1), await codeOf(2)];
      await used.stage("fallback");
      await expectRedeemed(first, "there");
      const ours = [await codeOf(1), await codeOf(1), await codeOf(2)] as const;
      await used.stage("own");
      await expectRedeemed(second, "there");
      await expectRedeemed(ours[0], "here");
      const own = [await codeOf(1), await codeOf(2)] as const;
      await used.stage("fallback");
      await expectRedeemed(third, "there");
      await expectRedeemed(own[0], "here");
      await expectRedeemed(ours[1], "here");
      await used.stage("mirror");
      await expectRedeemed(own[1], "here");
      await expectRedeemed(ours[2], "here");
      await expectRedeemed(await codeOf(1), "there");
    });

    test("an application that was registered here is served here in mirror too", async () => {
      await used.stage("mirror");
      const token = await used.administratorToken();
      const { id, secret } = await register(apiOf(createRestTransport(used.url), token), {
        apis: ["senler"],
        redirectUris: [redirect_uri],
      });
      const before = await forwarded();
      const code = await codeOf(1, id);
      const given = await redeem(code, { client_id: id, client_secret: secret });
      expect([given.status, given.wrong]).toEqual([200, undefined]);
      expect(await forwarded()).toBe(before);
    });

    test("no page names its user, so a share of users changes nothing", async () => {
      await used.stage("fallback", { percent: 50, before: "mirror" });
      await expectRedeemed(await codeOf(1), "there");
      await expectRedeemed(await codeOf(2), "there");
      await used.stage("own", { percent: 50, before: "fallback" });
      await expectRedeemed(await codeOf(1), "here");
    });

    test("in own, the predecessor is asked for 2.5 hours and not longer", async () => {
      await used.stage("mirror");
      const [early, late] = [await codeOf(1), await codeOf(2)];
      const now = Date.now();
      await used.stage("own", { changedAt: now - LIFETIME_MS + 60_000 });
      await expectRedeemed(early, "there");
      await used.stage("own", { changedAt: now - LIFETIME_MS });
      const before = await forwarded();
      expect((await redeem(late)).status).toBe(400);
      expect(await forwarded()).toBe(before);
    });
  });

  describe("within the limits of own", () => {
    const other = { client_id: "0".repeat(24), redirect_uri };

    test.each([
      ["fallback", PARTNER.clientId],
      ["own", PARTNER.clientId],
      ["fallback", other.client_id],
    ] as const)("in %s, a hundred wrong secrets of %s are asked about", async (stage, id) => {
      await used.stage(stage);
      // Each case has a minute of its own.
      await used.store.attempts.clear(`client:${id}:127.0.0.1`);
      const before = await forwarded();
      const answers = await Promise.all(
        Array.from({ length: 130 }, (_, index) =>
          redeem("1".repeat(64), { client_id: id, client_secret: `guess ${index}` }),
        ),
      );
      expect(answers.map(({ wrong }) => wrong)).toEqual(Array(130).fill(undefined));
      const groups = Object.groupBy(answers, ({ status }) => status);
      const counts = Object.entries(groups).map(([status, all]) => `${all!.length} × ${status}`);
      expect(counts).toEqual(["100 × 401", "30 × 429"]);
      expect((await forwarded()) - before).toBe(100);
    });

    test.each(["fallback", "own"] as const)("in %s, a secret has one reading", async (stage) => {
      await used.stage(stage);
      const before = await forwarded();
      const path = `${used.url}/ajax/cabinet/OAuth2token`;
      const code = "1".repeat(64);
      const fields = new URLSearchParams({ ...APPLICATION, code }).toString();
      const type = "application/x-www-form-urlencoded";
      const texts = [];
      for (const [search, charset, body] of [
        ["?client_secret=guess", "", fields],
        ["", "", `client_id=decoy&${fields}`],
        [`?code=${code}`, "; charset=unheard-of", fields],
        [`?code=${code}`, "", ""],
      ] as const) {
        const headers = { "content-type": `${type}${charset}` };
        const answer = await fetch(`${path}${search}`, { method: "POST", headers, body });
        texts.push([answer.status, ((await answer.json()) as { error_code: number }).error_code]);
      }
      expect(texts).toEqual([
        [400, 1],
        [400, 1],
        [415, 1],
        [400, 1],
      ]);
      expect(await forwarded()).toBe(before);
    });

    test("they don't block the right secret of an application that is known here", async () => {
      await used.stage("mirror");
      const code = await codeOf(1);
      await used.stage("fallback");
      await Promise.all(
        Array.from({ length: 101 }, () => redeem("1".repeat(64), { client_secret: "guess" })),
      );
      expect((await redeem("1".repeat(64), { client_secret: "guess" })).status).toBe(429);
      await expectRedeemed(code, "there");
    });
  });

  describe("without the predecessor", () => {
    test("fallback can't decide about a code, and own refuses it", async () => {
      await used.stage("fallback");
      const ours = await codeOf(1);
      await used.predecessor.behave({ down: true });
      const unknown = await redeem("2".repeat(64));
      expect([unknown.status, unknown.wrong]).toEqual([500, undefined]);
      expect((await redeem(ours)).status).toBe(200);
      await used.stage("own");
      const refused = await redeem("2".repeat(64));
      expect([refused.status, refused.wrong]).toEqual([400, undefined]);
      await used.predecessor.behave();
    });
  });
});
