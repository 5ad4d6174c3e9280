import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import { checkChosenUsername } from "../../domain/accounts/usernames.ts";
import { BROWSER_API } from "../../domain/sessions/sessions.ts";
import type { RestoreOffer } from "../../domain/accounts/account-deletion.ts";
import type { BrowserSessions } from "../request/browser-sessions.ts";
import { errorPage } from "../kit/error-page.ts";
import { button, field, form, notice } from "../kit/form.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { withRequest } from "./aim.ts";
import { complaint, newUsername } from "./complaints.ts";
import { restoreMessages } from "./restore-messages.ts";
import { dayText } from "../kit/times.ts";
import { shownName } from "../kit/user-name.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther, shownValue } from "../request/page-context.ts";

/**
 * The errors that the page explains: the address or the name is taken, or the new name is invalid.
 */
const isObstacle = (reason: string): boolean =>
  ["EMAIL_TAKEN", "USERNAME_TAKEN", "USERNAME_INVALID"].includes(reason);

/**
 * Offers to restore a deleted account. `request` is the authorization request that continues
 * afterwards.
 */
export function restorePage(
  context: PageContext,
  { user, until, token }: RestoreOffer,
  request: string,
  refusal?: IdentityError,
): Promise<Response> {
  const obstacle = refusal?.reason;
  const messages = restoreMessages[context.language];
  const name =
    obstacle === undefined || obstacle === "EMAIL_TAKEN"
      ? ""
      : field({
          name: "username",
          label: messages.otherName,
          type: "text",
          autocomplete: "nickname",
          value: shownValue(context, "username") || user.username,
          error: complaint(context, refusal, { username: newUsername })?.text,
          autofocus: true,
        });
  const offer = form(
    context,
    { action: "/restore", values: { offer: token, request } },
    html`${name}${button(messages.restore)}`,
  );
  const body = html`<h1>${messages.deleted}</h1>
    <p class="quiet">${messages.until(shownName(user), dayText(context.language, until))}</p>
    ${obstacle === "EMAIL_TAKEN" ? notice(messages.emailTaken(user.email), "bad") : offer}
    <p class="below"><a href="${withRequest("/sign-in", request)}">${messages.leave}</a></p>`;
  return render(context, {
    title: messages.deleted,
    body,
    status: obstacle === undefined ? 200 : 422,
    place: { path: "/sign-in", parameters: request === "" ? [] : [["request", request]] },
  });
}

export const restoreRoutes = (
  { accountDeletion, sessions }: WebDependencies,
  browsers: BrowserSessions,
): readonly Route[] => [
  {
    method: "POST",
    path: "/restore",
    page: async (context) => {
      const request = fieldValue(context, "request");
      const offer = await accountDeletion.open(fieldValue(context, "offer"), context.formToken());
      if (offer === undefined) return errorPage(context, "forged");
      try {
        const isNamed = context.fields.has("username") || context.tooLong.has("username");
        const user = await accountDeletion.restore(
          context.requestContext,
          offer,
          isNamed ? checkChosenUsername(fieldValue(context, "username")) : undefined,
        );
        await browsers.begin(
          context,
          await sessions.open(context.requestContext, BROWSER_API, user),
        );
      } catch (error) {
        if (!(error instanceof IdentityError)) throw error;
        if (error.reason === "USER_STATE_CONFLICT") return errorPage(context, "forged");
        if (!isObstacle(error.reason)) throw error;
        return restorePage(context, offer, request, error);
      }
      return seeOther(
        request === ""
          ? "/account?notice=restored"
          : `/continue?request=${encodeURIComponent(request)}`,
      );
    },
  },
];
