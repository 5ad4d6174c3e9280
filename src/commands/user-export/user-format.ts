import type { User } from "../../domain/model.ts";
import type { KnownHash } from "./known-hash.ts";

/** A user, and whether a lock of the user still holds. */
export interface ExportedUser {
  readonly user: User;
  readonly isLocked: boolean;
}

/** The form in which a system takes users. */
export interface UserFormat {
  /** What stands before the users and after them. They are separated by commas. */
  readonly open: string;
  readonly close: string;
  /** Returns the hash as the system takes it; undefined if it can't check such a hash. */
  readonly hashOf: (hash: KnownHash) => unknown;
  /** Returns the user; `hash` is what `hashOf` returned. */
  readonly userOf: (exported: ExportedUser, hash: unknown) => object;
}
