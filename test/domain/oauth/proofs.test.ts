// The checks of proofs and assertions as functions: what no request to a test server can show, and
// each refusal with its reason.
import { describe, expect, test } from "vitest";
import { STRONG_ALGORITHMS } from "../../../src/domain/oauth/proofs/algorithms.ts";
import {
  readClientAssertion,
  subjectOf,
} from "../../../src/domain/oauth/proofs/client-assertion.ts";
import { readDpopProof } from "../../../src/domain/oauth/proofs/dpop-proof.ts";
import { ACCEPTED, REFUSALS, TOKEN_REFUSALS } from "../../oauth/proofs/dpop-refusals.ts";
import { assertionOf, dpopProof, newKey, seconds } from "../../oauth/proofs/keys.ts";

const url = "https://id.example.com/oauth2/token";
const target = { method: "POST", url };

describe("a DPoP proof", () => {
  const read = (text: string, token?: string) =>
    readDpopProof({ ...target, text }, Date.now(), token);

  test.each(["ES256", "PS256", "EdDSA", "Ed25519"])("by %s has its thumbprint", async (alg) => {
    expect(STRONG_ALGORITHMS).toContain(alg);
    const key = await newKey(alg);
    const { thumbprint } = await read(await dpopProof(key, target));
    expect(thumbprint).toBe(key.thumbprint);
  });

  test.each(Object.entries({ ...REFUSALS, ...TOKEN_REFUSALS }))(
    "that %s is refused, or is one of another key",
    async (_name, make) => {
      const key = await newKey();
      const token = "lka_token";
      const text = await make(key, { ...target, token });
      const said = await read(text ?? "", token).then(
        ({ thumbprint }) => thumbprint,
        (error: { reason: string }) => error.reason,
      );
      expect(said).not.toBe(key.thumbprint);
      if (_name !== "is by another key than the token") expect(said).toBe("DPOP_PROOF_INVALID");
    },
  );

  test("the table has the 32 checks and more", () => {
    expect(Object.keys({ ...REFUSALS, ...TOKEN_REFUSALS }).length).toBeGreaterThanOrEqual(32);
  });

  test.each(Object.entries(ACCEPTED))("with %s is accepted", async (_name, make) => {
    const key = await newKey();
    const { thumbprint } = await read((await make(key, target))!);
    expect(thumbprint).toBe(key.thumbprint);
  });

  test("may name the default port", async () => {
    const proof = await dpopProof(await newKey(), {
      method: "POST",
      url: "https://id.example.com:443/oauth2/token",
    });
    await expect(read(proof)).resolves.toBeDefined();
  });
});

describe("a client assertion", async () => {
  const issuer = "https://id.example.com";
  const clientId = "client";
  const key = await newKey();
  const given = { clientId, issuer };
  const read = (assertion: string, keys = [key.jwk]) =>
    readClientAssertion(assertion, {
      ...given,
      algorithms: STRONG_ALGORITHMS,
      keys,
      now: Date.now(),
    });

  test("names its client and has its jti", async () => {
    const assertion = await assertionOf(key, given, { jti: "once" });
    expect(subjectOf(assertion)).toBe(clientId);
    expect(await read(assertion)).toBe("once");
  });

  test.each([
    ["exp 5 min ago", { exp: seconds() - 300 }],
    ["no exp", { exp: undefined }],
    ["exp in a day", { exp: seconds() + 86_400 }],
    ["exp that is a text", { exp: "soon" }],
    ["nbf in 90 s", { nbf: seconds() + 90 }],
    ["iat in 90 s", { iat: seconds() + 90 }],
    ["another aud", { aud: "https://other.example.com" }],
    ["an aud that is an array", { aud: [issuer] }],
    ["the token endpoint as aud", { aud: url }],
    ["the issuer with a slash as aud", { aud: `${issuer}/` }],
    ["no aud", { aud: undefined }],
    ["no sub", { sub: undefined }],
    ["another sub", { sub: "other" }],
    ["no iss", { iss: undefined }],
    ["another iss", { iss: "other" }],
    ["no jti", { jti: undefined }],
    ["a jti that is a number", { jti: 1 }],
  ])("with %s is refused", async (_name, claims) => {
    expect(await read(await assertionOf(key, given, claims))).toBeUndefined();
  });

  test.each([
    ["nbf in 8 s", { nbf: seconds() + 8 }],
    ["iat in 8 s", { iat: seconds() + 8 }],
    ["no iat", { iat: undefined }],
  ])("with %s is accepted", async (_name, claims) => {
    expect(await read(await assertionOf(key, given, claims))).toBeDefined();
  });

  test("by another key, by RS256 or by none is refused", async () => {
    expect(await read(await assertionOf(await newKey(), given))).toBeUndefined();
    const rsa = await newKey("RS256");
    expect(await read(await assertionOf(rsa, given), [rsa.jwk])).toBeUndefined();
    const [, payload] = (await assertionOf(key, given)).split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(await read(`${none}.${payload}.`)).toBeUndefined();
    expect(await read(`${none}.${payload}.AA`)).toBeUndefined();
  });

  test("is verified by the key that it names, of several", async () => {
    const keys = [...(await Promise.all([newKey(), newKey("PS256")])), key].map(
      ({ jwk, thumbprint }) => ({ ...jwk, kid: thumbprint }),
    );
    expect(await read(await assertionOf(key, given), keys)).toBeDefined();
  });
});
