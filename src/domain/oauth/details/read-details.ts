import { type Resource, resourceKey } from "../resources/resource.ts";
import { detailFault } from "./check-detail.ts";
import {
  type AuthorizationDetail,
  canonicalJson,
  invalidDetails,
  isJsonObject,
  type JsonMembers,
} from "./detail.ts";

/** The most bytes of the parameter. */
const MAX_BYTES = 8192;
/** The most details of a request, and so of a token. */
export const MAX_DETAILS = 20;

/** What the details of a request are checked against. */
export interface ReadRules {
  /** The resources whose types are known. */
  readonly resources: readonly Resource[];
  /** The types that the client may ask for; undefined for all of them. */
  readonly allowed: readonly string[] | undefined;
}

/**
 * Reads the parameter `authorization_details`, RFC 9396 section 2. Rejects what section 5 names:
 * what isn't understood must not be granted as if it had no limits.
 */
export function readDetails(text: string, rules: ReadRules): readonly AuthorizationDetail[] {
  const details = parse(text).map((value, index) => readDetail(value, rules, index + 1));
  if (new Set(details.map(canonicalJson)).size < details.length)
    throw invalidDetails("has a detail twice");
  return details;
}

function parse(text: string): readonly unknown[] {
  if (text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES)
    throw invalidDetails(`is longer than ${MAX_BYTES} bytes`);
  const value = parseJson(text);
  if (!Array.isArray(value)) throw invalidDetails("must be a JSON array");
  if (value.length === 0) throw invalidDetails("has no detail: leave it out");
  if (value.length > MAX_DETAILS) throw invalidDetails(`has more than ${MAX_DETAILS} details`);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidDetails("is not JSON");
  }
}

function readDetail(
  value: unknown,
  { resources, allowed }: ReadRules,
  number: number,
): AuthorizationDetail {
  const invalid = (fault: string) => invalidDetails(`is wrong: in detail ${number}, ${fault}`);
  if (!isJsonObject(value)) throw invalid("there is no JSON object");
  const { type, locations, ...others } = value;
  if (typeof type !== "string" || type === "") throw invalid("type is missing");
  const owners = resources.filter((each) => detailTypeOf(each, type) !== undefined);
  if (owners.length === 0) throw invalid("type is not one that a resource here has");
  if (allowed?.includes(type) === false) throw invalid("type is not one of this client");
  const at = locations === undefined ? owners : locatedIn(locations, owners);
  if (at === undefined)
    throw invalid("locations must be a list of different resources that have this type");
  if (locations === undefined && at.length > 1)
    throw invalid("locations is missing: several resources have this type");
  for (const resource of at) {
    const fault = detailFault(value, detailTypeOf(resource, type)!);
    if (fault !== undefined) throw invalid(fault);
  }
  return { type, locations: at.map(({ uri }) => uri), ...others };
}

const detailTypeOf = ({ detailTypes }: Resource, type: string) =>
  detailTypes.find(({ name }) => name === type);

/** Returns the resources that `locations` names; undefined if it names others, or one twice. */
function locatedIn(
  locations: JsonMembers[string],
  owners: readonly Resource[],
): readonly Resource[] | undefined {
  if (!Array.isArray(locations) || locations.length === 0) return undefined;
  const found = locations.map((location: unknown) =>
    typeof location === "string"
      ? owners.find(({ uri }) => resourceKey(uri) === resourceKey(location))
      : undefined,
  );
  const known = found.filter((each) => each !== undefined);
  return known.length === found.length && new Set(known).size === known.length ? known : undefined;
}
