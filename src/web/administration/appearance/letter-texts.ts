import { type LetterText, letterTextOf } from "../../../domain/branding/brand.ts";
import { PLACEHOLDERS } from "../../../domain/branding/letter-texts.ts";
import type { RenderedLetter } from "../../../domain/branding/letter-preview.ts";
import { LANGUAGES } from "../../../domain/email/language.ts";
import { LETTER_KINDS } from "../../../domain/email/mailer.ts";
import { invalidField } from "../../../domain/errors.ts";
import { button, field, form, select, textArea } from "../../kit/form.ts";
import { html, type Html } from "../../kit/html.ts";
import { LANGUAGE_NAMES } from "../../kit/language.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import {
  fieldValue,
  type PageContext,
  queryValue,
  type Route,
  seeOther,
  shownValue,
} from "../../request/page-context.ts";
import { contentSecurityPolicy, letterSecurityPolicy } from "../../request/security-headers.ts";
import { administrationPage, forAdministrators, PATHS } from "../administration-page.ts";
import { type Complaint, letterComplaint } from "./complaints.ts";
import { letterTextMessages } from "./letter-messages.ts";

const PATH = `${PATHS.appearance}/letter`;

/** Which letter a page is about. */
type Which = Pick<LetterText, "kind" | "language"> & { readonly realm: string };

const pathOf = (path: string, { realm, kind, language }: Which): string =>
  `${path}?${new URLSearchParams({ realm, kind, letter_language: language })}`;

/** Reads which letter an address or a form names. */
function whichOf(read: (name: string) => string): Which {
  const kind = LETTER_KINDS.find((each) => each === read("kind"));
  const language = LANGUAGES.find((each) => each === read("letter_language"));
  if (kind === undefined) throw invalidField("kind", "is no kind of letter");
  if (language === undefined) throw invalidField("letter_language", "is no language");
  return { realm: read("realm"), kind, language };
}

/** Renders the choice of a letter. */
export function chooseLetter(context: PageContext, realm: string): Html {
  const messages = letterTextMessages[context.language];
  return html`<section>
    <h2>${messages.title}</h2>
    <p class="quiet">${messages.what}</p>
    <form method="get" action="${PATH}" class="find">
      <input type="hidden" name="realm" value="${realm}" />
      ${select({
        name: "kind",
        label: messages.kind,
        options: LETTER_KINDS.map((kind) => [kind, messages.kinds[kind]]),
      })}
      ${select({
        name: "letter_language",
        label: messages.language,
        value: context.language,
        options: LANGUAGES.map((language) => [language, LANGUAGE_NAMES[language]]),
      })}
      ${button(messages.edit)}
    </form>
  </section>`;
}

export function letterTextRoutes({ brands, letterPreview }: WebDependencies): readonly Route[] {
  const page = async (
    context: PageContext,
    which: Which,
    complaint?: Complaint,
  ): Promise<Response> => {
    const messages = letterTextMessages[context.language];
    const { own } = await brands.get(context.requestContext, which.realm);
    const letter = await letterPreview.show(context.requestContext, which);
    const title = `${messages.kinds[which.kind]} · ${LANGUAGE_NAMES[which.language]}`;
    const body = html`<h1>${title}</h1>
      <p class="quiet">${messages.what}</p>
      ${letterForm(context, which, letterTextOf(own?.letters ?? [], which), complaint)}
      ${sentLetter(context, which, letter)}
      <p class="small">
        <a href="${PATHS.appearance}?${new URLSearchParams({ realm: which.realm })}"
          >${messages.back}</a
        >
      </p>`;
    return administrationPage(context, {
      title,
      tab: "appearance",
      body,
      notices: { saved: messages.saved },
      status: complaint === undefined ? 200 : 422,
      headers: { "content-security-policy": contentSecurityPolicy(undefined, true, true) },
      place: {
        path: PATH,
        parameters: [
          ["realm", which.realm],
          ["kind", which.kind],
          ["letter_language", which.language],
        ],
      },
    });
  };

  /** Calls `work` with the letter of the form; shows the form again if its text is wrong. */
  const withForm =
    (work: (context: PageContext, which: Which, text: LetterText) => Promise<Response>) =>
    async (context: PageContext): Promise<Response> => {
      const which = whichOf((name) => fieldValue(context, name));
      try {
        return await work(context, which, {
          kind: which.kind,
          language: which.language,
          subject: fieldValue(context, "subject"),
          text: fieldValue(context, "paragraphs"),
        });
      } catch (error) {
        const complaint = letterComplaint(context, error);
        if (complaint === undefined) throw error;
        return page(context, which, complaint);
      }
    };

  return [
    {
      method: "GET",
      path: PATH,
      page: forAdministrators((context) =>
        page(
          context,
          whichOf((name) => queryValue(context, name)),
        ),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forAdministrators(
        withForm(async (context, which, text) => {
          await brands.setLetter(context.requestContext, which.realm, text);
          return seeOther(`${pathOf(PATH, which)}&notice=saved`);
        }),
      ),
    },
    {
      method: "GET",
      path: `${PATH}/sent`,
      page: forAdministrators(async (context) => {
        const which = whichOf((name) => queryValue(context, name));
        return asPage(await letterPreview.show(context.requestContext, which));
      }),
    },
    {
      method: "POST",
      path: `${PATH}/preview`,
      page: forAdministrators(
        withForm(async (context, which, draft) =>
          asPage(await letterPreview.show(context.requestContext, { ...which, draft })),
        ),
      ),
    },
  ];
}

/** Answers with the letter itself. */
const asPage = ({ html: letter }: RenderedLetter): Response =>
  new Response(letter, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": letterSecurityPolicy(),
      "x-frame-options": "SAMEORIGIN",
    },
  });

function letterForm(
  context: PageContext,
  { realm, kind, language }: Which,
  stored: LetterText | undefined,
  complaint: Complaint | undefined,
): Html {
  const messages = letterTextMessages[context.language];
  const value = (name: string, saved = ""): string =>
    complaint === undefined ? saved : shownValue(context, name);
  const errorOf = (name: string): string | undefined =>
    complaint?.field === name ? complaint.text : undefined;
  const placeholders = PLACEHOLDERS.map((name) => `{${name}}`).join(", ");
  return form(
    context,
    { action: PATH, values: { realm, kind, letter_language: language }, className: "stack" },
    html`${field({
      name: "subject",
      label: messages.subject,
      type: "text",
      autocomplete: "off",
      value: value("subject", stored?.subject),
      error: errorOf("subject"),
      isOptional: true,
    })}
    ${textArea({
      name: "paragraphs",
      label: messages.text,
      value: value("paragraphs", stored?.text),
      hint: `${messages.textHint} ${messages.placeholders(placeholders)}`,
      error: errorOf("paragraphs"),
      rows: 5,
    })}
    ${button(messages.save)}
    ${button(messages.preview, { isSecond: true, action: `${PATH}/preview` })}`,
  );
}

function sentLetter(
  { language }: PageContext,
  which: Which,
  { subject, text }: RenderedLetter,
): Html {
  const messages = letterTextMessages[language];
  return html`<section>
    <h2>${messages.sent}</h2>
    <p class="quiet" lang="${which.language}">${subject}</p>
    <iframe
      class="letter"
      src="${pathOf(`${PATH}/sent`, which)}"
      title="${messages.sent}"
      lang="${which.language}"
    ></iframe>
    <details>
      <summary>${messages.asText}</summary>
      <pre lang="${which.language}">${text}</pre>
    </details>
  </section>`;
}
