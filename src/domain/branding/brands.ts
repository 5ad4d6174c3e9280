import { act } from "../acting.ts";
import { requireAdministratorOr } from "../administration/administrators.ts";
import { DEFAULT_REALM } from "../accounts/new-user.ts";
import { auditEvent } from "../audit.ts";
import { joining, onOwnTime } from "../call-time.ts";
import type { Clock } from "../clock.ts";
import { invalidField } from "../errors.ts";
import { newId } from "../ids.ts";
import { type Principal, requireRecent } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import type { Store } from "../store.ts";
import {
  type Brand,
  brandOf,
  type BrandValues,
  type LetterText,
  NO_BRAND,
  type StoredBrand,
} from "./brand.ts";
import { changedFacts } from "./brand-changes.ts";
import { type BrandChange, checkBrand, requireBothColors } from "./check-brand.ts";
import { checkLetters } from "./letter-texts.ts";

/** How often a process reads which brands have changed. */
const FOLLOW_MS = 1_000;
/** The most realms with a brand: every process holds them all. */
const MAX_BRANDS = 100;

const REALM = /^[a-z][a-z0-9-]{0,31}$/;

interface BrandsDependencies {
  readonly store: Pick<Store, "brands" | "transaction">;
  readonly clock: Clock;
  /** The values of the settings. */
  readonly settings: BrandValues;
  /** The realms that the settings name. */
  readonly realms: readonly string[];
}

/** A realm: the brand that it has, and the values of its own. */
export interface RealmBrand {
  readonly brand: Brand;
  /** Absent: all comes from the settings. */
  readonly own: StoredBrand | undefined;
}

/** The brands of all realms, in memory. */
export class Brands {
  readonly #store: BrandsDependencies["store"];
  readonly #clock: Clock;
  readonly #settings: BrandValues;
  readonly #realms: readonly string[];
  /** What a realm without values of its own has. */
  readonly #plain: Brand;
  #all: ReadonlyMap<string, RealmBrand & { readonly own: StoredBrand }> = new Map();
  #reading: Promise<void> | undefined;

  constructor({ store, clock, settings, realms }: BrandsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#settings = settings;
    this.#plain = brandOf("", NO_BRAND, settings);
    this.#realms = [...new Set([DEFAULT_REALM, ...realms])];
  }

  /** Returns the brand of a realm, as it was read last. */
  of(realm: string): Brand {
    return this.#all.get(realm)?.brand ?? { ...this.#plain, realm };
  }

  /** Returns the brand that a realm would have with these values. */
  brandWith(realm: string, own: BrandValues): Brand {
    return brandOf(realm, own, this.#settings);
  }

  /** Reads the brands that have changed. Calls at the same time share one reading. */
  refresh(): Promise<void> {
    this.#reading ??= onOwnTime(() => this.#read()).finally(() => (this.#reading = undefined));
    return joining(this.#reading);
  }

  async #read(): Promise<void> {
    const versions = await this.#store.brands.versions();
    const before = this.#all;
    const isSame =
      versions.length === before.size &&
      versions.every(({ realm, version }) => before.get(realm)?.own.version === version);
    if (isSame) return;
    const found = await Promise.all(
      versions.map(async ({ realm, version }) => {
        const known = before.get(realm);
        if (known?.own.version === version) return known;
        const own = await this.#store.brands.find(realm);
        return own && { own, brand: this.brandWith(realm, own) };
      }),
    );
    this.#all = new Map(
      found.filter((each) => each !== undefined).map((each) => [each.own.realm, each]),
    );
  }

  /**
   * Reads the changes until the returned function is called. A failed reading keeps what is known:
   * the pages themselves report that the database is away.
   */
  follow(): () => void {
    let timer: NodeJS.Timeout | undefined;
    const next = async (): Promise<void> => {
      await this.refresh().catch(() => undefined);
      timer?.refresh();
    };
    timer = setTimeout(() => void next(), FOLLOW_MS).unref();
    return () => {
      clearTimeout(timer);
      timer = undefined;
    };
  }

  /** Returns the brand of a realm. */
  async get(context: RequestContext, realm: string): Promise<RealmBrand> {
    requireBranding(context.caller, "branding.read");
    checkRealm(realm);
    const own = await this.#store.brands.find(realm);
    return { own, brand: this.brandWith(realm, own ?? NO_BRAND) };
  }

  /** Lists the realms that the settings name or that have a brand, by name. */
  async list(context: RequestContext): Promise<readonly RealmBrand[]> {
    requireBranding(context.caller, "branding.read");
    const versions = await this.#store.brands.versions();
    const realms = new Set([...this.#realms, ...versions.map(({ realm }) => realm)]);
    return Promise.all([...realms].sort().map((realm) => this.get(context, realm)));
  }

  /** Returns the brand that a change would give a realm, without making it. */
  async draft(context: RequestContext, realm: string, change: BrandChange): Promise<Brand> {
    const { own } = await this.get(context, realm);
    const values = { ...NO_BRAND, ...own, ...checkBrand(change) };
    requireBothColors(values);
    return this.brandWith(realm, values);
  }

  /** Changes the given values of a realm. Every process follows within two seconds. */
  async update(context: RequestContext, realm: string, change: BrandChange): Promise<RealmBrand> {
    return this.#change(context, realm, () => checkBrand(change));
  }

  /** Sets the text of one letter; the others stay. An empty one is removed. */
  async setLetter(context: RequestContext, realm: string, text: LetterText): Promise<RealmBrand> {
    return this.#change(context, realm, ({ letters }) => ({
      letters: checkLetters([
        ...letters.filter(({ kind, language }) => kind !== text.kind || language !== text.language),
        text,
      ]),
    }));
  }

  async #change(
    context: RequestContext,
    realm: string,
    changeOf: (before: BrandValues) => Partial<BrandValues>,
  ): Promise<RealmBrand> {
    this.#requireWriting(context);
    checkRealm(realm);
    const own = await act(this.#store, context.caller, async (tx) => {
      const versions = await tx.brands.versions();
      const before = await tx.brands.find(realm);
      if (before === undefined && versions.length >= MAX_BRANDS)
        throw invalidField("realm", `is one more than ${MAX_BRANDS} realms with a brand`);
      const changed = changeOf(before ?? NO_BRAND);
      const next: StoredBrand = {
        ...NO_BRAND,
        ...before,
        ...changed,
        realm,
        version: newId(this.#clock),
        changedAt: this.#clock.now(),
      };
      requireBothColors(next);
      await tx.brands.save(next);
      await tx.audit.append(
        auditEvent(this.#clock, context, "brand.update", {
          details: { realm, ...changedFacts(changed) },
        }),
      );
      return next;
    });
    await this.#readAgain();
    return { own, brand: this.brandWith(realm, own) };
  }

  /** Removes the values of a realm: those of the settings hold again. */
  async reset(context: RequestContext, realm: string): Promise<void> {
    this.#requireWriting(context);
    checkRealm(realm);
    await act(this.#store, context.caller, async (tx) => {
      if (!(await tx.brands.delete(realm))) return;
      await tx.audit.append(
        auditEvent(this.#clock, context, "brand.delete", { details: { realm } }),
      );
    });
    await this.#readAgain();
  }

  /** Reads what has just been written: a reading that is under way may have begun before. */
  async #readAgain(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    await this.refresh();
  }

  #requireWriting({ caller }: RequestContext): void {
    requireBranding(caller, "branding.write");
    requireRecent(caller, this.#clock.now());
  }
}

/** Rejects a caller who may not see or change brands: administrators and clients with the scope. */
export function requireBranding(
  caller: Principal,
  scope: "branding.read" | "branding.write",
): void {
  if (caller.kind !== "operator") requireAdministratorOr({ caller }, scope);
}

function checkRealm(realm: string): void {
  if (!REALM.test(realm))
    throw invalidField("realm", "must be lower-case letters, digits and hyphens, at most 32");
}
