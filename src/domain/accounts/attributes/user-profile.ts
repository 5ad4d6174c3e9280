/**
 * The texts of a profile, each with the name that forms, files and errors use. The names are those
 * of the claims of OpenID Connect Core sections 5.1 and 5.1.1.
 */
export const PROFILE_FIELDS = {
  name: "name",
  givenName: "given_name",
  familyName: "family_name",
  picture: "picture",
  locale: "locale",
  zoneinfo: "zoneinfo",
  phoneNumber: "phone_number",
  formattedAddress: "formatted_address",
  streetAddress: "street_address",
  locality: "locality",
  region: "region",
  postalCode: "postal_code",
  country: "country",
} as const;

export type ProfileText = keyof typeof PROFILE_FIELDS;

export const PROFILE_TEXTS = Object.keys(PROFILE_FIELDS) as readonly ProfileText[];

/** What an account says about its person. An absent text is one that the user hasn't given. */
export interface UserProfile extends Readonly<Partial<Record<ProfileText, string>>> {
  /** An administrator knows that the user can be reached by the phone number. */
  readonly phoneNumberVerified?: true;
}

/** A change of a profile: an empty text removes the value, an absent one keeps it. */
export interface ProfileUpdate extends Readonly<Partial<Record<ProfileText, string>>> {
  /** Only administrators and imports say it. */
  readonly phoneNumberVerified?: boolean;
}
