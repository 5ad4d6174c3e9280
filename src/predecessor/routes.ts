// The calls that have stages, by path. Other paths of these APIs are ours in every stage: zimoxy's
// OAuth endpoints serve the clients of all APIs.
import type { DocumentedApiName } from "../config/documented-apis.ts";

/** A documented call, or a page of the predecessor. */
export interface StagedRoute {
  readonly api: DocumentedApiName;
  /** The verb and the template of the path, such as `POST /user/login`. */
  readonly route: string;
  /**
   * What the call does: a sign-in and a profile are learnt before they are compared, because the
   * predecessor's users become ours by them. A page has no answer to compare.
   */
  readonly kind: "sign-in" | "registration" | "end" | "profile" | "redemption" | "page";
  /** The parameters that name the user. */
  readonly accId?: string;
  readonly email?: string;
  readonly username?: string;
  /** The parameter that holds a code, and how long such a code lives. */
  readonly code?: { readonly parameter: string; readonly lifetimeMs: number };
  /** The parameters that name an application, and have its secret. */
  readonly application?: string;
  readonly secret?: string;
}

const MINUTE_MS = 60_000;
const KOKIDS = { api: "kokids", accId: "AccID", email: "Email" } as const;
const SECRETPAIR = { api: "secretpair", username: "username", email: "email" } as const;
const ZIMOXY = { api: "zimoxy", username: "login", email: "email" } as const;
const SENLER = { api: "senler" } as const;
/** secretpair.md: a code lives 10 minutes. */
const PAIR_CODE = { parameter: "authorization_code", lifetimeMs: 10 * MINUTE_MS };
/** senler.md: a code lives 2.5 hours. */
const GROUP_CODE = { parameter: "code", lifetimeMs: 150 * MINUTE_MS };

/** Every verb and path, with a slash at the end as the predecessors answer them. */
const ROUTES: readonly (readonly [paths: readonly string[], route: Omit<StagedRoute, "route">])[] =
  [
    [["POST /user/create"], { ...KOKIDS, kind: "registration", username: "UserID" }],
    [["POST /user/login"], { ...KOKIDS, kind: "sign-in" }],
    [["POST /user/logout"], { ...KOKIDS, kind: "end" }],
    [["POST /user/delete"], { ...KOKIDS, kind: "end" }],
    [["POST /register/"], { ...SECRETPAIR, kind: "registration" }],
    [["POST /login/", "POST /login"], { ...SECRETPAIR, kind: "sign-in", application: "secret_id" }],
    [["GET /auth/", "GET /auth"], { ...SECRETPAIR, kind: "profile" }],
    [["PATCH /auth/", "PATCH /auth"], { ...SECRETPAIR, kind: "profile" }],
    [
      ["POST /oauth/", "POST /oauth"],
      {
        api: "secretpair",
        kind: "redemption",
        code: PAIR_CODE,
        application: "secret_id",
        secret: "secret_value",
      },
    ],
    [
      ["GET /oauth/", "GET /oauth", "GET /login/", "GET /login"],
      { api: "secretpair", kind: "page", application: "secret_id" },
    ],
    [["GET /register/"], { api: "secretpair", kind: "page" }],
    [["POST /register", "POST /oauth2/register"], { ...ZIMOXY, kind: "registration" }],
    [["POST /oauth2/login"], { ...ZIMOXY, kind: "sign-in" }],
    [
      ["GET /ajax/cabinet/OAuth2token", "POST /ajax/cabinet/OAuth2token"],
      {
        ...SENLER,
        kind: "redemption",
        code: GROUP_CODE,
        application: "client_id",
        secret: "client_secret",
      },
    ],
    [
      ["GET /cabinet/OAuth2authorize", "POST /cabinet/OAuth2authorize"],
      { ...SENLER, kind: "page", application: "client_id" },
    ],
  ];

const TABLE: ReadonlyMap<string, StagedRoute> = new Map(
  ROUTES.flatMap(([paths, route]) => paths.map((path) => [path, { ...route, route: path }])),
);

/** The forms of secretpair's pages are posted to the paths of its calls. */
const FORMS: ReadonlyMap<string, StagedRoute> = new Map(
  [...TABLE]
    .filter(([path]) => /^POST \/(login|register)\/$/.test(path))
    .map(([path, route]) => [path, { ...route, kind: "page" }]),
);

/**
 * Returns the call at a verb and a path, if it has stages. A browser that navigates there posts the
 * form of a page.
 */
export const stagedRouteOf = (
  verb: string,
  path: string,
  navigates: boolean,
): StagedRoute | undefined =>
  (navigates ? FORMS.get(`${verb} ${path}`) : undefined) ?? TABLE.get(`${verb} ${path}`);
