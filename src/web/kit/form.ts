import { html, type Html } from "./html.ts";
import { limitOf, tooLongName } from "./fields.ts";
import { fieldTexts } from "./field-messages.ts";
import type { PageContext } from "../request/page-context.ts";

/** The hidden field that proves that a form comes from our page. */
export const FORM_TOKEN = "form_token";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "email" | "password" | "datetime-local";
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string | undefined;
  /** The error of the value that was sent. */
  readonly error?: string | undefined;
  readonly autofocus?: boolean;
  /** By default the limit of the table. */
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly isOptional?: boolean;
}

/**
 * Returns the error text of a field that is too long; undefined for other errors and other fields.
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

/** Renders a hidden field. */
export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`;

/** Where a form is sent, and how it looks. */
interface FormOptions {
  readonly action: string;
  /** Hidden fields; those with an empty value are left out. */
  readonly values?: Readonly<Record<string, string>>;
  readonly className?: string;
  /** Whether it has a file. */
  readonly hasFile?: boolean;
}

/** Renders a form that is sent with POST to one of our pages. */
export function form(
  context: PageContext,
  { action, values = {}, className = "stack", hasFile = false }: FormOptions,
  content: Html,
): Html {
  const inside = html`${hidden(FORM_TOKEN, context.formToken())}${Object.entries(values).map(
    ([name, value]) => (value === "" ? "" : hidden(name, value)),
  )}
  ${content}`;
  return hasFile
    ? html`<form
        method="post"
        action="${action}"
        enctype="multipart/form-data"
        class="${className}"
      >
        ${inside}
      </form>`
    : html`<form method="post" action="${action}" class="${className}">${inside}</form>`;
}

/** Renders a labelled input. Screen readers read the hint and the error with it. */
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

/** Links a field to its hint and its error for screen readers. */
function aboutField(name: string, hint: string | undefined, error: string | undefined): Html {
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(error === undefined ? [] : [`${name}-error`]),
  ].join(" ");
  return html`${described === "" ? "" : html` aria-describedby="${described}"`}${
    error === undefined ? "" : html` aria-invalid="true"`
  }`;
}

const hintAndError = (name: string, hint: string | undefined, error: string | undefined): Html =>
  html`${hint === undefined ? "" : html`<p class="hint" id="${name}-hint">${hint}</p>`}
  ${error === undefined ? "" : html`<p class="wrong" id="${name}-error">${lines(error)}</p>`}`;

/** Renders each line of a text on its own. */
const lines = (text: string): Html =>
  html`${text.split("\n").map((line, index) => html`${index === 0 ? "" : html`<br />`}${line}`)}`;

/** Renders a labelled text area. */
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

/** One checkbox or radio button. */
export interface Checkbox {
  readonly name: string;
  /** The value that is sent if it is selected. */
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly isTicked: boolean;
}

/** Renders checkboxes or radio buttons below a common legend. */
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

/**
 * Tells a password manager which account the password belongs to, on forms without a name field.
 */
export const usernameHint = ({ email }: { readonly email: string }): Html =>
  html`<input type="text" name="identifier" value="${email}" autocomplete="username" hidden />`;

/**
 * Renders a button that sends its form, with a name and a value if the form has several. `about` is
 * read out by screen readers, to tell apart buttons with the same label. With `action`, it sends
 * the form to another page, in a new window.
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
    action = "",
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
    ${name === "" ? "" : html` name="${name}" value="${value}"`}${
      about === "" ? "" : html` aria-label="${label}: ${about}"`
    }${action === "" ? "" : html` formaction="${action}" formtarget="_blank"`}
  >
    ${label}
  </button>`;
};

/** Renders a labelled drop-down list; `value` is the selected one. */
export const select = ({
  name,
  label,
  value,
  options,
  hint,
  error,
}: Pick<Field, "name" | "label" | "value" | "hint" | "error"> & {
  readonly options: readonly (readonly [value: string, label: string])[];
}): Html =>
  html`<div class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}" ${aboutField(name, hint, error)}>
      ${options.map(
        ([each, text]) =>
          html`<option value="${each}" ${each === value ? html` selected` : ""}>${text}</option>`,
      )}
    </select>
    ${hintAndError(name, hint, error)}
  </div>`;

/** Renders a message about what just happened. Screen readers read errors at once. */
export const notice = (text: string, kind: "bad" | "good" | "plain" = "plain"): Html =>
  html`<p class="notice ${kind}" role="${kind === "bad" ? "alert" : "status"}">${text}</p>`;
