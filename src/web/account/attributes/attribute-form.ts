import {
  PROFILE_FIELDS,
  PROFILE_TEXTS,
  type ProfileText,
  type ProfileUpdate,
  type UserProfile,
} from "../../../domain/accounts/attributes/user-profile.ts";
import type { IdentityError } from "../../../domain/errors.ts";
import type { Language } from "../../../domain/email/language.ts";
import { field, textArea } from "../../kit/form.ts";
import { html, type Html } from "../../kit/html.ts";
import { fieldValue, type PageContext, shownValue } from "../../request/page-context.ts";
import { complaint, type FieldComplaint } from "../../sign-in/complaints.ts";
import { attributeMessages } from "./attribute-messages.ts";

/** The names in forms. `name` is that of an application there. */
const NAMES = { ...PROFILE_FIELDS, name: "full_name" } as const;

export type AttributeName = (typeof NAMES)[ProfileText];

/** What browsers fill in. */
const AUTOCOMPLETE: Readonly<Record<ProfileText, string>> = {
  name: "name",
  givenName: "given-name",
  familyName: "family-name",
  picture: "photo",
  locale: "language",
  zoneinfo: "off",
  phoneNumber: "tel",
  formattedAddress: "off",
  streetAddress: "street-address",
  locality: "address-level2",
  region: "address-level1",
  postalCode: "postal-code",
  country: "country-name",
};

const PERSON = ["name", "givenName", "familyName", "picture"] as const;
const CONTACT = ["locale", "zoneinfo", "phoneNumber"] as const;
const ADDRESS = [
  "streetAddress",
  "postalCode",
  "locality",
  "region",
  "country",
  "formattedAddress",
] as const;

/** How many lines a text may have on the page; others are one. */
const ROWS: Partial<Readonly<Record<ProfileText, number>>> = {
  streetAddress: 2,
  formattedAddress: 4,
};

/** Returns the text of a profile as a form sends it. */
export type AttributeValue = (which: ProfileText) => string;

/** Returns the stored values. */
export const storedAttributes =
  (profile: UserProfile = {}): AttributeValue =>
  (which) =>
    profile[which] ?? "";

/** Returns the values of the form that was just sent. */
export const sentAttributes =
  (context: PageContext): AttributeValue =>
  (which) =>
    shownValue(context, NAMES[which]);

/** Renders the fields of a profile. */
export function attributeFields(
  { language }: PageContext,
  valueOf: AttributeValue,
  wrong: FieldComplaint<string> | undefined,
): Html {
  const { groups, labels, hints } = attributeMessages[language];
  const one = (which: ProfileText): Html => {
    const name = NAMES[which];
    const shared = {
      name,
      label: labels[which],
      value: valueOf(which),
      error: wrong?.field === name ? wrong.text : undefined,
      ...(hints[which] !== undefined && { hint: hints[which] }),
    };
    const rows = ROWS[which];
    return rows === undefined
      ? field({
          ...shared,
          type: "text",
          autocomplete: AUTOCOMPLETE[which],
          autofocus: wrong?.field === name,
          isOptional: true,
        })
      : textArea({ ...shared, rows });
  };
  const group = (legend: string, all: readonly ProfileText[]): Html =>
    html`<fieldset>
      <legend>${legend}</legend>
      ${all.map(one)}
    </fieldset>`;
  return html`${group(groups.person, PERSON)}${group(groups.contact, CONTACT)}${group(
    groups.address,
    ADDRESS,
  )}`;
}

/** Returns what a form changes; undefined if it changes nothing. */
export function attributeChanges(
  context: PageContext,
  profile: UserProfile | undefined,
): ProfileUpdate | undefined {
  // Browsers end lines by CRLF (HTML, section 4.10.22.4).
  const texts = PROFILE_TEXTS.map(
    (which) => [which, fieldValue(context, NAMES[which]).trim().replaceAll("\r\n", "\n")] as const,
  );
  const changed = texts.filter(([which, text]) => text !== (profile?.[which] ?? ""));
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** Returns whether an error is about one of the texts, and says so in words of the page. */
const check =
  (which: ProfileText) =>
  (language: Language, { reason, details }: IdentityError): string | undefined => {
    const { wrong, unseen } = attributeMessages[language];
    const name = details.fields?.[0]?.field;
    const isAbout =
      name === PROFILE_FIELDS[which] ||
      (which === "phoneNumber" && name === "phone_number_verified");
    return reason === "FIELD_INVALID" && isAbout ? (wrong[which] ?? unseen) : undefined;
  };

/** What is wrong with each field, see `complaint`. */
export const attributeChecks = Object.fromEntries(
  PROFILE_TEXTS.map((which) => [NAMES[which], check(which)]),
) as Readonly<Record<AttributeName, ReturnType<typeof check>>>;

/** Returns the field of a profile that the user has to correct; undefined for other errors. */
export const attributeComplaint = (
  context: PageContext,
  error: unknown,
): FieldComplaint<AttributeName> | undefined => complaint(context, error, attributeChecks);
