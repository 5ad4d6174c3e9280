// Keys that a client publishes at its jwks_uri: when they are fetched, and when not.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { type Clock, systemClock } from "../../../src/domain/clock.ts";
import { JWT_BEARER_ASSERTION } from "../../../src/domain/oauth/proofs/client-assertion.ts";
import { useServer } from "../../use-server.ts";
import { type FormAnswer, post } from "../flow.ts";
import { assertion } from "./browser.ts";
import { assertionOf, type ClientKey, newKey } from "./keys.ts";

describe("jwks_uri", () => {
  let ahead = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const used = useServer({ clock });
  /** What the client publishes, and how often it was asked for. */
  let published: ClientKey[] = [];
  let type = "application/json";
  let asked = 0;
  let host: Server;
  beforeAll(async () => {
    host = createServer((_request, response) => {
      asked += 1;
      response.writeHead(200, { "content-type": type, "cache-control": "max-age=86400" });
      const keys = published.map(({ jwk, thumbprint }) => ({ ...jwk, kid: thumbprint }));
      response.end(JSON.stringify({ keys }));
    });
    await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => host.close());
  beforeEach(() => {
    asked = 0;
    ahead = 0;
    type = "application/json";
  });

  const register = async (): Promise<string> => {
    const { client } = await used.administrator.oauth.createClient({
      client: {
        name: "A client",
        type: ClientType.CONFIDENTIAL,
        grantTypes: ["client_credentials"],
        scopes: ["users.read"],
        settings: {
          tokenEndpointAuthMethod: "private_key_jwt",
          jwksUri: `http://127.0.0.1:${(host.address() as AddressInfo).port}/jwks`,
        },
      },
    });
    return client!.id;
  };
  const token = async (id: string, key: ClientKey): Promise<FormAnswer> =>
    post(used.url, "token", {
      grant_type: "client_credentials",
      ...(await assertion(used, { id, key })),
    });

  test("registration-jwks-uri: fetched once for many requests", async () => {
    const key = await newKey();
    published = [key];
    const id = await register();
    const answers = await Promise.all(Array.from({ length: 20 }, () => token(id, key)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(asked).toBe(1);
  });

  test("a key set isn't kept for longer when the clock is put back", async () => {
    const [first, second] = [await newKey(), await newKey()];
    published = [first];
    ahead = 30 * 60_000;
    const id = await register();
    const statusOf = async (key: ClientKey): Promise<number> => {
      const iat = Math.floor(clock.now() / 1_000);
      const { status } = await post(used.url, "token", {
        grant_type: "client_credentials",
        client_assertion_type: JWT_BEARER_ASSERTION,
        client_assertion: await assertionOf(
          key,
          { clientId: id, issuer: used.url },
          { iat, exp: iat + 60 },
        ),
      });
      return status;
    };
    expect(await statusOf(first)).toBe(200);
    published = [second];
    ahead = 0;
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
    expect(asked).toBe(2);
  });

  test("refresh-token-rp-key-rotation: an unknown kid is fetched, once a minute", async () => {
    const [first, second] = [await newKey(), await newKey()];
    published = [first];
    const id = await register();
    expect((await token(id, first)).status).toBe(200);
    published = [second];
    expect((await token(id, second)).status).toBe(401);
    expect(asked).toBe(1);
    ahead = 61_000;
    expect((await token(id, second)).status).toBe(200);
    expect((await token(id, first)).status).toBe(401);
    expect(asked).toBe(2);
  });

  test("a set that can't be read leaves the known keys, for an hour at most", async () => {
    const [key, other] = [await newKey(), await newKey()];
    published = [key];
    const id = await register();
    expect((await token(id, key)).status).toBe(200);
    type = "text/html";
    ahead = 61_000;
    expect((await token(id, other)).status).toBe(401);
    expect((await token(id, key)).status).toBe(200);
    expect(asked).toBe(2);
    ahead = 61 * 60_000;
    expect((await token(id, key)).status).toBe(401);
    expect(asked).toBe(3);
  });
});
