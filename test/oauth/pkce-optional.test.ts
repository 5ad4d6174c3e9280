// A confidential client that may do without PKCE: who may have the switch, and what it doesn't
// change.
import { describe, expect, test } from "vitest";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import { refusal } from "../clients/refusal.ts";
import { useServer } from "../use-server.ts";
import { agree, newPkce, REDIRECT_URI, redeem, type Registered, register } from "./flow.ts";

const ENGINES = ["sqlite", "mysql"] as const;

describe.each(ENGINES)("on %s", (engine) => {
  const used = useServer({ engine });
  const without = { codeChallenge: "", codeChallengeMethod: "" };
  const start = async (pkceOptional: boolean) => {
    const client = await register(used.administrator, { pkceOptional });
    const user = await used.signUp();
    return { client, user, ask: () => agree(user, client, without) };
  };
  const change = async (client: Registered, pkceOptional: boolean, paths = ["pkce_optional"]) =>
    (
      await used.administrator.oauth.updateClient({
        client: { id: client.id, pkceOptional },
        updateMask: { paths },
      })
    ).client?.pkceOptional;

  test("is off by default, and then a challenge is needed", async () => {
    const { client, ask } = await start(false);
    const { client: read } = await used.administrator.oauth.getClient({ clientId: client.id });
    expect(read?.pkceOptional).toBe(false);
    expect(await refusal(ask())).toMatchObject({
      reason: "OAUTH_REQUEST_INVALID",
      message: expect.stringContaining("code_challenge"),
    });
  });

  test("a code without a challenge needs the secret, and takes no verifier", async () => {
    const { client, ask } = await start(true);
    const agreed = { ...(await ask()), verifier: "" };
    expect((await redeem(used.url, { ...client, secret: "wrong" }, agreed)).status).toBe(401);
    expect((await redeem(used.url, { ...client, secret: "" }, agreed)).status).toBe(401);
    expect((await redeem(used.url, client, agreed)).json).toMatchObject({ token_type: "Bearer" });
    const refused = await redeem(used.url, client, {
      ...(await ask()),
      verifier: newPkce().verifier,
    });
    expect(refused.json["error"]).toBe("invalid_grant");
  });

  test("a challenge that was sent is still checked", async () => {
    const { client, user } = await start(true);
    const verifiers = ["", newPkce().verifier];
    for (const verifier of verifiers)
      expect(
        (await redeem(used.url, client, { ...(await agree(user, client)), verifier })).status,
      ).toBe(400);
    expect((await redeem(used.url, client, await agree(user, client))).status).toBe(200);
    for (const request of [
      { codeChallenge: newPkce().challenge, codeChallengeMethod: "plain" },
      { codeChallenge: "short", codeChallengeMethod: "S256" },
      { codeChallenge: "", codeChallengeMethod: "S256" },
    ])
      expect(await refusal(agree(user, client, request))).toMatchObject({
        reason: "OAUTH_REQUEST_INVALID",
      });
  });

  test("changes by its name in the mask only, and stops the next request", async () => {
    const { client, ask } = await start(false);
    expect(await change(client, true)).toBe(true);
    await ask();
    await used.administrator.oauth.updateClient({
      client: { id: client.id, name: "Another name" },
    });
    await ask();
    expect(await change(client, true, ["*"]).catch(() => "refused")).toBe("refused");
    expect(await change(client, false)).toBe(false);
    expect(await refusal(ask())).toMatchObject({ reason: "OAUTH_REQUEST_INVALID" });
  });

  test("no public client has it", async () => {
    const refused = { reason: "FIELD_INVALID", fields: ["pkce_optional"] };
    expect(
      await refusal(register(used.administrator, { public: true, pkceOptional: true })),
    ).toMatchObject(refused);
    const client = await register(used.administrator, { public: true });
    expect(await refusal(change(client, true))).toMatchObject(refused);
    expect(await refusal(agree(await used.signUp(), client, without))).toMatchObject({
      reason: "OAUTH_REQUEST_INVALID",
    });
  });

  test("a developer switches the own client only", async () => {
    const [owner, stranger] = [await used.signUp(), await used.signUp()];
    const { client } = await used.administrator.oauth.createClient({
      client: {
        name: "Own",
        type: ClientType.CONFIDENTIAL,
        ownerId: owner.id,
        redirectUris: [REDIRECT_URI],
      },
    });
    const update = { client: { id: client!.id, pkceOptional: true } };
    expect(await refusal(stranger.oauth.updateClient(update))).toMatchObject({
      reason: "CLIENT_NOT_FOUND",
    });
    expect((await owner.oauth.updateClient(update)).client?.pkceOptional).toBe(true);
  });
});
