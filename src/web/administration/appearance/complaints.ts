import { LEGAL_LINKS } from "../../../domain/branding/brand.ts";
import { IdentityError } from "../../../domain/errors.ts";
import { lengthComplaint } from "../../kit/form.ts";
import type { PageContext } from "../../request/page-context.ts";
import { letterTextMessages } from "./letter-messages.ts";
import { appearanceMessages } from "./messages.ts";

/** What is wrong with a field of a form. */
export interface Complaint {
  readonly field: string;
  readonly text: string;
}

const WRITTEN = ["name", "color", "color_dark", "logo", ...LEGAL_LINKS] as const;

/** Returns the field and the words of the domain's refusal; undefined for other errors. */
function refusalOf(error: unknown): { field: string; description: string } | undefined {
  if (!(error instanceof IdentityError) || error.reason !== "FIELD_INVALID") return undefined;
  return error.details.fields?.[0];
}

/** Explains why a brand was refused; undefined for errors that concern more than its form. */
export function brandComplaint(context: PageContext, error: unknown): Complaint | undefined {
  const { wrong } = appearanceMessages[context.language];
  const tooLong = lengthComplaint(context, error, ...WRITTEN);
  if (tooLong !== undefined)
    return tooLong.field === "logo" ? { field: "logo", text: wrong.logo } : tooLong;
  const { field = "", description = "" } = refusalOf(error) ?? {};
  const link = LEGAL_LINKS.find((name) => field === `links.${name}`);
  if (link !== undefined) return { field: link, text: wrong.link };
  if (field === "name" || field === "logo") return { field, text: wrong[field] };
  if (field !== "color" && field !== "color_dark") return undefined;
  const ratio = /contrast of ([\d.]+):1/.exec(description)?.[1];
  if (ratio !== undefined) return { field, text: wrong.contrast(ratio) };
  return { field, text: description.startsWith("needs") ? wrong.bothColors : wrong.color };
}

/** The same for the text of a letter, which is the last one of its list. */
export function letterComplaint(context: PageContext, error: unknown): Complaint | undefined {
  const messages = letterTextMessages[context.language];
  const tooLong = lengthComplaint(context, error, "subject", "paragraphs");
  if (tooLong !== undefined) return tooLong;
  const { field = "", description = "" } = refusalOf(error) ?? {};
  if (field === "letters") return { field: "paragraphs", text: messages.tooMuch };
  const name = /^letters\[\d+\]\.(subject|text)$/.exec(field)?.[1];
  if (name === undefined) return undefined;
  const placeholder = /^contains (.+), which is no placeholder/.exec(description)?.[1];
  return {
    field: name === "text" ? "paragraphs" : name,
    text: placeholder === undefined ? messages.wrong : messages.unknownPlaceholder(placeholder),
  };
}
