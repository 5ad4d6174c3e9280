import type { Clock } from "../../clock.ts";
import { CLOCK_SKEW, DAY, HOUR } from "../../durations.ts";
import { IdentityError, invalidField } from "../../errors.ts";
import { newId } from "../../ids.ts";
import type { RequestContext } from "../../request-context.ts";
import { networkOf } from "../../security/networks.ts";
import { countTry } from "../../security/rate-limit.ts";
import type { SignedValues } from "../../security/signed-values.ts";
import { PREFIX } from "../../security/tokens.ts";
import type { Aggregates, Store } from "../../store.ts";

/** How clients register themselves: not at all, with an initial access token, or all may. */
export type ClientRegistrationMode = "off" | "token" | "open";

/** The longest life of an initial access token, and the most clients that one registers. */
const MAX_LIFETIME_MS = 30 * DAY;
const MAX_USES = 1000;

/** What an initial access token is signed with. */
interface Pass {
  readonly id: string;
  readonly uses: number;
}

/** A new initial access token. */
export interface InitialToken extends Pass {
  readonly token: string;
  readonly expiresAt: number;
}

export interface RegistrationAccessDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly signedValues: SignedValues;
  readonly mode: ClientRegistrationMode;
  /** How many registrations from one network in an hour. */
  readonly perNetwork: number;
}

/** Reads the token of a Bearer header; undefined without one. RFC 6750 section 2.1. */
export const bearerOf = (authorization: string): string | undefined =>
  /^bearer +([\x21-\x7e]{1,1024})$/i.exec(authorization)?.[1];

const disabled = (): IdentityError =>
  new IdentityError(
    "CLIENT_REGISTRATION_DISABLED",
    "Clients can't register themselves on this server: CLIENT_REGISTRATION is off.",
  );

/** Decides which caller may register a client. */
export class RegistrationAccess {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #signedValues: SignedValues;
  readonly #mode: ClientRegistrationMode;
  readonly #perNetwork: number;

  constructor({ store, clock, signedValues, mode, perNetwork }: RegistrationAccessDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#signedValues = signedValues;
    this.#mode = mode;
    this.#perNetwork = perNetwork;
  }

  /** Whether any caller may register. */
  get isOn(): boolean {
    return this.#mode !== "off";
  }

  /** Makes an initial access token, which registers so many clients. */
  make(uses: number, lifetimeMs: number): InitialToken {
    if (!this.isOn) throw disabled();
    if (!Number.isInteger(uses) || uses < 1 || uses > MAX_USES)
      throw invalidField("uses", `must be a number from 1 to ${MAX_USES}`);
    if (lifetimeMs <= 0 || lifetimeMs > MAX_LIFETIME_MS)
      throw invalidField("lifetime", "must be longer than 0 seconds and at most 30 days");
    const pass: Pass = { id: newId(this.#clock), uses };
    return {
      ...pass,
      token: PREFIX.initial + this.#signedValues.sign("client-registration", pass, lifetimeMs),
      expiresAt: this.#clock.now() + lifetimeMs,
    };
  }

  /**
   * Rejects a caller who may not register. Returns what takes the caller's right in the transaction
   * of the registration, so that a refused registration costs none.
   */
  async require(
    { address }: RequestContext,
    authorization: string,
  ): Promise<(tx: Aggregates) => Promise<string>> {
    if (this.#mode === "off") throw disabled();
    if (this.#mode === "open") {
      const limit = { tries: this.#perNetwork, windowMs: HOUR };
      await countTry(this.#store, this.#clock, `client-registration:${networkOf(address)}`, limit);
      return () => Promise.resolve("");
    }
    const pass = this.#open(authorization);
    return async (tx) => {
      const key = `registration-token:${pass.id}`;
      // The count lasts longer than the token, so that it can't begin anew.
      const use = { key, limit: pass.uses, windowMs: MAX_LIFETIME_MS + CLOCK_SKEW };
      if (!(await tx.attempts.spend(use, this.#clock.now()))) throw used();
      return pass.id;
    };
  }

  #open(authorization: string): Pass {
    if (authorization === "")
      throw new IdentityError(
        "CREDENTIAL_MISSING",
        "Send an initial access token (RFC 7591 section 3) as a Bearer token.",
      );
    const token = bearerOf(authorization) ?? "";
    const pass = token.startsWith(PREFIX.initial)
      ? this.#signedValues.open<Pass>("client-registration", token.slice(PREFIX.initial.length))
      : undefined;
    if (pass === undefined)
      throw new IdentityError("TOKEN_INVALID", "The initial access token is unknown or expired.");
    return pass;
  }
}

const used = (): IdentityError =>
  new IdentityError("TOKEN_INVALID", "The initial access token has been used up.");
