// The JWTs that we sign, read by jose.
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { SIGNING_ALGORITHMS } from "../../../src/domain/oauth/tokens/jwt-signer.ts";
import { SigningKeys } from "../../../src/domain/oauth/tokens/signing-keys.ts";
import { deriveKey } from "../../../src/domain/security/secrets.ts";
import { stores } from "../../mariadb.ts";

const kept = stores[0].use();

const open = async (): Promise<SigningKeys> => {
  const keys = new SigningKeys({
    store: kept.store,
    clock: systemClock,
    encryptionKey: deriveKey("a server's secret that only tests have, 0123456789", "signing-key"),
    rsaBits: 2048,
  });
  await keys.ensure();
  return keys;
};

test.each(SIGNING_ALGORITHMS)("%s: header, claims and signature are right", async (algorithm) => {
  const keys = await open();
  const jwks = { keys: [...(await keys.publicKeys())] } as JSONWebKeySet;
  const claims = { sub: "ada", name: "Ада 😀 \u2028", nested: { list: [1, true, null] } };
  for (const typ of ["JWT", "logout+jwt", "JWT"]) {
    const token = await keys.sign(algorithm, claims, typ);
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks));
    expect(payload).toEqual(claims);
    const { kid } = await keys.signer(algorithm);
    expect(protectedHeader).toEqual({ typ, alg: algorithm, kid });
    expect(Buffer.from(token.split(".")[1]!, "base64url").toString()).toMatch(/^[\x20-\x7e]+$/);
  }
});

test.each(SIGNING_ALGORITHMS)(
  "%s: no other key and no changed byte verifies",
  async (algorithm) => {
    const keys = await open();
    const published = await keys.publicKeys();
    const token = await keys.sign(algorithm, { sub: "ada" }, "JWT");
    const [header = "", payload = "", signature = ""] = token.split(".");
    const others = published.filter(({ alg }) => alg !== algorithm);
    expect(others).toHaveLength(1);
    await expect(
      jwtVerify(token, createLocalJWKSet({ keys: others } as JSONWebKeySet)),
    ).rejects.toThrow();
    const right = createLocalJWKSet({ keys: [...published] } as JSONWebKeySet);
    await jwtVerify(token, right);
    const changed = Buffer.from(signature, "base64url");
    changed[7]! ^= 1;
    const payloadOf = (sub: string) => Buffer.from(JSON.stringify({ sub })).toString("base64url");
    for (const forged of [
      `${header}.${payload}.${changed.toString("base64url")}`,
      `${header}.${payloadOf("eve")}.${signature}`,
      `${header}.${payload}.`,
    ])
      await expect(jwtVerify(forged, right)).rejects.toThrow();
  },
);

test("neither the public keys nor a JWT have anything of a private key", async () => {
  const keys = await open();
  const stored = await kept.store.signingKeys.list();
  const tokens = await Promise.all(SIGNING_ALGORITHMS.map((each) => keys.sign(each, {}, "JWT")));
  const shown = JSON.stringify([await keys.publicKeys(), tokens]);
  expect(stored).toHaveLength(2);
  for (const { sealedJwk } of stored) expect(shown).not.toContain(sealedJwk.split(".")[3]);
  for (const key of await keys.publicKeys())
    for (const name of ["d", "p", "q", "dp", "dq", "qi"]) expect(key).not.toHaveProperty(name);
});
