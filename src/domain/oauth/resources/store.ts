import type { Resource } from "./resource.ts";

export interface ResourceStore {
  /** Returns false if there is one with an equal URI. */
  insert(resource: Resource): Promise<boolean>;
  find(id: string): Promise<Resource | undefined>;
  /** Finds the resource of a URI, by `resourceDigest`. */
  findByDigest(digest: string): Promise<Resource | undefined>;
  /** Lists up to `limit` by id, ascending. */
  list(limit: number): Promise<Resource[]>;
  /** Stores a resource in place of the one before, if that was changed at `from`. */
  replace(resource: Resource, from: number): Promise<boolean>;
  /** Returns false if there was none. */
  delete(id: string): Promise<boolean>;
}
