// Letters to users. It owns when one is written and must not know how it is delivered.
import type { User } from "./model.ts";

/** Delivers letters; a letter that can't be delivered is no reason for a call to fail. */
export interface Letters {
  /** Somebody has tried to register with the address of this user. */
  alreadyRegistered(user: User): Promise<void>;
}
