import { PROFILE_TEXTS } from "../../../domain/accounts/attributes/user-profile.ts";
import type { User } from "../../../domain/model.ts";
import { attributeMessages } from "../../account/attributes/attribute-messages.ts";
import { checkboxes } from "../../kit/form.ts";
import { html, type Html } from "../../kit/html.ts";
import type { PageContext } from "../../request/page-context.ts";

/** Returns what an account says about its person, each with its name. */
export function profileFacts(
  { language }: PageContext,
  { profile = {} }: User,
): readonly (readonly [string, Html])[] {
  const { labels, phoneVerified, phoneNotVerified } = attributeMessages[language];
  return PROFILE_TEXTS.flatMap((which) => {
    const text = profile[which];
    if (text === undefined) return [];
    // The address of a picture is shown and not fetched: another server would see the reader.
    const value = html`<bdi>${text}</bdi>`;
    return which === "phoneNumber"
      ? [
          [
            labels[which],
            html`${value}
              <span class="quiet small"
                >${profile.phoneNumberVerified === true ? phoneVerified : phoneNotVerified}</span
              >`,
          ] as const,
        ]
      : [[labels[which], value] as const];
  });
}

/** Renders the choice whether the phone number is verified. */
export function phoneBox({ language }: PageContext, isTicked: boolean): Html {
  const { labels, phoneVerified, phoneVerifiedHint } = attributeMessages[language];
  return checkboxes("checkbox", labels.phoneNumber, [
    {
      name: "phone_number_verified",
      value: "1",
      label: phoneVerified,
      hint: phoneVerifiedHint,
      isTicked,
    },
  ]);
}
