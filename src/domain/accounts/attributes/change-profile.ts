import { invalidField } from "../../errors.ts";
import { profileText } from "./profile-rules.ts";
import {
  PROFILE_FIELDS,
  PROFILE_TEXTS,
  type ProfileText,
  type ProfileUpdate,
  type UserProfile,
} from "./user-profile.ts";

/** Returns the update with its texts as they are stored; an invalid one names its field. */
export function checkProfile(update: ProfileUpdate): ProfileUpdate {
  const texts: Partial<Record<ProfileText, string>> = {};
  for (const which of PROFILE_TEXTS) {
    const text = update[which];
    if (text !== undefined) texts[which] = profileText(which, PROFILE_FIELDS[which], text);
  }
  const { phoneNumberVerified } = update;
  return { ...texts, ...(phoneNumberVerified !== undefined && { phoneNumberVerified }) };
}

/** Returns the profile after a checked update; undefined if nothing is left in it. */
export function changedProfile(
  before: UserProfile | undefined,
  update: ProfileUpdate,
): UserProfile | undefined {
  const texts: Partial<Record<ProfileText, string>> = {};
  for (const which of PROFILE_TEXTS) {
    const text = update[which] ?? before?.[which] ?? "";
    if (text !== "") texts[which] = text;
  }
  // What was known of a number says nothing about the next one.
  const isSameNumber = texts.phoneNumber === before?.phoneNumber;
  const verified =
    update.phoneNumberVerified ?? (isSameNumber && before?.phoneNumberVerified === true);
  if (update.phoneNumberVerified === true && texts.phoneNumber === undefined)
    throw invalidField("phone_number_verified", "is set, but there is no phone number");
  const profile: UserProfile = {
    ...texts,
    ...(verified && texts.phoneNumber !== undefined && { phoneNumberVerified: true as const }),
  };
  return Object.keys(profile).length === 0 ? undefined : profile;
}

/** Returns the names of the values that an update says something about. */
export const profileFields = (update: ProfileUpdate): readonly string[] => [
  ...PROFILE_TEXTS.filter((which) => update[which] !== undefined).map(
    (which) => PROFILE_FIELDS[which],
  ),
  ...(update.phoneNumberVerified === undefined ? [] : ["phone_number_verified"]),
];
