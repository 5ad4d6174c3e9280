// A client that proves itself anew in each request repeats a call whose server was killed: the
// proof differs, the call is the same.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import { JWT_BEARER_ASSERTION } from "../../src/domain/oauth/proofs/client-assertion.ts";
import { createRestTransport } from "../clients/rest.ts";
import {
  agree,
  clientToken,
  type FormAnswer,
  isActive,
  REDIRECT_URI,
  type Registered,
  send,
} from "../oauth/flow.ts";
import { assertionOf, type ClientKey, dpopProof, newKey } from "../oauth/proofs/keys.ts";
import { type Installation, install, type Latchkey } from "../process/latchkey.ts";
import { type Api, apiOf, unique } from "../use-server.ts";

const PASSWORD = "correct horse battery";
/** The address that both processes have: proofs and assertions name it. */
const ISSUER = "https://id.example.com";

type Form = Readonly<Record<string, string>>;

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  let installation: Installation;
  let server: Latchkey;
  let administrator: Registered;
  const begin = async (): Promise<void> => {
    server = await installation.start({ PUBLIC_URL: ISSUER, LOG_LEVEL: "error" });
  };
  beforeAll(async () => {
    installation = await install(engine);
    await begin();
    administrator = await installation.administrator();
  });
  afterAll(async () => {
    await server.stop("SIGKILL");
    await installation.remove();
  });

  const asAdministrator = async (): Promise<Api> =>
    apiOf(createRestTransport(server.url), await clientToken(server.url, administrator));

  async function newUser(): Promise<Api> {
    const email = `${unique()}@example.com`;
    await (await asAdministrator()).users.createUser({ email, password: PASSWORD });
    const transport = createRestTransport(server.url);
    const { accessToken } = await apiOf(transport).users.signIn({
      identifier: { case: "email", value: email },
      password: PASSWORD,
    });
    return apiOf(transport, accessToken);
  }

  /** A client with a key instead of a secret. */
  async function newClient(key: ClientKey): Promise<Registered> {
    const { client } = await (
      await asAdministrator()
    ).oauth.createClient({
      client: {
        name: "A client",
        type: ClientType.CONFIDENTIAL,
        grantTypes: ["authorization_code", "refresh_token"],
        scopes: ["profile"],
        redirectUris: [REDIRECT_URI],
        settings: {
          tokenEndpointAuthMethod: "private_key_jwt",
          jwks: { keys: [{ ...key.jwk, kid: key.thumbprint }] },
          dpopBoundAccessTokens: true,
        },
      },
    });
    return { id: client!.id, secret: "" };
  }

  /** Sends a form with a new assertion and a new proof. */
  const proven = async (
    { id }: Registered,
    { own, bound, form, key }: { own: ClientKey; bound: ClientKey; form: Form; key: string },
  ): Promise<FormAnswer> =>
    send(`${server.url}/oauth2/token`, {
      form: {
        ...form,
        client_assertion_type: JWT_BEARER_ASSERTION,
        client_assertion: await assertionOf(own, { clientId: id, issuer: ISSUER }),
      },
      headers: {
        "idempotency-key": key,
        dpop: await dpopProof(bound, { method: "POST", url: `${ISSUER}/oauth2/token` }),
      },
    });

  test("the answer is the same, bound to the same key, and no reuse", async () => {
    const [own, bound, other] = [await newKey(), await newKey(), await newKey()];
    const client = await newClient(own);
    const agreed = await agree(await newUser(), client);
    const keys = [randomUUID(), randomUUID()];
    const forms: Form[] = [
      {
        grant_type: "authorization_code",
        code: agreed.code,
        code_verifier: agreed.verifier,
        redirect_uri: REDIRECT_URI,
      },
    ];
    const alive: string[] = [];
    for (const [index, key] of keys.entries()) {
      const asked = { own, bound, form: forms[index]!, key };
      const first = await proven(client, asked);
      expect([first.status, first.json["token_type"]]).toEqual([200, "DPoP"]);
      await server.stop("SIGKILL");
      await begin();
      const again = await proven(client, asked);
      expect([again.status, again.json]).toEqual([200, first.json]);
      // The proof of another key is another request: it doesn't get the tokens of this one.
      const stolen = await proven(client, { ...asked, bound: other });
      expect(stolen.status).toBe(422);
      forms.push({
        grant_type: "refresh_token",
        refresh_token: String(first.json["refresh_token"]),
      });
      alive.push(String(first.json["access_token"]));
    }
    expect(alive).toHaveLength(2);
    expect(await isActive(server.url, administrator, alive[1])).toBe(true);
  });
});
