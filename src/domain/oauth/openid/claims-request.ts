// The parameter `claims`, OpenID Connect Core section 5.5. What we don't know in it is left out.
import type { ClaimsRequest, ClaimWish } from "../terms.ts";

/** The most claims that one request may name, and the most characters of a name. */
const MAX_CLAIMS = 64;
const MAX_NAME = 128;

type Wishes = Readonly<Record<string, ClaimWish | null>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the request of a text; undefined if it is malformed. */
export function parseClaims(text: string): ClaimsRequest | undefined {
  const given = parseJson(text);
  if (!isObject(given)) return undefined;
  const userinfo = wishesOf(given["userinfo"]);
  const idToken = wishesOf(given["id_token"]);
  if (userinfo === undefined || idToken === undefined) return undefined;
  if (Object.keys(userinfo).length + Object.keys(idToken).length > MAX_CLAIMS) return undefined;
  return {
    ...(Object.keys(userinfo).length > 0 && { userinfo }),
    ...(Object.keys(idToken).length > 0 && { id_token: idToken }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the wishes of one member, which may be absent; undefined if it is malformed. */
function wishesOf(member: unknown): Wishes | undefined {
  if (member === undefined || member === null) return {};
  if (!isObject(member)) return undefined;
  const wishes: [string, ClaimWish | null][] = [];
  for (const [name, wish] of Object.entries(member)) {
    if (name.length > MAX_NAME || name === "__proto__") return undefined;
    if (wish === null) wishes.push([name, null]);
    else if (isObject(wish)) {
      const { essential, value, values } = wish;
      if (essential !== undefined && typeof essential !== "boolean") return undefined;
      if (values !== undefined && !Array.isArray(values)) return undefined;
      wishes.push([name, { essential, value, values }]);
    } else return undefined;
  }
  return Object.fromEntries(wishes);
}

/** Returns the values that a client demands of an essential claim; undefined if it demands none. */
export function demandedValues(wish: ClaimWish | null | undefined): readonly unknown[] | undefined {
  if (wish?.essential !== true) return undefined;
  if (wish.values !== undefined) return wish.values;
  return wish.value === undefined ? undefined : [wish.value];
}
