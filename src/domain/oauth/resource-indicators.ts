// The form of resource indicators, RFC 8707. `resources/` has what they name.
import { IdentityError } from "../errors.ts";

/** An absolute URI without a fragment, RFC 3986 section 4.3. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:[\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+$/i;

const RESOURCE_INVALID =
  "resource must be an absolute URI without a fragment (RFC 8707 section 2).";

/** Returns whether a resource has the form of RFC 8707 section 2. */
export const isResource = (text: string): boolean => ABSOLUTE.test(text) && URL.canParse(text);

/** Rejects malformed resources. An empty one is absent. */
export function requireResources(resources: readonly string[]): void {
  if (!resources.every((resource) => resource === "" || isResource(resource)))
    throw new IdentityError("TARGET_INVALID", RESOURCE_INVALID);
}
