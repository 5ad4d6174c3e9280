import { inSeconds } from "../../durations.ts";
import type { User } from "../../model.ts";
import type { ClaimsRequest, ClaimWish } from "../terms.ts";

/** The claims of each scope, OpenID Connect Core section 5.4. The scope `groups` is ours. */
const CLAIMS_OF_SCOPES = {
  profile: [
    "name",
    "family_name",
    "given_name",
    "preferred_username",
    "picture",
    "zoneinfo",
    "locale",
    "updated_at",
  ],
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
  address: ["address"],
  groups: ["groups"],
} as const;

type ClaimScope = keyof typeof CLAIMS_OF_SCOPES;
export type UserClaim = (typeof CLAIMS_OF_SCOPES)[ClaimScope][number];

const SCOPES = Object.keys(CLAIMS_OF_SCOPES) as readonly ClaimScope[];

/** Every claim about a user that there can be, beside `sub`. */
export const USER_CLAIMS: readonly UserClaim[] = SCOPES.flatMap((scope) => CLAIMS_OF_SCOPES[scope]);

/**
 * Returns the claims that an authorization asks for: those of its scopes, and those that the
 * request names one by one (OpenID Connect Core section 5.5), see `singleClaims`. A client that has
 * lost the scope of a single claim no longer gets it. All of them are voluntary: `essential` and
 * wished values change nothing.
 */
export function askedClaims(
  scopes: readonly string[],
  wishes: ClaimsRequest["userinfo" | "id_token"],
  clientScopes: readonly string[],
): ReadonlySet<UserClaim> {
  const names = Object.keys(wishes ?? {});
  return new Set(
    SCOPES.flatMap((scope) =>
      CLAIMS_OF_SCOPES[scope].filter(
        (claim) =>
          scopes.includes(scope) || (names.includes(claim) && clientScopes.includes(scope)),
      ),
    ),
  );
}

/** Returns the scope that has a claim; undefined if it is no claim about a user. */
const scopeOf = (name: string): ClaimScope | undefined =>
  SCOPES.find((scope) => (CLAIMS_OF_SCOPES[scope] as readonly string[]).includes(name));

/** What a request asks of single claims, as far as the client may have them. */
interface SingleClaims {
  readonly claims: ClaimsRequest | undefined;
  /** The scopes that have these claims. The user is asked for them, and tokens don't get them. */
  readonly scopes: readonly string[];
}

/**
 * Leaves out the claims about the user for which the client has no scope. What is left can be given
 * without another look at the consent.
 */
export function singleClaims(
  { userinfo, id_token: idToken }: ClaimsRequest,
  clientScopes: readonly string[],
): SingleClaims {
  const [inUserInfo, inIdToken] = [userinfo, idToken].map((wishes = {}) =>
    Object.entries(wishes).filter(([name]) => clientScopes.includes(scopeOf(name) ?? "")),
  ) as [Wish[], Wish[]];
  const kept = [...inUserInfo, ...inIdToken];
  const claims = {
    ...(inUserInfo.length > 0 && { userinfo: Object.fromEntries(inUserInfo) }),
    ...(inIdToken.length > 0 && { id_token: Object.fromEntries(inIdToken) }),
  };
  return {
    claims: kept.length === 0 ? undefined : claims,
    scopes: [...new Set(kept.flatMap(([name]) => scopeOf(name) ?? []))],
  };
}

type Wish = [name: string, wish: ClaimWish | null];

/** Returns the claims of a user by their names. A claim without a value is left out. */
export function userClaims(
  user: User,
  asked: ReadonlySet<UserClaim>,
  groups: readonly string[],
): Readonly<Partial<Record<UserClaim, unknown>>> {
  const { profile = {} } = user;
  const hasEmail = user.email !== "";
  const hasPhone = profile.phoneNumber !== undefined;
  const all: Readonly<Record<UserClaim, unknown>> = {
    name: profile.name,
    family_name: profile.familyName,
    given_name: profile.givenName,
    preferred_username: user.username === "" ? undefined : user.username,
    picture: profile.picture,
    zoneinfo: profile.zoneinfo,
    locale: profile.locale,
    updated_at: inSeconds(user.updatedAt),
    email: hasEmail ? user.email : undefined,
    email_verified: hasEmail ? user.emailVerifiedAt !== undefined : undefined,
    phone_number: profile.phoneNumber,
    phone_number_verified: hasPhone ? profile.phoneNumberVerified === true : undefined,
    address: addressOf(user),
    groups,
  };
  return Object.fromEntries(
    USER_CLAIMS.filter((claim) => asked.has(claim) && all[claim] !== undefined).map((claim) => [
      claim,
      all[claim],
    ]),
  );
}

/** Returns the address, OpenID Connect Core section 5.1.1; undefined if nothing of it is known. */
function addressOf({ profile = {} }: User): object | undefined {
  const parts = {
    formatted: profile.formattedAddress,
    street_address: profile.streetAddress,
    locality: profile.locality,
    region: profile.region,
    postal_code: profile.postalCode,
    country: profile.country,
  };
  const known = Object.entries(parts).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
