import { invalidField } from "../../errors.ts";
import { hasControls, isLongerThan, isVisible } from "../../text.ts";
import type { ProfileText } from "./user-profile.ts";

/** The most characters of each text. */
export const PROFILE_LIMITS: Readonly<Record<ProfileText, number>> = {
  name: 200,
  givenName: 200,
  familyName: 200,
  picture: 2000,
  locale: 64,
  zoneinfo: 64,
  phoneNumber: 32,
  formattedAddress: 1000,
  streetAddress: 500,
  locality: 200,
  region: 200,
  postalCode: 32,
  country: 100,
};

/** Returns the value as it is stored; a text that is no value of its kind fails. */
type Rule = (field: string, text: string) => string;

/** Joiners of letters, which some scripts need within names. */
const JOINERS = /(?<=\p{L}\p{M}*)[\u200C\u200D](?=\p{L})/gu;

const plainText: Rule = (field, text) => {
  const value = text.trim().normalize("NFC");
  if (hasControls(value.replaceAll(JOINERS, "")))
    throw invalidField(field, "holds a character that is not seen");
  if (!isVisible(value)) throw invalidField(field, "shows nothing");
  return value;
};

/** Addresses have several lines (OpenID Connect Core section 5.1.1); browsers end them by CRLF. */
const lines: Rule = (field, text) => {
  const rows = text.trim().split(/\r\n|\r|\n/);
  return rows.map((row) => (row.trim() === "" ? "" : plainText(field, row))).join("\n");
};

/** A page that shows the picture must stay free of mixed content, so only https is taken. */
const picture: Rule = (field, text) => {
  const url = URL.parse(text.trim());
  const isWeb =
    url?.protocol === "https:" && url.username === "" && url.password === "" && url.hostname !== "";
  if (!isWeb || hasControls(text.trim()))
    throw invalidField(field, "is not an https address such as https://example.com/me.png");
  // An address outside of ASCII becomes longer when it is written out.
  return within("picture", field, url.href);
};

const locale: Rule = (field, text) => {
  try {
    const [tag] = Intl.getCanonicalLocales(text.trim());
    if (tag !== undefined) return tag;
  } catch {
    // The text isn't a tag of BCP 47.
  }
  throw invalidField(field, "is not a language tag of BCP 47 such as de-CH");
};

/** A name of the IANA database. Offsets such as +03:00, which `Intl` knows too, are none. */
const ZONE = /^[a-z][a-z0-9_+-]*(?:\/[a-z0-9_+-]+)*$/i;

const zoneinfo: Rule = (field, text) => {
  const zone = text.trim();
  const known = ZONE.test(zone) ? knownZone(zone) : undefined;
  if (known === undefined)
    throw invalidField(field, "is not a time zone of the IANA database such as Europe/Berlin");
  return known;
};

/** Returns the name in its usual spelling; undefined if `Intl` doesn't know the zone. */
function knownZone(zone: string): string | undefined {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions();
    const lower = zone.toLowerCase();
    // An alias such as Asia/Kolkata stays what the user wrote.
    return (
      [timeZone, ...Intl.supportedValuesOf("timeZone")].find(
        (name) => name.toLowerCase() === lower,
      ) ?? zone
    );
  } catch {
    return undefined;
  }
}

/** E.164: a plus sign, the country code and at most 15 digits in all. */
const E164 = /^\+[1-9]\d{6,14}$/;

const phoneNumber: Rule = (field, text) => {
  const number = text.replaceAll(/[\s().-]/g, "");
  if (!E164.test(number))
    throw invalidField(field, "is not a phone number in E.164 form such as +493012345678");
  return number;
};

const RULES: Readonly<Record<ProfileText, Rule>> = {
  name: plainText,
  givenName: plainText,
  familyName: plainText,
  picture,
  locale,
  zoneinfo,
  phoneNumber,
  formattedAddress: lines,
  streetAddress: lines,
  locality: plainText,
  region: plainText,
  postalCode: plainText,
  country: plainText,
};

/** Returns the text of a profile as it is stored; empty if there is none. */
export function profileText(which: ProfileText, field: string, text: string): string {
  // Before any rule, whose time grows with the length.
  within(which, field, text);
  return text.trim() === "" ? "" : RULES[which](field, text);
}

function within(which: ProfileText, field: string, text: string): string {
  const most = PROFILE_LIMITS[which];
  if (isLongerThan(text, most)) throw invalidField(field, `is longer than ${most} characters`);
  return text;
}
