import { MINUTE } from "../../durations.ts";
import type { Clock } from "../../clock.ts";

/** The form and the lifetime of the authorization codes of an API. */
export interface CodeFormat {
  readonly make: (clock: Clock) => string;
  readonly lifetimeMs: number;
}

/** RFC 6749 section 4.1.2 allows 10 minutes at most; one minute is enough for a redirect. */
export const STANDARD_CODE: CodeFormat = {
  make: (clock) => clock.random(32).toString("base64url"),
  lifetimeMs: MINUTE,
};

/** For secret pairs: a UUID of version 4, RFC 9562 section 5.4. */
export const UUID_CODE: CodeFormat = { make: newUuid4, lifetimeMs: 10 * MINUTE };

/** For group keys: 64 hexadecimal digits, valid for 2.5 hours. */
export const HEX_CODE: CodeFormat = {
  make: (clock) => clock.random(32).toString("hex"),
  lifetimeMs: 150 * MINUTE,
};

function newUuid4(clock: Clock): string {
  const bytes = clock.random(16);
  bytes[6] = 0x40 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
