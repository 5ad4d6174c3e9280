import type { LearntUser } from "./facts.ts";

/** A user in a call to the predecessor, and who calls. */
export interface AskedUser extends LearntUser {
  readonly address: string;
  /** zimoxy: the key of the partner that calls, and the address that it reports. */
  readonly partnerKey: string;
  readonly reportedAddress: string;
}

/** What the predecessor answers to a documented call. */
export type PredecessorAnswer =
  | { readonly kind: "accepted"; readonly user: LearntUser }
  | { readonly kind: "refused"; readonly isTaken: boolean; readonly isLocked: boolean }
  /** It is down, slow, or answers what isn't documented. */
  | { readonly kind: "unavailable" };

/** The port to the predecessors: the documented calls of each API. */
export interface PredecessorPort {
  /** Undefined when the API has no call that could answer, or a value that it needs is missing. */
  signIn(api: string, user: AskedUser): Promise<PredecessorAnswer | undefined>;
  register(api: string, user: AskedUser): Promise<PredecessorAnswer | undefined>;
  /** Returns false when it can't be asked; undefined when the API has no such call. */
  end(
    api: string,
    kind: "sign-out" | "deletion",
    user: Pick<AskedUser, "email" | "accId" | "address">,
  ): Promise<boolean | undefined>;
  /**
   * Returns the pair of a developer there; `makes` makes the user one. Undefined when there is
   * none, or the API can't be asked so.
   */
  pair(
    api: string,
    user: Pick<AskedUser, "email" | "username" | "address">,
    makes: boolean,
  ): Promise<
    { readonly secretId: string; readonly secretValue: string } | "unavailable" | undefined
  >;
}
