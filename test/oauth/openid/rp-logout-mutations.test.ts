// Hints and addresses that are almost right: no redirect, and no user is signed out.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { decodeProtectedHeader, type JWTPayload, SignJWT, type JWTHeaderParameters } from "jose";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { relyingParty } from "./relying-party.ts";

const used = useServer();
const BACK = "https://client.example.com/signed-out";
const OTHERS = "https://other.example.com/signed-out";

type Party = Awaited<ReturnType<typeof relyingParty>>;
type Pairs = readonly (readonly [string, string])[];

interface Case {
  readonly rp: Party;
  readonly user: SignedIn;
  readonly agent: Agent;
  /** The same user in another browser, and another user. */
  readonly elsewhere: Agent;
  readonly otherAgent: Agent;
  readonly idToken: string;
  readonly claims: JWTPayload;
  readonly hints: Readonly<Record<string, string>>;
}

let given: Case;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Changes one bit of one of the three parts. */
function flipped(token: string, part: number, byte: number): string {
  const parts = token.split(".");
  const bytes = Buffer.from(parts[part]!, "base64url");
  bytes[byte < 0 ? bytes.length + byte : byte]! ^= 1;
  parts[part] = bytes.toString("base64url");
  return parts.join(".");
}

beforeAll(async () => {
  const rp = await relyingParty(used, { settings: { postLogoutRedirectUris: [BACK] } });
  const otherRp = await relyingParty(used, {
    settings: { postLogoutRedirectUris: [OTHERS] },
    redirectUris: ["https://other.example.com/callback"],
  });
  const [user, otherUser] = [await used.signUp(), await used.signUp()];
  const [agent, elsewhere, otherAgent] = [1, 2, 3].map(() => new Agent(used.url)) as [
    Agent,
    Agent,
    Agent,
  ];
  const { idToken, claims, tokens } = await rp.signIn(agent, user);
  const ofOtherSession = await rp.signIn(elsewhere, user);
  const ofOtherUser = await rp.signIn(otherAgent, otherUser);
  const ofOtherClient = await otherRp.signIn(agent, undefined);
  const header = decodeProtectedHeader(idToken) as JWTHeaderParameters;
  const [head = "", payload = "", signature = ""] = idToken.split(".");
  const jwks = (await (await fetch(`${used.url}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string; alg: string; [name: string]: string }[];
  };
  const ours = jwks.keys.find(({ kid }) => kid === header.kid)!;
  const ec = jwks.keys.find(({ alg }) => alg === "ES256")!;
  const pem = createPublicKey({ key: ours, format: "jwk" }).export({ type: "spki", format: "pem" });
  const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const foreignJwk = foreign.publicKey.export({ format: "jwk" });
  const foreignEc = createPrivateKey(
    generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      type: "pkcs8",
      format: "pem",
    }),
  );
  const signed = (
    more: Record<string, unknown>,
    key: SigningKey = foreign.privateKey,
    body: JWTPayload = claims,
  ) => new SignJWT(body).setProtectedHeader({ ...header, ...more }).sign(key);
  const unsigned = (alg: string, end = ""): string =>
    `${encode({ ...header, alg })}.${payload}.${end}`;
  const changed = (change: Record<string, unknown>): string =>
    `${head}.${encode({ ...claims, ...change })}.${signature}`;
  const headed = (change: Record<string, unknown>): string =>
    `${encode({ ...header, ...change })}.${payload}.${signature}`;
  given = {
    rp,
    user,
    agent,
    elsewhere,
    otherAgent,
    idToken,
    claims,
    hints: {
      "alg none": unsigned("none"),
      "alg None": unsigned("None"),
      "alg nOnE": unsigned("nOnE"),
      "alg none with the signature": unsigned("none", signature),
      "HS256 by the public key as PEM": await signed({ alg: "HS256" }, Buffer.from(pem)),
      "HS256 by the public key as JWK": await signed(
        { alg: "HS256" },
        Buffer.from(JSON.stringify(ours)),
      ),
      "a foreign signature": await signed({}),
      "a foreign key of its own kid": await signed({ kid: "mine" }),
      "a foreign key in jwk": await signed({ jwk: foreignJwk }),
      "a foreign key at jku": await signed({ jku: "http://127.0.0.1:9/jwks.json" }),
      "a foreign key of an elliptic curve": await signed({ alg: "ES256", kid: ec.kid }, foreignEc),
      "the kid of the other key": headed({ kid: ec.kid }),
      "the algorithm and kid of the other key": headed({ alg: "ES256", kid: ec.kid }),
      "PS256 with the key of RS256": headed({ alg: "PS256" }),
      "an unknown kid": headed({ kid: "01234567-89ab-7cde-8f01-23456789abcd" }),
      "a kid that is a path": headed({ kid: "../../etc/passwd" }),
      "no kid": headed({ kid: undefined }),
      "the type of a logout token": headed({ typ: "logout+jwt" }),
      "an unknown critical header": headed({ crit: ["b64"], b64: false }),
      "no signature": `${head}.${payload}.`,
      "two parts": `${head}.${payload}`,
      "four parts": `${idToken}.${signature}`,
      "a truncated signature": idToken.slice(0, -1),
      "a truncated payload": `${head}.${payload.slice(0, -2)}.${signature}`,
      "a bit of the signature": flipped(idToken, 2, 0),
      "the last bit of the signature": flipped(idToken, 2, -1),
      "a bit of the payload": flipped(idToken, 1, 20),
      "a bit of the header": flipped(idToken, 0, 12),
      "another sub": changed({ sub: otherUser.id }),
      "another aud": changed({ aud: otherRp.client.id }),
      "another sid": changed({ sid: ofOtherSession.claims["sid"] }),
      "another iss": changed({ iss: "https://evil.example" }),
      "a later exp": changed({ exp: 4_102_444_800 }),
      "a padded text": `${idToken}=`,
      "a space in front": ` ${idToken}`,
      "a line end": `${idToken}\n`,
      "two tokens": `${idToken} ${idToken}`,
      "an escaped text": encodeURIComponent(idToken.replaceAll(".", "%2e")),
      "another text": "hint",
      JSON: JSON.stringify({ header, payload: claims, signature }),
      "a long text": "a".repeat(5000),
      "an access token": String(tokens.json["access_token"]),
      "the token of a session": user.token,
      "the hint of another session": ofOtherSession.idToken,
      "the hint of another user": ofOtherUser.idToken,
      "the hint of another client": ofOtherClient.idToken,
    },
  };
});

type SigningKey = Parameters<SignJWT["sign"]>[0];

/** Asks to log out. Returns whether the browser was led away, and who is still signed in. */
async function logOut(parameters: Pairs) {
  const pairs = new URLSearchParams(parameters.map(([name, value]) => [name, value]));
  const response = await given.agent.get(`/oauth2/logout?${pairs}`);
  const signedIn: boolean[] = [];
  for (const agent of [given.agent, given.elsewhere, given.otherAgent])
    signedIn.push((await agent.get("/account")).status === 200);
  return { status: response.status, location: response.headers.get("location"), signedIn };
}

const STAYS = { status: 200, location: null, signedIn: [true, true, true] };

test("46 hints that are wrong, or of another session", async () => {
  const hints = Object.entries(given.hints);
  expect(hints).toHaveLength(46);
  for (const [name, hint] of hints) {
    const outcome = await logOut([
      ["id_token_hint", hint],
      ["post_logout_redirect_uri", BACK],
      ["state", "a state"],
    ]);
    expect([name, outcome]).toEqual([name, STAYS]);
  }
});

const ADDRESSES = [
  `${BACK}/`,
  `${BACK}?`,
  `${BACK}?a=b`,
  `${BACK}#`,
  `${BACK}#a`,
  `${BACK}%00`,
  `${BACK}\r\nlocation: https://evil.example`,
  "https://client.example.com/Signed-out",
  "https://CLIENT.example.com/signed-out",
  "https://client.example.com//signed-out",
  "https://client.example.com/a/../signed-out",
  "https://client.example.com/%73igned-out",
  "https://client.example.com/signed%252dout",
  "https://client.example.com:443/signed-out",
  "https://client.example.com:8443/signed-out",
  "https://client.example.com./signed-out",
  "https://a.client.example.com/signed-out",
  "https://client.example.com.evil.example/signed-out",
  "https://client.example.com@evil.example/signed-out",
  "https://evil.example/signed-out",
  "https://evil.example/?https://client.example.com/signed-out",
  "https://evil.example\\@client.example.com/signed-out",
  "http://client.example.com/signed-out",
  "//client.example.com/signed-out",
  "/\\evil.example",
  "https:client.example.com/signed-out",
  " https://client.example.com/signed-out",
  "https://client.example.com/\tsigned-out",
  "javascript:alert(1)",
  "data:text/html,a",
  "https://client.example.com/callback",
  OTHERS,
];

test("32 addresses that are not the registered one, with the right hint", async () => {
  expect(ADDRESSES).toHaveLength(32);
  for (const uri of ADDRESSES) {
    const outcome = await logOut([
      ["id_token_hint", given.idToken],
      ["post_logout_redirect_uri", uri],
    ]);
    expect([uri, outcome]).toEqual([uri, STAYS]);
  }
});

test("what contradicts itself is refused or asked about", async () => {
  const hint = ["id_token_hint", given.idToken] as const;
  const back = ["post_logout_redirect_uri", BACK] as const;
  const client = ["client_id", given.rp.client.id] as const;
  const outcomes: (number | string)[] = [];
  for (const [status, parameters] of [
    [400, [hint, hint, back]],
    [400, [hint, ["id_token_hint", "a"], back]],
    [400, [hint, back, back]],
    [400, [hint, back, ["post_logout_redirect_uri", OTHERS]]],
    [400, [hint, back, ["state", "a"], ["state", "b"]]],
    [400, [hint, back, ["state", "a\r\nb"]]],
    [400, [hint, back, ["state", "a".repeat(2049)]]],
    [200, [hint, back, ["client_id", "01234567-89ab-7cde-8f01-23456789abcd"]]],
    [200, [hint, back, ["client_id", "someone-else"]]],
    [200, [["id_token_hint", "a"], back, client]],
  ] as const) {
    const outcome = await logOut(parameters);
    expect(outcome).toEqual({ ...STAYS, status });
    outcomes.push(outcome.status);
  }
  expect(outcomes).toHaveLength(10);
});

test("the right one still works after all of them", async () => {
  const outcome = await logOut([
    ["id_token_hint", given.idToken],
    ["client_id", given.rp.client.id],
    ["post_logout_redirect_uri", BACK],
  ]);
  expect(outcome).toEqual({ status: 303, location: BACK, signedIn: [false, true, true] });
});
