import { type AuthorizationDetail, canonicalJson, invalidDetails } from "./detail.ts";
import { DETAIL_LISTS } from "./detail-type.ts";
import { type DetailedTargets, detailsAt, withDetails } from "./details-at.ts";
import { type ReadRules, readDetails } from "./read-details.ts";

const LISTS: readonly string[] = ["locations", ...DETAIL_LISTS];

/**
 * Returns what a new token is for: the details that were agreed to, or fewer if the request names
 * some. Rejects more than that (RFC 9396 section 6). An empty text names none.
 */
export function narrowDetails(
  agreed: readonly AuthorizationDetail[] | undefined,
  resources: DetailedTargets["resources"],
  asked: { readonly text: string; readonly allowed: ReadRules["allowed"] },
): DetailedTargets {
  const all = detailsAt(agreed, resources);
  if ((agreed ?? []).length > 0 && all.resources.length === 0)
    throw invalidDetails("is no longer possible: the resources don't have these types now");
  if (asked.text === "") return all;
  const details = readDetails(asked.text, { ...asked, resources: all.resources });
  if (!details.every((detail) => all.details.some((granted) => isWithin(detail, granted))))
    throw invalidDetails("has more than was agreed to. Authorize again with these details");
  return { details, resources: withDetails(all.resources, all.details, details) };
}

/**
 * Returns whether a detail allows no more than another one (RFC 9396 section 6.1): its lists are
 * parts of the other's, and everything else is equal.
 */
function isWithin(detail: AuthorizationDetail, granted: AuthorizationDetail): boolean {
  const names = Object.keys(detail);
  return (
    names.length === Object.keys(granted).length &&
    names.every((name) => {
      if (!Object.hasOwn(granted, name)) return false;
      const [one, other] = [detail[name], granted[name]];
      return LISTS.includes(name) && Array.isArray(one) && Array.isArray(other)
        ? one.every((each) => other.includes(each))
        : canonicalJson(one) === canonicalJson(other);
    })
  );
}
