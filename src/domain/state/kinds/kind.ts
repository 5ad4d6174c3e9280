import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { ClientRules } from "../../oauth/clients/client-rules.ts";
import type { ForeignSecrets } from "../../oauth/clients/foreign-secrets.ts";
import type { DerivedSecrets } from "../../oauth/clients/derived-secrets.ts";
import type { OriginKind } from "../../origins.ts";
import type { Store } from "../../store.ts";
import type { StateFields, LineFields } from "../fields.ts";
import type { References } from "../references.ts";
import type { StateRows } from "../store.ts";

/** What reading a line needs besides its fields. */
export interface LineContext {
  readonly store: Store;
  readonly clock: Clock;
  /** The beginning of the import: when everything in it was made. */
  readonly now: number;
  readonly realm: string;
  readonly references: References;
  readonly rules: ClientRules;
  readonly foreignSecrets: ForeignSecrets;
  readonly derivedSecrets: DerivedSecrets;
  /** No resource has this URI. */
  readonly issuer: string;
  /** After how long a client that describes itself expires, as at its first agreement. */
  readonly unusedClientMs: number;
  /** The realms of the documented APIs. */
  readonly realmOf: (api: string) => string | undefined;
}

/** What a line brings: rows, under the reference of what it names. */
export interface Brought {
  readonly ref: string;
  /** Keys that no other line may have too, besides the reference. */
  readonly keys?: readonly string[];
  readonly mark?: string;
  readonly rows: Partial<StateRows>;
}

/** As long as every id of a client, also one that is a URL. */
export const MAX_CLIENT_ID = 128;

/** A line that is stored already just as it says. */
export const UNCHANGED = "unchanged";

/** Reads the lines of one kind. */
export interface Kind {
  readonly name: OriginKind;
  /** In which reading of the file it is taken: what it refers to has a lower one. */
  readonly rank: 1 | 2;
  readonly fields: readonly string[];
  /** Returns what the line brings; rejects with the field that is wrong or collides. */
  read(
    fields: StateFields,
    context: LineContext,
    raw: LineFields,
  ): Promise<Brought | typeof UNCHANGED>;
}

/** Makes the error of a line whose key is that of something else. */
export const collision = (field: string, description: string): IdentityError =>
  new IdentityError("FIELD_INVALID", `${field} ${description}`, {
    fields: [{ field, description, rule: "collision" }],
  });
