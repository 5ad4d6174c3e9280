// Credentials that are random numbers. It owns how they are made and hashed, and must not know what
// they open.
import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";

/** What a credential is, told by its first characters; secret scanners know it by them too. */
export const PREFIX = {
  session: "lks_",
  guest: "lkg_",
  access: "lka_",
  refresh: "lkr_",
  mailLink: "lkm_",
  clientSecret: "lkcs_",
} as const;

/** A credential of 256 random bits. */
export const newToken = (clock: Clock, prefix: string): string =>
  prefix + clock.random(32).toString("base64url");

/**
 * The only form in which a credential is kept. It is random, so a plain hash is enough: nothing
 * shorter can be tried.
 */
export const hashToken = (token: string): string =>
  createHash("sha256").update(token).digest("base64url");

/**
 * Compares two texts in a time that tells nothing about them but whether their lengths are equal.
 */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(
    createHash("sha256").update(one).digest(),
    createHash("sha256").update(other).digest(),
  );
}
