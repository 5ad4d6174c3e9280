import { hash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";

/** The first characters of a credential say what it is, also to secret scanners. */
export const PREFIX = {
  session: "lks_",
  guest: "lkg_",
  access: "lka_",
  refresh: "lkr_",
  mailLink: "lkm_",
  clientSecret: "lkcs_",
  device: "lkd_",
  registration: "lkcr_",
  initial: "lki_",
} as const;

/** Returns whether a token begins as ours do. One that another server made may begin so too. */
export const isOfOurs = (token: string): boolean =>
  Object.values(PREFIX).some((prefix) => token.startsWith(prefix));

/** Returns a new credential of 256 random bits. */
export const newToken = (clock: Clock, prefix: string): string =>
  prefix + clock.random(32).toString("base64url");

/**
 * Returns the only form in which a credential is stored. A plain hash is enough, because the
 * credential is too random to be guessed.
 */
export const hashToken = (token: string): string => hash("sha256", token, "base64url");

/** Compares two texts in a time that reveals nothing about them but their lengths. */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(hash("sha256", one, "buffer"), hash("sha256", other, "buffer"));
}
