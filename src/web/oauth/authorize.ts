import type { Outcome } from "../../domain/oauth/authorization/outcome.ts";
import { withQuery } from "../../domain/oauth/authorization/client-answer.ts";
import { chooseCommunityPage } from "./choose-community.ts";
import { anonymous } from "../../domain/principal.ts";
import { consentPage } from "./consent.ts";
import { formPostPage } from "./form-post.ts";
import { leave } from "./leave.ts";
import { BEGINNINGS } from "./opener.ts";
import { errorPage, refusalPage } from "../kit/error-page.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { signInPage } from "../sign-in/sign-in.ts";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
import type { Page, Route, PageContext } from "../request/page-context.ts";
import {
  fieldValue,
  inLanguageOf,
  withBrandOf,
  queryValue,
  seeOther,
} from "../request/page-context.ts";

/** Renders the outcome of a step of the flow. */
function answer(
  context: PageContext,
  outcome: Outcome,
  status?: number,
): Promise<Response> | Response {
  if (outcome.kind === "redirect")
    // A form never leads to an authorization endpoint, but to every other step.
    return BEGINNINGS.has(context.path)
      ? seeOther(outcome.location)
      : leave(context, outcome.location);
  if (outcome.kind === "form-post") return formPostPage(context, outcome);
  if (outcome.kind === "refuse") return refusalPage(context, outcome.refusal, status);
  const { step } = outcome;
  const shown = inLanguageOf(context, step.locales);
  switch (step.name) {
    case "sign-in":
      return signInPage(
        withBrandOf(shown, step.realm),
        { ...step, returnTo: "" },
        { identifier: step.loginHint },
      );
    case "choose-group":
      return chooseCommunityPage(shown, step);
    case "consent":
      return consentPage(shown, step);
  }
}

/** The methods of a path that the documented API has too. */
const CALLED_TOO = "GET, POST";

/** Refuses HEAD where GET may issue a code (RFC 9110 section 9.2.1). */
const withEffects =
  (page: Page, allow = "GET"): Page =>
  (context) =>
    context.isHead ? errorPage(context, "method", { headers: { allow } }) : page(context);

export function authorizeRoutes({ flow, apis }: WebDependencies): readonly Route[] {
  const way = (name: string, allow?: string): Page =>
    withEffects(
      async (context) =>
        answer(context, await flow.begin(context.requestContext, name, context.asked)),
      allow,
    );
  const get = (page: Page, ...paths: readonly string[]): Route[] =>
    paths.map((path) => ({ method: "GET", path, page }));

  /** The documented first step: checks the request and redirects to the sign-in page. */
  const beginSecretPair: Page = async (context) => {
    const { requestContext, isHead } = context;
    // HEAD is documented here. For a user it might issue a code, which for a guest it can't.
    const asking = isHead ? { ...requestContext, caller: anonymous } : requestContext;
    const outcome = await flow.begin(asking, "secretpair", context.asked);
    if (outcome.kind === "refuse")
      return answer(
        context,
        outcome,
        outcome.refusal.reason === "unknown-client" ? 404 : undefined,
      );
    const given = new Map(context.asked);
    const [secret_id = "", redirect_uri = "", state = ""] = [
      "secret_id",
      "redirect_uri",
      "state",
    ].map((name) => given.get(name));
    return new Response(null, {
      status: 302,
      headers: { location: withQuery("/login/", { secret_id, redirect_uri, state }) },
    });
  };
  const secretPairSignIn: Page = (context) =>
    queryValue(context, "secret_id") === "" && queryValue(context, "redirect_uri") === ""
      ? signInPage(context, { request: "", returnTo: "", realm: DEFAULT_REALM })
      : way("secretpair", CALLED_TOO)(context);

  /**
   * OpenID Connect Core section 3.1.2.1 also allows POST. A form of another site comes without the
   * session (SameSite=Lax), and a navigation with GET comes with it.
   */
  const sentForm: Page = ({ path, asked }) =>
    seeOther(`${path}?${new URLSearchParams(asked.map(([name, value]) => [name, value]))}`);

  return [
    ...get(way("oauth2"), "/oauth2/authorize", "/oauth2/"),
    { method: "POST", path: "/oauth2/authorize", page: sentForm, isForOtherSites: true },
    ...(apis.secretpair.enabled
      ? [
          ...get(beginSecretPair, "/oauth/", "/oauth"),
          ...get(secretPairSignIn, "/login/", "/login"),
        ]
      : []),
    ...(apis.senler.enabled ? get(way("senler"), "/cabinet/OAuth2authorize") : []),
    ...get(
      withEffects(async (context) =>
        answer(context, await flow.resume(context.requestContext, queryValue(context, "request"))),
      ),
      "/continue",
    ),
    {
      method: "POST",
      path: "/consent",
      page: async (context) => {
        const said = fieldValue(context, "answer");
        if (said !== "allow" && said !== "refuse") return errorPage(context, "malformed-request");
        return answer(
          context,
          await flow.decide(
            context.requestContext,
            fieldValue(context, "decision"),
            said === "allow",
          ),
        );
      },
    },
  ];
}
