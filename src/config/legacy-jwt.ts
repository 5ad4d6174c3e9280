import type { SettingReader } from "./setting-reader.ts";

/** The JWTs of the server before: how they are verified, and whether new ones are made alike. */
export interface LegacyJwt {
  readonly secret: Buffer;
  /** From then on they are refused. */
  readonly until: number | undefined;
  readonly lifetimeMs: number;
  /** Whether the key is shorter than RFC 7518 section 3.2 asks for. */
  readonly isWeak: boolean;
  /** Whether new tokens are signed with the same key. */
  readonly signs: boolean;
}

/** Old servers have shorter keys than they should; a key below this is found at once. */
const MIN_SECRET_BYTES = 8;
/** RFC 7518 section 3.2. */
const STRONG_SECRET_BYTES = 32;
const HOUR_MS = 3_600_000;
const MAX_HOURS = 24 * 366;

/** Reads the settings of the server before; undefined when its key isn't set. */
export function readLegacyJwt(reader: SettingReader): LegacyJwt | undefined {
  const secret = Buffer.from(reader.raw("SECRETPAIR_LEGACY_JWT_SECRET"));
  const until = reader.time("SECRETPAIR_LEGACY_JWT_UNTIL");
  const hours = reader.integer("SECRETPAIR_LEGACY_JWT_LIFETIME", [1, MAX_HOURS]);
  const signs = reader.choice("SECRETPAIR_JWT_ALG", "ES256", "HS256") === "HS256";
  if (secret.length === 0) {
    const needing = [
      ...(signs ? (["SECRETPAIR_JWT_ALG"] as const) : []),
      ...(until === undefined ? [] : (["SECRETPAIR_LEGACY_JWT_UNTIL"] as const)),
    ];
    for (const name of needing) reader.problem(name, "needs SECRETPAIR_LEGACY_JWT_SECRET");
    return undefined;
  }
  if (secret.length < MIN_SECRET_BYTES)
    reader.problem(
      "SECRETPAIR_LEGACY_JWT_SECRET",
      `needs at least ${MIN_SECRET_BYTES} bytes: a shorter key is found by trying`,
    );
  const isWeak = secret.length < STRONG_SECRET_BYTES;
  return { secret, until, lifetimeMs: hours * HOUR_MS, isWeak, signs };
}
