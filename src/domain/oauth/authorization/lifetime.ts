/**
 * How long the access of a client lasts: for one look at the profile (`once`), for a number of
 * milliseconds, or until the user revokes it.
 */
export type Lifetime = "once" | number | "until-revoked";

/** Returns a lifetime as milliseconds, so that lifetimes can be compared. */
export const lifetimeMs = (lifetime: Lifetime): number =>
  typeof lifetime === "number" ? lifetime : lifetime === "once" ? 0 : Number.MAX_SAFE_INTEGER;
