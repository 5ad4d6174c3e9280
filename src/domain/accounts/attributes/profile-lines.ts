// A profile in the fields of a line, as files of users have it.
import { changedProfile, checkProfile } from "./change-profile.ts";
import { PROFILE_FIELDS, PROFILE_TEXTS, type UserProfile } from "./user-profile.ts";

const VERIFIED = "phone_number_verified";

/** The fields of a line that make the profile. */
export const PROFILE_LINE_FIELDS = [...Object.values(PROFILE_FIELDS), VERIFIED] as const;

export type ProfileLineField = (typeof PROFILE_LINE_FIELDS)[number];

/** Reads the fields of a line; `text` and `flag` read one of them. */
export function profileOfLine(
  text: (field: ProfileLineField) => string,
  flag: (field: ProfileLineField) => boolean,
): UserProfile | undefined {
  const texts = Object.fromEntries(
    PROFILE_TEXTS.map((which) => [which, text(PROFILE_FIELDS[which])]),
  );
  return changedProfile(
    undefined,
    checkProfile({ ...texts, ...(flag(VERIFIED) && { phoneNumberVerified: true }) }),
  );
}

/** Returns the fields of a line that say the profile. */
export const lineOfProfile = (profile: UserProfile = {}): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fieldsOf(profile)).filter(([, value]) => value !== undefined && value !== false),
  );

const fieldsOf = (
  profile: UserProfile,
): Readonly<Record<ProfileLineField, string | boolean | undefined>> => ({
  ...(Object.fromEntries(
    PROFILE_TEXTS.map((which) => [PROFILE_FIELDS[which], profile[which]]),
  ) as Record<ProfileLineField, string | undefined>),
  [VERIFIED]: profile.phoneNumberVerified === true,
});

/**
 * Returns whether a stored profile says something else of the field than that of a line. A false
 * flag says nothing.
 */
export function differsInProfile(
  field: ProfileLineField,
  line: UserProfile | undefined,
  stored: UserProfile | undefined,
): boolean {
  const [said, kept] = [fieldsOf(line ?? {})[field], fieldsOf(stored ?? {})[field]];
  return said !== undefined && said !== false && said !== kept;
}
