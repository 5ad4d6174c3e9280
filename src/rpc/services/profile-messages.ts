import type { MessageInitShape } from "@bufbuild/protobuf";
import type { FieldMask } from "@bufbuild/protobuf/wkt";
import type { UserProfile as ProfileMessage } from "../../../gen/identity/v1/profile_pb.ts";
import type { UserProfileSchema } from "../../../gen/identity/v1/profile_pb.ts";
import {
  PROFILE_TEXTS,
  type ProfileText,
  type ProfileUpdate,
  type UserProfile,
} from "../../domain/accounts/attributes/user-profile.ts";
import { callingUser, type Principal } from "../../domain/principal.ts";

/** The paths of the texts in a mask of UpdateUser (AIP-134). */
const PATHS: Readonly<Record<ProfileText, string>> = {
  name: "profile.name",
  givenName: "profile.given_name",
  familyName: "profile.family_name",
  picture: "profile.picture",
  locale: "profile.locale",
  zoneinfo: "profile.zoneinfo",
  phoneNumber: "profile.phone_number",
  formattedAddress: "profile.address.formatted",
  streetAddress: "profile.address.street_address",
  locality: "profile.address.locality",
  region: "profile.address.region",
  postalCode: "profile.address.postal_code",
  country: "profile.address.country",
};
const VERIFIED = "profile.phone_number_verified";
const WHOLE = "profile";
const ADDRESS = "profile.address";
const EVERYTHING = "*";

type Texts = Partial<Record<ProfileText, string>>;

/** Returns the texts that a message sets. */
function textsOf(profile: ProfileMessage | undefined): Texts {
  const { address, ...rest } = profile ?? {};
  const all: Texts = {
    ...rest,
    ...address,
    formattedAddress: address?.formatted,
  };
  return Object.fromEntries(
    PROFILE_TEXTS.flatMap((which) => (all[which] === undefined ? [] : [[which, all[which]]])),
  );
}

/** Returns the values that a mask can name, each by its path. */
export function profileValues(profile: ProfileMessage | undefined): Record<string, unknown> {
  const texts = textsOf(profile);
  return {
    ...Object.fromEntries(PROFILE_TEXTS.map((which) => [PATHS[which], texts[which]])),
    [VERIFIED]: profile?.phoneNumberVerified,
  };
}

/** Returns the paths of a mask, with those of the fields for each that names several. */
export function profilePaths(
  mask: FieldMask | undefined,
  others: readonly string[],
  profile: ProfileMessage | undefined,
): Pick<FieldMask, "paths"> {
  const texts = Object.values(PATHS);
  const paths = (mask?.paths ?? []).flatMap((path) => {
    if (path === WHOLE) return texts;
    if (path === ADDRESS) return texts.filter((each) => each.startsWith(`${ADDRESS}.`));
    // A client that doesn't know the profile yet must not empty it.
    return path === EVERYTHING ? [...others, ...(profile === undefined ? [] : texts)] : path;
  });
  return { paths };
}

/** Returns the update of the fields that an expanded mask names; undefined if it names none. */
export function profileUpdate(
  profile: ProfileMessage | undefined,
  fields: ReadonlySet<string>,
  given: { readonly mask: FieldMask | undefined; readonly caller: Principal },
): ProfileUpdate | undefined {
  const texts = textsOf(profile);
  const changed = PROFILE_TEXTS.filter((which) => fields.has(PATHS[which]));
  const verified = verifiedUpdate(profile, given);
  const update = {
    ...Object.fromEntries(changed.map((which) => [which, texts[which] ?? ""])),
    ...(verified !== undefined && { phoneNumberVerified: verified }),
  };
  return Object.keys(update).length === 0 ? undefined : update;
}

/**
 * Returns what an update says of the number. Users send back what they have read, so for them only
 * a mask that names the field counts. The domain then refuses it.
 */
function verifiedUpdate(
  profile: ProfileMessage | undefined,
  { mask, caller }: { readonly mask: FieldMask | undefined; readonly caller: Principal },
): boolean | undefined {
  const value = profile?.phoneNumberVerified;
  const paths = mask?.paths ?? [];
  if (paths.includes(VERIFIED)) return value ?? false;
  const isMeant = paths.length === 0 || paths.includes(WHOLE) || paths.includes(EVERYTHING);
  return isMeant && callingUser(caller) === undefined ? value : undefined;
}

/** Converts the profile of a new user; undefined for one that says nothing. */
export function newProfile(profile: ProfileMessage | undefined): ProfileUpdate | undefined {
  const verified = profile?.phoneNumberVerified;
  const update = {
    ...textsOf(profile),
    ...(verified === true && { phoneNumberVerified: true }),
  };
  return Object.keys(update).length === 0 ? undefined : update;
}

/**
 * Converts a profile for a caller. An application that acts for the user sees the phone number and
 * the address only with the scope of each (OpenID Connect Core section 5.4).
 */
export function toProfile(
  profile: UserProfile | undefined,
  caller: Principal,
): MessageInitShape<typeof UserProfileSchema> | undefined {
  const sees = (scope: string): boolean =>
    caller.kind !== "delegate" || caller.token.scopes.includes(scope);
  const { name, givenName, familyName, picture, locale, zoneinfo, ...more } = profile ?? {};
  const { phoneNumber, phoneNumberVerified, formattedAddress, ...address } = more;
  const hasAddress = formattedAddress !== undefined || Object.keys(address).length > 0;
  const shown = {
    ...defined({ name, givenName, familyName, picture, locale, zoneinfo }),
    ...(phoneNumber !== undefined &&
      sees("phone") && { phoneNumber, phoneNumberVerified: phoneNumberVerified === true }),
    ...(hasAddress &&
      sees("address") && { address: defined({ formatted: formattedAddress, ...address }) }),
  };
  return Object.keys(shown).length === 0 ? undefined : shown;
}

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
