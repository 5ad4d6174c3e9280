// A visit to a page: who comes, in which language, with which form. It owns what every page needs
// of a request and must not know the pages.
import type { RequestContext } from "../../domain/request-context.ts";
import type { Session, User } from "../../domain/model.ts";
import { tooLongField } from "../kit/fields.ts";
import type { Language } from "../../domain/email/language.ts";
import { pickLanguage } from "../kit/language.ts";

/** A user and the stay in this browser. */
export interface SignedIn {
  readonly user: User;
  readonly session: Session;
}

/** One request to a page. */
export interface PageContext {
  readonly path: string;
  /** The parameters of the query that pages know, in their order. */
  readonly query: readonly (readonly [string, string])[];
  /** All of them as they came, for requests of applications, whose names are not ours. */
  readonly asked: readonly (readonly [string, string])[];
  readonly language: Language;
  /** Whether the visitor has chosen the language here, or it is only what the browser prefers. */
  readonly hasChosenLanguage: boolean;
  /** What the domain is told. */
  readonly requestContext: RequestContext;
  /** Who is signed in. */
  readonly signedIn: SignedIn | undefined;
  /**
   * What every form must carry: bound to this browser's session, so that no other site can send
   * one.
   */
  formToken(): string;
  /** A header of the request; empty when it is absent. */
  header(name: string): string;
  /** The fields of the form that was sent, which has passed the checks; none for GET. */
  readonly fields: ReadonlyMap<string, string>;
  /** The names of parameters and fields that are too long to be read. */
  readonly tooLong: ReadonlySet<string>;
  /** Sets a cookie with the answer. */
  setCookie(header: string): void;
}

/** Answers a visit. */
export type Page = (context: PageContext) => Promise<Response> | Response;

/** Where a page is. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly page: Page;
  /**
   * The page hashes a password or checks one: its form is not read while too many wait for that.
   */
  readonly hashesPassword?: true;
}

/**
 * The value of a parameter of the query; empty when it is absent or comes twice. Throws
 * FIELD_INVALID when it is too long.
 */
export function queryValue({ query, tooLong }: PageContext, name: string): string {
  if (tooLong.has(name)) throw tooLongField(name);
  const [first, ...more] = query.filter(([key]) => key === name);
  return first === undefined || more.length > 0 ? "" : first[1];
}

/** What another page has led here to say; an address can name nothing but what is in the list. */
export function noticeOf<T>(
  context: PageContext,
  list: Readonly<Record<string, T>>,
): T | undefined {
  const name = queryValue(context, "notice");
  return Object.hasOwn(list, name) ? list[name] : undefined;
}

/** The value of a field; empty when it is absent. Throws FIELD_INVALID when it is too long. */
export function fieldValue(context: PageContext, name: string): string {
  if (context.tooLong.has(name)) throw tooLongField(name);
  return shownValue(context, name);
}

/** The same to be shown again: empty also when it is too long. */
export const shownValue = ({ fields }: PageContext, name: string): string => fields.get(name) ?? "";

/** After a form, whatever it did: the browser asks with GET, RFC 9110 section 15.4.4. */
export const seeOther = (location: string): Response =>
  new Response(null, { status: 303, headers: { location } });

/** The visit in another language, and the letters that it causes. */
const speaking = (context: PageContext, language: Language): PageContext => ({
  ...context,
  language,
  requestContext: { ...context.requestContext, language },
});

/** The visit in the language that an application wishes for, unless the visitor has chosen one. */
export const inLanguageOf = (context: PageContext, locales: readonly string[]): PageContext =>
  context.hasChosenLanguage
    ? context
    : speaking(context, pickLanguage(locales) ?? context.language);
