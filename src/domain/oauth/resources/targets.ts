import type { Clock } from "../../clock.ts";
import { SECOND } from "../../durations.ts";
import { IdentityError } from "../../errors.ts";
import { requireResources } from "../resource-indicators.ts";
import { MAX_RESOURCES, type Resource, resourceDigest, resourceKey } from "./resource.ts";
import type { ResourceStore } from "./store.ts";

/** How long the names of scopes and types are kept in memory, for metadata. */
const KEPT_MS = 5 * SECOND;

const invalidTarget = (message: string): IdentityError =>
  new IdentityError("TARGET_INVALID", message);

/** What the parameter `resource` of a request names. */
interface Targets {
  readonly resources: readonly Resource[];
  /** Whether it names this server. */
  readonly isOwn: boolean;
}

/** What the resources offer, by name. */
export interface Offered {
  readonly scopes: readonly string[];
  /** The types of authorization details, RFC 9396 section 10. */
  readonly detailTypes: readonly string[];
}

interface ResourceTargetsDependencies {
  readonly store: { readonly resources: ResourceStore };
  readonly clock: Clock;
  readonly issuer: string;
}

/** Finds the resources that requests name and that tokens are for, RFC 8707. */
export class ResourceTargets {
  readonly #store: ResourceTargetsDependencies["store"];
  readonly #clock: Clock;
  readonly #issuerKey: string;
  #kept: { readonly offered: Offered; readonly at: number } | undefined;

  constructor({ store, clock, issuer }: ResourceTargetsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#issuerKey = resourceKey(issuer);
  }

  /**
   * Returns the resources that a request names. Rejects an unknown one, unless no resource is
   * registered at all. docs/decisions/0037 has the reasons.
   */
  async resolve(uris: readonly string[]): Promise<readonly Resource[]> {
    return (await this.find(uris)).resources;
  }

  /**
   * Returns the resources of a new token: those of the authorization, or fewer if the request names
   * some. Rejects one that the authorization doesn't have (RFC 8707 section 2.2).
   */
  async narrow(
    audience: readonly string[] = [],
    uris: readonly string[],
  ): Promise<readonly Resource[]> {
    const { resources, isOwn } = await this.find(uris);
    const stray = resources.find(({ uri }) => !audience.includes(uri))?.uri;
    if (stray !== undefined || (isOwn && audience.length > 0))
      throw invalidTarget(
        `resource names ${stray ?? "this server"}, which the user has not agreed to. ` +
          "Authorize again with this resource.",
      );
    if (resources.length > 0 || audience.length === 0) return resources;
    const left = await this.of(audience);
    if (left.length === 0) throw invalidTarget("The resource is no longer registered.");
    return left;
  }

  /** Returns those resources of an audience that are registered still. */
  async of(audience: readonly string[]): Promise<readonly Resource[]> {
    const found = await Promise.all(audience.map((uri) => this.#registered(uri)));
    return found.filter((each) => each !== undefined);
  }

  /** Returns every resource. */
  all(): Promise<readonly Resource[]> {
    return this.#store.resources.list(MAX_RESOURCES);
  }

  /**
   * Returns what all resources offer, as it was within the last five seconds. The same names are
   * the same object.
   */
  async offered(): Promise<Offered> {
    return this.offeredInMemory ?? this.#readOffered();
  }

  /** The same, if they are in memory. */
  get offeredInMemory(): Offered | undefined {
    const age = this.#clock.now() - (this.#kept?.at ?? 0);
    return age >= 0 && age < KEPT_MS ? this.#kept?.offered : undefined;
  }

  async #readOffered(): Promise<Offered> {
    const at = this.#clock.now();
    const all = await this.all();
    const types = all.flatMap(({ detailTypes }) => detailTypes.map(({ name }) => name));
    const read = { scopes: scopeNamesOf(all), detailTypes: [...new Set(types)] };
    const before = this.#kept?.offered;
    const isSame = JSON.stringify(before) === JSON.stringify(read);
    const offered = before !== undefined && isSame ? before : read;
    this.#kept = { offered, at };
    return offered;
  }

  /** Returns the same, and whether the request names this server. */
  async find(uris: readonly string[]): Promise<Targets> {
    requireResources(uris);
    const asked = new Map(uris.filter((uri) => uri !== "").map((uri) => [resourceKey(uri), uri]));
    const isOwn = asked.delete(this.#issuerKey);
    const found = await Promise.all(
      [...asked.values()].map(async (uri) => ({ uri, resource: await this.#registered(uri) })),
    );
    const resources = found.flatMap(({ resource }) => resource ?? []);
    const unknown = found.find(({ resource }) => resource === undefined)?.uri;
    if (
      unknown !== undefined &&
      (resources.length > 0 || (await this.#store.resources.list(1)).length > 0)
    )
      throw invalidTarget(`resource names ${unknown.slice(0, 200)}, which is not registered here.`);
    if (isOwn && resources.length > 0)
      throw invalidTarget("resource names this server together with another resource.");
    return { resources, isOwn };
  }

  #registered(uri: string): Promise<Resource | undefined> {
    return this.#store.resources.findByDigest(resourceDigest(uri));
  }
}

/** Returns the names of the scopes of these resources. */
export const scopeNamesOf = (resources: readonly Resource[]): readonly string[] => [
  ...new Set(resources.flatMap(({ scopes }) => scopes.map(({ name }) => name))),
];
