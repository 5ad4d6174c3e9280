// Spring Security's delegating encoder: the name of an encoder in braces before its text.
import { type Format, refusal } from "../stored-hash.ts";
import { pbkdf2Hash } from "../pbkdf2.ts";
import { scryptHash } from "../scrypt.ts";
import { quickHash } from "../quick-hash.ts";
import { createHash } from "node:crypto";

const TEXT = /^\{([A-Za-z0-9_@.-]{1,40})\}(.*)$/s;
const HEX = /^[0-9a-f]{64,128}$/;
const SCRYPT = /^\$(e0801|100801)\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/;
/** Salt and iterations of the defaults: the salt comes first. */
const PBKDF2: Readonly<Record<string, readonly [hash: string, iterations: number, salt: number]>> =
  {
    pbkdf2: ["sha1", 185_000, 8],
    "pbkdf2@SpringSecurity_v5_8": ["sha256", 310_000, 16],
  };

export const spring: Format = (text, { read }) => {
  const [, name, rest = ""] = TEXT.exec(text) ?? [];
  if (name === undefined) return undefined;
  if (/^(?:bcrypt|argon2(?:@SpringSecurity_v5_[28])?)$/.test(name))
    return prefixed(name, read(rest));
  if (name === "noop") throw refusal("is the password itself: give it as password");
  const pbkdf2 = PBKDF2[name];
  if (pbkdf2 !== undefined && HEX.test(rest)) {
    const [hash, iterations, saltBytes] = pbkdf2;
    const salt = Buffer.from(rest.slice(0, 2 * saltBytes), "hex");
    const digest = rest.slice(2 * saltBytes);
    return pbkdf2Hash({ text, hash, iterations, salt, digest, encoding: "hex" });
  }
  if (/^scrypt(?:@|$)/.test(name)) {
    const [, parameters, salt = "", digest = ""] = SCRYPT.exec(rest) ?? [];
    if (parameters === undefined) throw refusal("is not written as Spring Security writes scrypt");
    const N = parameters === "e0801" ? 16_384 : 65_536;
    return scryptHash(
      { N, r: 8, p: 1 },
      { text, salt: Buffer.from(salt, "base64"), digest, encoding: "base64" },
    );
  }
  if (name === "sha256" && /^[0-9a-f]{80}$/.test(rest)) return sha256Of(rest);
  return undefined;
};

/** Returns a hash whose template has the name of its encoder again. */
function prefixed(name: string, stored: ReturnType<Parameters<Format>[1]["read"]>) {
  const { check, quick } = stored;
  return {
    check,
    ...(quick && { quick: { ...quick, template: `{${name}}${quick.template}` } }),
  };
}

/** StandardPasswordEncoder: 1,024 times SHA-256 of salt and password. */
function sha256Of(hex: string) {
  const salt = Buffer.from(hex.slice(0, 16), "hex");
  return quickHash({
    template: `{sha256}${hex.slice(0, 16)}${"0".repeat(64)}`,
    digest: Buffer.from(hex.slice(16), "hex"),
    digestOf: (password) => {
      let bytes = Buffer.concat([salt, password]);
      for (let round = 0; round < 1024; round++)
        bytes = createHash("sha256").update(bytes).digest();
      return Promise.resolve(bytes);
    },
  });
}
