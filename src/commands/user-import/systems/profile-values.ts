import { profileText } from "../../../domain/accounts/attributes/profile-rules.ts";
import {
  PROFILE_FIELDS,
  PROFILE_TEXTS,
  type ProfileUpdate,
} from "../../../domain/accounts/attributes/user-profile.ts";
import { IdentityError } from "../../../domain/errors.ts";
import type { Fields } from "./values.ts";

/**
 * Returns the fields of a line for what a system says of a person. Other systems check less, so a
 * value that isn't one here is left out: it must not cost the user.
 */
export function profileValuesOf({ phoneNumberVerified, ...said }: ProfileUpdate): Fields {
  const texts = { ...said, locale: said.locale?.replaceAll("_", "-") };
  const fields = PROFILE_TEXTS.flatMap((which) => {
    const field = PROFILE_FIELDS[which];
    const text = texts[which] ?? "";
    try {
      const value = profileText(which, field, text);
      return value === "" ? [] : [[field, value] as const];
    } catch (error) {
      if (error instanceof IdentityError) return [];
      throw error;
    }
  });
  const hasNumber = fields.some(([field]) => field === PROFILE_FIELDS.phoneNumber);
  return {
    ...Object.fromEntries(fields),
    ...(hasNumber && phoneNumberVerified === true && { phone_number_verified: true }),
  };
}
