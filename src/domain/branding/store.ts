import type { StoredBrand } from "./brand.ts";

export interface BrandStore {
  /** Lists every realm that has a brand, by name, with the version of the brand. */
  versions(): Promise<Pick<StoredBrand, "realm" | "version">[]>;
  find(realm: string): Promise<StoredBrand | undefined>;
  /** Stores the brand of its realm in place of the one before. */
  save(brand: StoredBrand): Promise<void>;
  /** Returns false if there was none. */
  delete(realm: string): Promise<boolean>;
}
