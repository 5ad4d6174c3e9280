// Where a stored thing came from, if it was not made here.
import type { StorePage } from "./paging.ts";

/** The kinds of things that come from another server. */
export type OriginKind =
  | "user"
  | "client"
  | "secret_pair"
  | "partner_key"
  | "group"
  | "member"
  | "access_key"
  | "refresh_token"
  | "session_token"
  | "device"
  | "consent"
  | "resource"
  | "session_client";

/** The kinds of things that are stored as clients. */
export const CLIENT_KINDS = ["client", "secret_pair", "partner_key"] as const;

/** `import:` and the id of a batch, or `learned:` and the name of an API. */
export type OriginSource = `import:${string}` | `learned:${string}`;

/** Where one thing came from. */
export interface Origin {
  readonly kind: OriginKind;
  /** The id of the thing within its kind. */
  readonly ref: string;
  readonly source: OriginSource;
  readonly at: number;
  /** What the thing was like then, as far as its kind needs it to find out whether it changed. */
  readonly mark: string;
}

export interface OriginStore {
  /** Inserts origins; keeps the one that a thing has already. */
  insert(origins: readonly Origin[]): Promise<void>;
  find(kind: OriginKind, ref: string): Promise<Origin | undefined>;
  /** Finds those of several things, which have one of the kinds each; in no order. */
  findMany(kinds: readonly OriginKind[], refs: readonly string[]): Promise<Origin[]>;
  /** Returns whether anything came from another server. */
  hasAny(): Promise<boolean>;
  /** Returns false if there was none. */
  delete(kind: OriginKind, ref: string): Promise<boolean>;
  /** Counts what came from a source, by kind. */
  count(source: OriginSource): Promise<Partial<Record<OriginKind, number>>>;
  /** Lists what came from a source, of one kind, by reference, ascending. */
  list(source: OriginSource, kind: OriginKind, page: StorePage): Promise<Origin[]>;
}

/** Finds where things came from, by reference. */
export async function originsByRef(
  origins: Pick<OriginStore, "findMany">,
  kinds: readonly OriginKind[],
  refs: readonly string[],
): Promise<Map<string, Origin>> {
  const found = await origins.findMany(kinds, refs);
  return new Map(found.map((origin) => [origin.ref, origin]));
}
