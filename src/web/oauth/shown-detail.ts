// What a user reads of authorization details, RFC 9396. Their values are the client's, so each is
// isolated: no value can pass as another member.
import type { Language } from "../../domain/email/language.ts";
import { isJsonObject } from "../../domain/oauth/details/detail.ts";
import type { ShownDetail } from "../../domain/oauth/authorization/shown-consent.ts";
import { scopeText } from "../../domain/oauth/resources/resource.ts";
import { html, type Html } from "../kit/html.ts";
import { consentMessages, type DetailMessages } from "./consent-messages.ts";

/** Renders a detail: the title of its type, and every member. */
export function shownDetail(language: Language, detail: ShownDetail): Html {
  const messages = consentMessages[language].details;
  const members = Object.entries(detail.members);
  return html`<strong><bdi>${scopeText(detail, language)}</bdi></strong
    >${
      members.length === 0
        ? ""
        : html`<ul>
            ${members.map(
              ([name, value]) =>
                html`<li>
                  <bdi>${isNamed(messages, name) ? messages[name] : name}</bdi>:
                  ${shownValue(messages, value)}
                </li>`,
            )}
          </ul>`
    }`;
}

const isNamed = (messages: DetailMessages, name: string): name is keyof DetailMessages =>
  name !== "yes" && name !== "no" && Object.hasOwn(messages, name);

function shownValue(messages: DetailMessages, value: unknown): Html {
  if (typeof value === "boolean") return html`${value ? messages.yes : messages.no}`;
  if (Array.isArray(value) && value.length > 0)
    return html`<ul>
      ${value.map((each: unknown) => html`<li>${shownValue(messages, each)}</li>`)}
    </ul>`;
  if (isJsonObject(value) && Object.keys(value).length > 0)
    return html`<ul>
      ${Object.entries(value).map(
        ([name, each]) => html`<li><bdi>${name}</bdi>: ${shownValue(messages, each)}</li>`,
      )}
    </ul>`;
  return html`<bdi>${typeof value === "string" ? value : JSON.stringify(value)}</bdi>`;
}
