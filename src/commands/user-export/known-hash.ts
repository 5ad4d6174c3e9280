/** A stored hash that other systems can be given, in parts. */
export type KnownHash =
  | { readonly kind: "argon2"; readonly variant: "id" | "i" | "d"; readonly phc: string }
  /** With `$2a$` or `$2b$`. */
  | { readonly kind: "bcrypt"; readonly text: string }
  | {
      readonly kind: "pbkdf2";
      readonly digest: "sha1" | "sha256" | "sha512";
      readonly iterations: number;
      readonly salt: Buffer;
      readonly hash: Buffer;
    }
  | {
      readonly kind: "scrypt";
      /** N. */
      readonly cost: number;
      readonly blockSize: number;
      readonly parallelization: number;
      readonly salt: Buffer;
      readonly hash: Buffer;
    }
  /** As LDAP directories write it, with `{SSHA}` and the like. */
  | { readonly kind: "ldap"; readonly text: string };

const BASE64 = String.raw`([A-Za-z0-9+/.]+)=*`;
const ARGON2 = /^(?:argon2)?(\$argon2(id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/]+\$[\w+/]+)$/;
/** `$2y$` is the name that PHP gives to `$2b$`. */
const BCRYPT = /^(?:bcrypt\$)?\$2([aby])(\$\d\d\$[./A-Za-z0-9]{53})$/;
const PBKDF2 = new RegExp(
  String.raw`^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d+)(?:,l=\d+)?\$${BASE64}\$${BASE64}$`,
);
const DJANGO_PBKDF2 = new RegExp(
  String.raw`^pbkdf2_(sha1|sha256|sha512)\$(\d+)\$([^$]+)\$${BASE64}$`,
);
const SCRYPT = new RegExp(String.raw`^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$${BASE64}\$${BASE64}$`);
const LDAP = /^\{SSHA(?:256|384|512)?\}[A-Za-z0-9+/]+=*$/;
/** Above this, `ln` is N itself, as Kratos writes it. */
const MAX_EXPONENT = 63;

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(".", "+"), "base64");

/** Returns the parts of a hash; undefined for one that only this server can check. */
export function knownHash(stored: string): KnownHash | undefined {
  const [, phc, variant] = ARGON2.exec(stored) ?? [];
  if (phc !== undefined) return { kind: "argon2", variant: variant as "id" | "i" | "d", phc };
  const [, letter, rest] = BCRYPT.exec(stored) ?? [];
  if (rest !== undefined)
    return { kind: "bcrypt", text: `$2${letter === "y" ? "b" : letter}${rest}` };
  if (LDAP.test(stored)) return { kind: "ldap", text: stored };
  return pbkdf2Of(stored) ?? scryptOf(stored);
}

function pbkdf2Of(stored: string): KnownHash | undefined {
  const phc = PBKDF2.exec(stored);
  const [, digest = "sha1", iterations, salt = "", hash = ""] =
    phc ?? DJANGO_PBKDF2.exec(stored) ?? [];
  return iterations === undefined
    ? undefined
    : {
        kind: "pbkdf2",
        digest: digest as "sha1" | "sha256" | "sha512",
        iterations: Number(iterations),
        // The salt of Django is text.
        salt: phc === null ? Buffer.from(salt) : bytes(salt),
        hash: bytes(hash),
      };
}

function scryptOf(stored: string): KnownHash | undefined {
  const [, ln, r, p, salt = "", hash = ""] = SCRYPT.exec(stored) ?? [];
  return ln === undefined
    ? undefined
    : {
        kind: "scrypt",
        cost: Number(ln) > MAX_EXPONENT ? Number(ln) : 2 ** Number(ln),
        blockSize: Number(r),
        parallelization: Number(p),
        salt: bytes(salt),
        hash: bytes(hash),
      };
}
