// Authorization codes. It owns their forms and lifetimes, one for each API, and must not know what
// they are exchanged for.
import type { Clock } from "../../clock.ts";

/** How the codes of an API look and how long they live. */
export interface CodeFormat {
  readonly make: (clock: Clock) => string;
  readonly lifetimeMs: number;
}

const MINUTE = 60_000;

/** RFC 6749 section 4.1.2 asks for 10 minutes at most; a minute is enough for a redirect. */
export const STANDARD_CODE: CodeFormat = {
  make: (clock) => clock.random(32).toString("base64url"),
  lifetimeMs: MINUTE,
};

/** secretpair: a UUID of version 4, RFC 9562 section 5.4. */
export const UUID_CODE: CodeFormat = { make: newUuid4, lifetimeMs: 10 * MINUTE };

/** senler: 64 hexadecimal digits that live for 2.5 hours. */
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
