// The parts of forms. It owns how fields, their errors and buttons look to eyes and to screen
// readers, and must not know what a form is for.
import { html } from "./html.ts";
import { limitOf, tooLongName } from "./fields.ts";
import type { Html } from "./layout.ts";
import { fieldTexts } from "./field-messages.ts";
import type { PageContext } from "../request/page-context.ts";

/** The name of the field that proves that a form is ours. */
export const FORM_TOKEN = "form_token";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "email" | "password" | "datetime-local";
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string;
  /** What is wrong with the value that was sent. */
  readonly error?: string | undefined;
  readonly autofocus?: boolean;
  /** That of the table when not said. */
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly isOptional?: boolean;
}

/**
 * What is said at a field whose value was too long; undefined for any other failure, and for a
 * field that is not among these.
 */
export function lengthComplaint<Name extends string>(
  { language }: PageContext,
  error: unknown,
  ...names: readonly Name[]
): { readonly field: Name; readonly text: string } | undefined {
  const wrong = tooLongName(error);
  const field = names.find((name) => name === wrong);
  const limit = wrong === undefined ? undefined : limitOf(wrong);
  return field && limit && { field, text: fieldTexts[language].tooLong[limit.unit](limit.most) };
}

/** A value that a form carries. */
export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`;

/** A form that is sent to one of our pages. `values` goes along unseen. */
export const form = (
  context: PageContext,
  action: string,
  values: Readonly<Record<string, string>>,
  content: Html,
  className = "stack",
): Html =>
  html`<form method="post" action="${action}" class="${className}">
    ${hidden(FORM_TOKEN, context.formToken())}${Object.entries(values).map(([name, value]) => (value === "" ? "" : hidden(name, value)))}
    ${content}
  </form>`;

/** A labelled input; hint and error are read out with it. */
export function field({
  name,
  label,
  type,
  autocomplete,
  value = "",
  hint,
  error,
  autofocus = false,
  maxLength = limitOf(name)?.most,
  minLength,
  isOptional = false,
}: Field): Html {
  const attributes = [
    isOptional ? "" : html` required`,
    autofocus ? html` autofocus` : "",
    aboutField(name, hint, error),
    maxLength === undefined || type === "datetime-local" ? "" : html` maxlength="${maxLength}"`,
    minLength === undefined ? "" : html` minlength="${minLength}"`,
    type === "text" ? html` autocapitalize="none" spellcheck="false"` : "",
  ];
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      ${attributes}
    />
    ${hintAndError(name, hint, error)}
  </div>`;
}

/** Ties a field to its hint and its error for screen readers. */
function aboutField(name: string, hint: string | undefined, error: string | undefined): Html {
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(error === undefined ? [] : [`${name}-error`]),
  ].join(" ");
  return html`${described === "" ? "" : html` aria-describedby="${described}"`}${error === undefined ? "" : html` aria-invalid="true"`}`;
}

const hintAndError = (name: string, hint: string | undefined, error: string | undefined): Html =>
  html`${hint === undefined ? "" : html`<p class="hint" id="${name}-hint">${hint}</p>`}
  ${error === undefined ? "" : html`<p class="wrong" id="${name}-error">${error}</p>`}`;

/** A labelled text of several lines. */
export function textArea({
  name,
  label,
  value = "",
  hint,
  error,
  rows,
}: Pick<Field, "name" | "label" | "value" | "hint" | "error"> & { readonly rows: number }): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <textarea
      id="${name}"
      name="${name}"
      rows="${rows}"
      maxlength="${limitOf(name)?.most ?? ""}"
      spellcheck="false"
      autocapitalize="none"
      ${aboutField(name, hint, error)}
    >
${value}</textarea>
    ${hintAndError(name, hint, error)}
  </div>`;
}

/** One of several things that can be ticked, or of which one is chosen. */
export interface Checkbox {
  readonly name: string;
  /** Sent when it is ticked. */
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly isTicked: boolean;
}

/** Things under a common legend: each can be ticked, or one of them is chosen. */
export const checkboxes = (
  type: "checkbox" | "radio",
  legend: string,
  choices: readonly Checkbox[],
  hint?: string,
): Html =>
  html`<fieldset>
    <legend>${legend}</legend>
    ${hint === undefined ? "" : html`<p class="hint">${hint}</p>`}
    ${choices.map(
      ({ name, value, label, hint: about, isTicked }) =>
        html`<label class="tick"
          ><input
            type="${type}"
            name="${name}"
            value="${value}"
            ${isTicked ? html` checked` : ""}
          />
          <span
            >${label}${about === undefined ? "" : html`<span class="hint">${about}</span>`}</span
          ></label
        >`,
    )}
  </fieldset>`;

/** Tells a password manager whose password it is, where no name is asked for. */
export const usernameHint = ({ email }: { readonly email: string }): Html =>
  html`<input type="text" name="identifier" value="${email}" autocomplete="username" hidden />`;

/**
 * A button that sends its form, with a name and a value when it is one of several. `about` tells it
 * from others to those who don't see where it stands.
 */
export const button = (
  label: string,
  {
    name = "",
    value = "",
    about = "",
    isSecond = false,
    isSmall = false,
    isDangerous = false,
  } = {},
): Html => {
  const classes = [
    "button",
    ...(isSecond ? ["second"] : []),
    ...(isSmall ? ["small"] : []),
    ...(isDangerous ? ["bad"] : []),
  ].join(" ");
  return html`<button
    class="${classes}"
    ${name === "" ? "" : html` name="${name}" value="${value}"`}${about === "" ? "" : html` aria-label="${label}: ${about}"`}
  >
    ${label}
  </button>`;
};

/** A labelled choice of one; `value` is the one that is chosen already. */
export const select = ({
  name,
  label,
  value,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly options: readonly (readonly [value: string, label: string])[];
}): Html =>
  html`<div class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${options.map(([each, text]) => html`<option value="${each}" ${each === value ? html` selected` : ""}>${text}</option>`)}
    </select>
  </div>`;

/** What just happened; errors are read out at once. */
export const notice = (text: string, kind: "bad" | "good" | "plain" = "plain"): Html =>
  html`<p class="notice ${kind}" role="${kind === "bad" ? "alert" : "status"}">${text}</p>`;
