import type { RequestContext } from "../../domain/request-context.ts";
import type { Session, User } from "../../domain/model.ts";
import { tooLongField } from "../kit/fields.ts";
import type { PageBrand } from "../kit/brand/shown-brand.ts";
import type { Language } from "../../domain/email/language.ts";
import { pickLanguage } from "../kit/language.ts";

/** The user and the session of this browser. */
export interface SignedIn {
  readonly user: User;
  readonly session: Session;
}

/** One request to a page. */
export interface PageContext {
  readonly path: string;
  /** The host of the public URL, by which users know this server. */
  readonly host: string;
  /** Whether the client asks for the headers only. */
  readonly isHead: boolean;
  /** The known parameters of the query, in their order. */
  readonly query: readonly (readonly [string, string])[];
  /**
   * All parameters as sent, for authorization requests: their names are not in our table. For a
   * form of another site, they are those of the form.
   */
  readonly asked: readonly (readonly [string, string])[];
  readonly language: Language;
  /** Whether the user chose the language here; otherwise it comes from the browser. */
  readonly hasChosenLanguage: boolean;
  /** The context for calls of the domain. */
  readonly requestContext: RequestContext;
  /** The brand of the page. */
  readonly brand: PageBrand;
  /** Returns the brand of a realm. */
  readonly brandOf: (realm: string) => PageBrand;
  /** The signed-in user, if any. */
  readonly signedIn: SignedIn | undefined;
  /**
   * Returns the token that every form must contain. It is bound to the session of this browser, so
   * no other site can create it.
   */
  formToken(): string;
  /** Returns a header of the request; empty if it is absent. */
  header(name: string): string;
  /** The fields of the form after all checks; empty for GET. */
  readonly fields: ReadonlyMap<string, string>;
  /** The names of parameters and fields whose values are too long to be read. */
  readonly tooLong: ReadonlySet<string>;
  /** Whether the administration shows the take-over of another server. */
  readonly hasTakeOver?: () => Promise<boolean>;
  /** Counts the invitations to communities that wait for the user of an account page, up to 10. */
  readonly countInvitations?: () => Promise<number>;
  /** Adds a Set-Cookie header to the response. */
  setCookie(header: string): void;
}

/** Answers a page request. */
export type Page = (context: PageContext) => Promise<Response> | Response;

/** The method and the path of a page. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly page: Page;
  /**
   * The page hashes or checks a password. Its form is not read while too many requests wait for a
   * hash.
   */
  readonly hashesPassword?: true;
  /**
   * Other sites send this form. It has no form token, so the page must change nothing; it gets the
   * form as `asked`.
   */
  readonly isForOtherSites?: true;
}

/**
 * Returns a parameter of the query; empty if it is absent or repeated. Throws FIELD_INVALID if it
 * is too long.
 */
export function queryValue({ query, tooLong }: PageContext, name: string): string {
  if (tooLong.has(name)) throw tooLongField(name);
  const [first, ...more] = query.filter(([key]) => key === name);
  return first === undefined || more.length > 0 ? "" : first[1];
}

/** Returns the message that the `notice` parameter selects from the list. */
export function noticeOf<T>(
  context: PageContext,
  list: Readonly<Record<string, T>>,
): T | undefined {
  const name = queryValue(context, "notice");
  return Object.hasOwn(list, name) ? list[name] : undefined;
}

/** Returns a field of the form; empty if it is absent. Throws FIELD_INVALID if it is too long. */
export function fieldValue(context: PageContext, name: string): string {
  if (context.tooLong.has(name)) throw tooLongField(name);
  return shownValue(context, name);
}

/** Returns the id from the query or the form. */
export const namedId = (context: PageContext): string =>
  queryValue(context, "id") || fieldValue(context, "id");

/** Returns a field to show it again; empty also if it is too long. */
export const shownValue = ({ fields }: PageContext, name: string): string => fields.get(name) ?? "";

/** Redirects after a form: the browser continues with GET (RFC 9110 section 15.4.4). */
export const seeOther = (location: string): Response =>
  new Response(null, { status: 303, headers: { location } });

/** Returns the context in another language, which also applies to the e-mails that it causes. */
const speaking = (context: PageContext, language: Language): PageContext => ({
  ...context,
  language,
  requestContext: { ...context.requestContext, language },
});

/** Returns the context with the brand of a realm. */
export const withBrandOf = (context: PageContext, realm: string): PageContext => ({
  ...context,
  brand: context.brandOf(realm),
});

/** Returns the context in the language that the application asks for, unless the user chose one. */
export const inLanguageOf = (context: PageContext, locales: readonly string[]): PageContext =>
  context.hasChosenLanguage
    ? context
    : speaking(context, pickLanguage(locales) ?? context.language);
