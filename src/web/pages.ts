import { Hono } from "hono";
import type { Context as HonoContext } from "hono";
import { accountRoutes } from "./account/routes.ts";
import { administrationRoutes } from "./administration/routes.ts";
import { brandRoutes } from "./kit/brand/brand-assets.ts";
import { pageBrandOf } from "./kit/brand/page-brand.ts";
import type { PageBrand } from "./kit/brand/shown-brand.ts";
import { CallTime } from "../domain/call-time.ts";
import { DEFAULT_REALM } from "../domain/accounts/new-user.ts";
import { assetRoutes } from "./kit/assets.ts";
import { authorizeRoutes } from "./oauth/authorize.ts";
import { logoutRoutes } from "./oauth/logout.ts";
import { keepsOpener, STEPS } from "./oauth/opener.ts";
import { type Browser, BrowserSessions, STRANGER } from "./request/browser-sessions.ts";
import { chooseCommunityRoutes } from "./oauth/choose-community.ts";
import { confirming, confirmRoutes } from "./sign-in/confirm.ts";
import { confirmSignUpRoutes } from "./sign-in/confirm-sign-up.ts";
import { basePathOf, underBasePath } from "./request/base-path.ts";
import { Cookies } from "./request/cookies.ts";
import { developerRoutes } from "./developer/routes.ts";
import { deviceRoutes } from "./device/device.ts";
import { docsRoutes } from "./reference/docs.ts";
import { absencePage, errorPage, overloadPage } from "./kit/error-page.ts";
import { readable, type Readable, requireGiven } from "./kit/fields.ts";
import { FORM_TOKEN } from "./kit/form.ts";
import { overloaded } from "../domain/security/concurrency-limiter.ts";
import { isSameOrigin } from "./request/guards.ts";
import { homeRoutes } from "./sign-in/home.ts";
import { LANGUAGES } from "../domain/email/language.ts";
import { acceptedTags, pickLanguage } from "./kit/language.ts";
import { LANGUAGE_PARAMETER } from "./kit/layout.ts";
import { hasRepeated, parsePairs } from "./request/parameters.ts";
import type { WebDependencies } from "./request/dependencies.ts";
import { secure } from "./request/security-headers.ts";
import { passwordResetRoutes } from "./sign-in/password-reset.ts";
import { signInRoutes } from "./sign-in/sign-in.ts";
import { signUpRoutes } from "./sign-in/sign-up.ts";
import { verifyEmailRoutes } from "./sign-in/verify-email.ts";
import type { PageContext, Route } from "./request/page-context.ts";
import { restoreRoutes } from "./sign-in/restore.ts";
import { equalSecrets } from "../domain/security/tokens.ts";

/** What the server knows of a request, besides the request itself. */
interface RequestInfo {
  readonly address: string;
  hasGone(): boolean;
  /** Receives the route, for metrics. */
  found(route: string): void;
  /** Whether an error of reading the form means that it is too large. */
  isTooLarge(error: unknown): boolean;
  /** Receives the unexpected errors of pages; the user sees no details. */
  failed(error: unknown): void;
}

/** All pages. */
export interface Pages {
  /** Answers a request; undefined if there is no such page and the client is no browser. */
  serve(request: Request, info: RequestInfo): Promise<Response | undefined>;
  /** The methods of each page, by path. */
  readonly methods: ReadonlyMap<string, readonly string[]>;
}

/** What is needed of a route to serve it; without a method it takes no form. */
type Served = Pick<Route, "page" | "hashesPassword" | "isForOtherSites"> & {
  readonly method?: Route["method"];
};

const FORM_TYPE = /^application\/x-www-form-urlencoded(?: *;|$)/i;

export function createPages(dependencies: WebDependencies): Pages {
  const { issuer, signedValues, describeApi, hasPlaceFor, flow, brands } = dependencies;
  const brandOf = (realm: string): PageBrand => pageBrandOf(brands.of(realm));
  const { host } = new URL(issuer);
  const isHttps = issuer.startsWith("https:");
  const basePath = basePathOf(issuer);
  const cookies = new Cookies(isHttps, basePath);
  const browsers = new BrowserSessions(
    dependencies.authentication,
    dependencies.sessions,
    dependencies.clock,
    cookies,
  );
  const answer = confirming(dependencies, browsers);
  const routes = [
    ...homeRoutes(dependencies),
    ...accountRoutes(dependencies, browsers),
    ...signInRoutes(dependencies, browsers),
    ...signUpRoutes(dependencies),
    ...confirmSignUpRoutes(dependencies, browsers),
    ...passwordResetRoutes(dependencies),
    ...verifyEmailRoutes(dependencies),
    ...confirmRoutes(dependencies, browsers),
    ...restoreRoutes(dependencies, browsers),
    ...developerRoutes(dependencies),
    ...deviceRoutes(dependencies),
    ...administrationRoutes(dependencies),
    ...chooseCommunityRoutes(dependencies),
    ...authorizeRoutes(dependencies),
    ...logoutRoutes(dependencies, browsers),
    ...(describeApi ? docsRoutes(describeApi) : []),
    ...assetRoutes,
    ...brandRoutes(brands),
  ];

  /** Reads the request, calls the page and sets the common headers. */
  async function serve(
    request: Request,
    info: RequestInfo,
    { page, method, isForOtherSites }: Served,
  ): Promise<Response> {
    const takesForm = method === "POST" && isForOtherSites !== true;
    const set: string[] = [];
    const time = new CallTime();
    const found = await time
      .run(() => browsers.find(request))
      .catch((error: unknown) => ({ ...STRANGER, failure: error }));
    const asked =
      isForOtherSites === true ? await readPairs(request).catch(tooLargeBy(info)) : undefined;
    const context = {
      ...readContext(request, info, found, set),
      ...(typeof asked === "object" && { asked }),
    };
    const form = takesForm ? await readForm(request).catch(tooLargeBy(info)) : undefined;
    const fields = typeof form === "object" ? new Map(form.pairs) : undefined;
    const load = async (): Promise<Response> => {
      if ("failure" in found) throw found.failure;
      if (form === TOO_LARGE || asked === TOO_LARGE) return errorPage(context, "too-large");
      // Without a session cookie no form can be genuine. Don't set a cookie here: with SameSite=Lax
      // a cross-site POST arrives without it, and a new one would replace the user's.
      const isForged =
        takesForm && (found.setCookie !== undefined || !isOurs(request, context, fields));
      if (isForged) return errorPage(context, "forged");
      const tooLong =
        typeof form === "object" ? context.tooLong.union(form.tooLong) : context.tooLong;
      requireGiven(tooLong);
      return answer({ ...context, fields: fields ?? context.fields, tooLong }, page);
    };
    const loaded = await time.run(load).catch((error: unknown) => {
      const foreseen = overloadPage(context, error) ?? absencePage(context, error);
      if (foreseen === undefined) info.failed(error);
      return foreseen ?? errorPage(context, "fault");
    });
    const response = await underBasePath(loaded, basePath);
    for (const header of set) response.headers.append("set-cookie", header);
    secure(response.headers, { isHttps, keepsOpener: keepsOpener(flow, context, fields) });
    return response;
  }

  /** Refuses a request while too many wait for a password hash, before anything is read. */
  async function refuse(request: Request, info: RequestInfo): Promise<Response> {
    const context = readContext(request, info, STRANGER, []);
    const page = await overloadPage(context, overloaded())!;
    const response = await underBasePath(page, basePath);
    secure(response.headers, { isHttps, keepsOpener: STEPS.has(context.path) });
    return response;
  }

  /** Returns whether a form comes from our own page. */
  const isOurs = (
    request: Request,
    { formToken }: PageContext,
    fields: ReadonlyMap<string, string> | undefined,
  ): boolean =>
    isSameOrigin(request, issuer) && equalSecrets(fields?.get(FORM_TOKEN) ?? "", formToken());

  function readContext(
    request: Request,
    { address, hasGone }: RequestInfo,
    browser: Browser,
    set: string[],
  ): PageContext {
    const { pathname, search } = new URL(request.url);
    const query = parsePairs(search.slice(1));
    const known = readable(query ?? []);
    const wanted = LANGUAGES.find((language) =>
      query?.some(([name, value]) => name === LANGUAGE_PARAMETER && value === language),
    );
    const chosen = wanted ?? LANGUAGES.find((language) => language === cookies.language(request));
    if (wanted !== undefined) set.push(cookies.keepLanguage(wanted));
    const { caller } = browser;
    const language =
      chosen ??
      pickLanguage(acceptedTags(request.headers.get("accept-language") ?? "")) ??
      LANGUAGES[0];
    return {
      path: pathname,
      host,
      isHead: request.method === "HEAD",
      // A query that can't be parsed counts as empty.
      query: known.pairs,
      asked: query ?? [],
      language,
      hasChosenLanguage: chosen !== undefined,
      requestContext: {
        caller,
        address,
        userAgent: request.headers.get("user-agent") ?? "",
        language,
        expired: hasGone,
      },
      brand: brandOf(caller.kind === "user" ? caller.user.realm : DEFAULT_REALM),
      brandOf,
      signedIn: caller.kind === "user" ? caller : undefined,
      formToken: () => {
        // A guest gets a cookie with the first form, because the form is bound to it.
        if (browser.setCookie !== undefined && !set.includes(browser.setCookie))
          set.push(browser.setCookie);
        return signedValues.bind("form", browser.credential);
      },
      header: (name) => request.headers.get(name) ?? "",
      fields: new Map(),
      tooLong: known.tooLong,
      setCookie: (header) => void set.splice(0, set.length, header),
    };
  }

  const hono = new Hono<{ Bindings: RequestInfo }>();
  const at = (name: string, route: Served) => (c: HonoContext<{ Bindings: RequestInfo }>) => {
    c.env.found(name);
    return route.hashesPassword === true && !hasPlaceFor(c.env.address)
      ? refuse(c.req.raw, c.env)
      : serve(c.req.raw, c.env, route);
  };
  for (const route of routes)
    hono.on(route.method, route.path, at(`${route.method} ${route.path}`, route));
  const methods = new Map(
    routes.map(({ path }) => [
      path,
      routes
        .filter((route) => route.path === path)
        .map(({ method }) => method)
        .sort(),
    ]),
  );
  for (const [path, allowed] of methods)
    hono.all(
      path,
      at(`other ${path}`, {
        page: (context) => errorPage(context, "method", { headers: { allow: allowed.join(", ") } }),
      }),
    );
  hono.notFound(at("unknown", { page: (context) => errorPage(context, "not-found") }));
  hono.onError((error) => {
    throw error;
  });

  return {
    serve: async (request, info) => {
      const readsPages =
        request.headers.get("accept")?.includes("text/html") === true &&
        (request.method === "GET" || request.method === "HEAD");
      return methods.has(new URL(request.url).pathname) || readsPages
        ? hono.fetch(request, info)
        : undefined;
    },
    methods,
  };
}

/** What stands for a form that was too large to be read. */
const TOO_LARGE = Symbol("too large");

const tooLargeBy =
  ({ isTooLarge }: RequestInfo) =>
  (error: unknown): typeof TOO_LARGE => {
    if (isTooLarge(error)) return TOO_LARGE;
    throw error;
  };

/** Reads a form of another site; one in another format has no fields. */
async function readPairs(request: Request): Promise<readonly (readonly [string, string])[]> {
  if (!FORM_TYPE.test(request.headers.get("content-type") ?? "")) return [];
  return parsePairs(await request.text()) ?? [];
}

/** Reads the fields of a form; undefined if it is not in the format of our forms. */
async function readForm(request: Request): Promise<Readable | undefined> {
  if (!FORM_TYPE.test(request.headers.get("content-type") ?? "")) return undefined;
  const pairs = parsePairs(await request.text());
  return pairs === undefined || hasRepeated(pairs) ? undefined : readable(pairs);
}
