import type { Partner } from "../security/sign-in-counters.ts";

/** The identifier and the password that a user gives. */
export interface Credentials {
  readonly realm: string;
  /** A name is compared exactly, an address as an e-mail address; neither is tried as the other. */
  readonly identifier: { readonly username: string } | { readonly email: string };
  readonly password: string;
  /**
   * Also finds a user who has deleted the account and may restore it. The check then fails with
   * USER_STATE_CONFLICT, but only after the right password.
   */
  readonly mayReturn?: true;
  /** kokids: must equal the account identifier stored with the user. */
  readonly accId?: string;
  /**
   * The partner that asks for its user. The attempts also count for the partner, and no network
   * counts as known.
   */
  readonly partner?: Partner;
}
