// scrypt as other systems write it: better-auth, Werkzeug, Kratos and hashcat.
import { type Format, refusal } from "../stored-hash.ts";
import { scryptHash } from "../scrypt.ts";

/** The salt is the text of the hexadecimal digits itself. */
const BETTER_AUTH = /^([0-9a-f]{32}):([0-9a-f]{128})$/;
const WERKZEUG = /^scrypt:(\d{1,9}):(\d{1,4}):(\d{1,4})\$([^$]{1,64})\$([0-9a-f]{128})$/;
/** `ln` is N itself, and base64 has its padding. */
const KRATOS = new RegExp(
  String.raw`^\$scrypt\$ln=(\d{1,9}),r=(\d{1,4}),p=(\d{1,4})` +
    String.raw`\$([A-Za-z0-9+/]{0,86}={0,2})\$([A-Za-z0-9+/]{22,86}={0,2})$`,
);
const HASHCAT =
  /^SCRYPT:(\d{1,9}):(\d{1,4}):(\d{1,4}):([A-Za-z0-9+/]+={0,2}):([A-Za-z0-9+/]{22,88}={0,2})$/;
/** No exponent of N is larger. */
const MAX_EXPONENT = 63;

export const betterAuthHash: Format = (text) => {
  const [, salt, digest = ""] = BETTER_AUTH.exec(text) ?? [];
  return salt === undefined
    ? undefined
    : scryptHash(
        { N: 16_384, r: 16, p: 1 },
        { text, salt: Buffer.from(salt), digest, encoding: "hex" },
        // It normalizes the password before.
        (password) => Buffer.from(password.toString("utf8").normalize("NFKC")),
      );
};

export const werkzeugScrypt: Format = (text) => {
  const [, N, r, p, salt = "", digest = ""] = WERKZEUG.exec(text) ?? [];
  return N === undefined
    ? undefined
    : scryptHash(
        { N: Number(N), r: Number(r), p: Number(p) },
        { text, salt: Buffer.from(salt), digest, encoding: "hex" },
      );
};

export const scryptOfN: Format = (text) => {
  const [, N, r, p, salt = "", digest = ""] = KRATOS.exec(text) ?? HASHCAT.exec(text) ?? [];
  if (N === undefined) return undefined;
  if (text.startsWith("$") && Number(N) <= MAX_EXPONENT)
    throw refusal("has parameters that scrypt doesn't allow");
  return scryptHash(
    { N: Number(N), r: Number(r), p: Number(p) },
    { text, salt: Buffer.from(salt, "base64"), digest, encoding: "base64" },
  );
};
