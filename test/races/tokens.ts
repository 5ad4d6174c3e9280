import { expect, test } from "vitest";
import { refusalOf } from "../clients/refusal.ts";
import { agree, isActive, post, REDIRECT_URI, redeem, refresh, register } from "../oauth/flow.ts";
import { tally, type TwoServers } from "./two-servers.ts";

/** The ways that are no REST, whose token endpoint takes forms. */
const RPC = [0, 1, 2, 4];

export function tokens(two: TwoServers): void {
  async function signedIn() {
    const user = await two.newUser();
    const { accessToken } = await two
      .as(0)
      .users.signIn({ identifier: { case: "email", value: user.email }, password: user.password });
    return { ...user, api: two.as(1, accessToken) };
  }
  const client = () => register(two.administrator(0));
  const url = (index: number): string => two.urls[index % 2]!;

  test("50 redemptions of one code: one, and what it gave is ended by the others", async () => {
    for (let round = 0; round < 3; round++) {
      const [{ api }, app] = [await signedIn(), await client()];
      const agreed = await agree(api, app);
      const given: unknown[] = [];
      const attempt = async (index: number): Promise<string> => {
        if (index % 2 === 0) {
          const { json } = await redeem(url(index >> 1), app, agreed);
          given.push(json["access_token"], json["refresh_token"]);
          return String(json["error"] ?? "redeemed");
        }
        const request = {
          grantType: "authorization_code",
          code: agreed.code,
          codeVerifier: agreed.verifier,
          redirectUri: REDIRECT_URI,
          clientId: app.id,
          clientSecret: app.secret,
        };
        return two
          .as(RPC[(index >> 1) % RPC.length]!)
          .oauth.token(request)
          .then(
            ({ accessToken, refreshToken }) => (given.push(accessToken, refreshToken), "redeemed"),
            (error: unknown) =>
              ({ GRANT_INVALID: "invalid_grant" })[refusalOf(error).reason] ??
              refusalOf(error).reason,
          );
      };
      expect(await tally(50, attempt)).toEqual({ redeemed: 1, invalid_grant: 49 });
      const issued = given.filter((token) => token !== undefined);
      expect(issued).toHaveLength(2);
      for (const token of issued) expect(await isActive(url(round), app, token)).toBe(false);
    }
  });

  test("20 uses of one refresh token: one, and the family is ended by the others", async () => {
    for (let round = 0; round < 3; round++) {
      const [{ api }, app] = [await signedIn(), await client()];
      const { json: first } = await redeem(url(0), app, await agree(api, app));
      const given: unknown[] = [];
      const attempt = async (index: number): Promise<string> => {
        const { json } = await refresh(url(index), app, first["refresh_token"]);
        if (json["refresh_token"] !== undefined) given.push(json["refresh_token"]);
        return String(json["error"] ?? "refreshed");
      };
      expect(await tally(20, attempt)).toEqual({ refreshed: 1, invalid_grant: 19 });
      expect(given).toHaveLength(1);
      expect((await refresh(url(0), app, given[0])).json["error"]).toBe("invalid_grant");
      expect(await isActive(url(1), app, first["access_token"])).toBe(false);
    }
  });

  test("30 agreements at once are one grant, and every code of theirs works", async () => {
    const [{ api }, app] = [await signedIn(), await client()];
    const agreements = await Promise.all(Array.from({ length: 30 }, () => agree(api, app)));
    expect((await api.oauth.listGrants({})).grants).toHaveLength(1);
    const redemptions = await Promise.all(
      agreements.map((agreed, index) => redeem(url(index), app, agreed)),
    );
    expect(redemptions.map(({ status }) => status)).toEqual(Array(30).fill(200));
  });

  test("50 rotations of one secret leave one that works", async () => {
    const app = await register(two.administrator(0), {
      grantTypes: ["client_credentials"],
      scopes: ["users.read"],
    });
    const secrets = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, index) =>
          (await two.administrator(index).oauth.rotateClientSecret({ clientId: app.id }))
            .clientSecret,
      ),
    );
    const works = await Promise.all(
      [app.secret, ...secrets].map(
        async (secret, index) =>
          (
            await post(
              url(index),
              "token",
              { grant_type: "client_credentials" },
              { id: app.id, secret },
            )
          ).status,
      ),
    );
    expect(works.filter((status) => status === 200)).toHaveLength(1);
  });

  test("revoked on one server is dead on the other at once", async () => {
    const [{ api }, app] = [await signedIn(), await client()];
    for (let round = 0; round < 10; round++) {
      const { json } = await redeem(url(round), app, await agree(api, app));
      expect(await isActive(url(round + 1), app, json["access_token"])).toBe(true);
      await post(url(round), "revoke", { token: String(json["refresh_token"]) }, app);
      expect(await isActive(url(round + 1), app, json["access_token"])).toBe(false);
    }
  });
}
