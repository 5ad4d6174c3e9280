import type { Resource } from "../resources/resource.ts";
import { type AuthorizationDetail, invalidDetails } from "./detail.ts";

/** The most characters of details in a JWT. The whole token must fit into a header. */
const MAX_SIGNED = 4096;

/** Returns whether a token for these resources is a JWT. */
export const isSigned = (resources: readonly Resource[]): boolean =>
  resources.length > 0 && resources.every(({ tokenFormat }) => tokenFormat === "jwt");

/** Rejects details that are too long for the tokens of these resources. */
export function requireSignable(
  details: readonly AuthorizationDetail[],
  resources: readonly Resource[],
): void {
  if (details.length === 0 || !isSigned(resources)) return;
  // Other characters than those of ASCII are written as escapes.
  const { length } = JSON.stringify(details).replaceAll(/[^\x20-\x7e]/g, "\\u0000");
  if (length > MAX_SIGNED)
    throw invalidDetails(`is longer than ${MAX_SIGNED} characters, which signed tokens can have`);
}
