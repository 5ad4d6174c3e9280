import { html } from "../../kit/html.ts";
import type { UserUpdate } from "../../../domain/accounts/changes/update-user.ts";
import { IdentityError } from "../../../domain/errors.ts";
import type { User } from "../../../domain/model.ts";
import {
  attributeChanges,
  attributeFields,
  type AttributeValue,
  sentAttributes,
  storedAttributes,
} from "../../account/attributes/attribute-form.ts";
import { phoneBox } from "./user-profile-facts.ts";
import { button, field, form } from "../../kit/form.ts";
import { shownName } from "../../kit/user-name.ts";
import { forRecent } from "../../request/guards.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import type { Route, PageContext } from "../../request/page-context.ts";
import { fieldValue, queryValue, seeOther, shownValue } from "../../request/page-context.ts";
import type { FieldComplaint } from "../../sign-in/complaints.ts";
import { administrationPage, forAdministrators, userPath } from "../administration-page.ts";
import { developerBox } from "./new-user.ts";
import { userComplaint, type UserField } from "./user-form.ts";
import { userFormMessages } from "./user-form-messages.ts";
import { administrationUserMessages } from "./user-messages.ts";

const PATH = "/administration/edit-user";

/** Returns the path of the form. */
export const editPath = (id: string): string => `${PATH}?${new URLSearchParams({ id })}`;

/** Returns the values that the form changes; those that stay are not written again. */
function changesOf(context: PageContext, user: User): UserUpdate {
  const [email, username] = [fieldValue(context, "email").trim(), fieldValue(context, "username")];
  const developer = fieldValue(context, "developer") !== "";
  const verified = fieldValue(context, "phone_number_verified") !== "";
  const attributes = attributeChanges(context, user.profile);
  // A tick that was there is about the old number. Only a new one vouches for what is typed.
  const isSame = verified === (user.profile?.phoneNumberVerified === true);
  const profile = isSame ? attributes : { ...attributes, phoneNumberVerified: verified };
  return {
    email: email === user.email ? undefined : email,
    // A name that came through a documented API may have outer spaces.
    username: username === user.username ? undefined : username.trim(),
    developer: developer === user.developer ? undefined : developer,
    profile,
  };
}

export function editUserRoutes(dependencies: WebDependencies): readonly Route[] {
  const { adminActions, users } = dependencies;
  return [
    {
      method: "GET",
      path: PATH,
      page: forAdministrators(
        forRecent(dependencies, async (context) => {
          const user = await users.get(queryValue(context, "id"));
          return user.state === "deleted"
            ? seeOther(`${userPath(user.id)}&notice=USER_STATE_CONFLICT`)
            : editPage(context, user, typedOf(user));
        }),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forAdministrators(
        forRecent(
          dependencies,
          async (context) => {
            const { requestContext } = context;
            const user = await users.get(fieldValue(context, "id"));
            const back = userPath(user.id);
            try {
              const changes = changesOf(context, user);
              const administering = adminActions.administering(requestContext);
              if (Object.values(changes).some((value) => value !== undefined))
                await administering.update(requestContext, user.id, changes);
              return seeOther(`${back}&notice=saved`);
            } catch (error) {
              if (error instanceof IdentityError && error.reason === "PERMISSION_DENIED")
                return seeOther(`${back}&notice=PERMISSION_DENIED`);
              const wrong = userComplaint(context, error);
              if (wrong === undefined) throw error;
              const typed = {
                email: shownValue(context, "email"),
                username: shownValue(context, "username"),
                developer: shownValue(context, "developer") !== "",
                attributes: sentAttributes(context),
                isPhoneVerified: shownValue(context, "phone_number_verified") !== "",
              };
              return editPage(context, user, typed, wrong);
            }
          },
          (context) => editPath(fieldValue(context, "id")),
        ),
      ),
    },
  ];
}

/** The values in the form. */
interface Typed extends Pick<User, "email" | "username" | "developer"> {
  readonly attributes: AttributeValue;
  readonly isPhoneVerified: boolean;
}

const typedOf = ({ email, username, developer, profile }: User): Typed => ({
  email,
  username,
  developer,
  attributes: storedAttributes(profile),
  isPhoneVerified: profile?.phoneNumberVerified === true,
});

function editPage(
  context: PageContext,
  user: User,
  { email, username, developer, attributes, isPhoneVerified }: Typed,
  wrong?: FieldComplaint<UserField>,
): Promise<Response> {
  const { language } = context;
  const [texts, messages] = [userFormMessages[language], administrationUserMessages[language]];
  const title = texts.editTitle(shownName(user));
  const state = (name: UserField) => ({
    name,
    error: wrong?.field === name ? wrong.text : undefined,
    autofocus: (wrong?.field ?? "email") === name,
  });
  const fields = html`${field({
      ...state("email"),
      label: messages.email,
      type: "email",
      autocomplete: "off",
      value: email,
      hint: texts.emailHint,
    })}
    ${field({
      ...state("username"),
      label: texts.username,
      type: "text",
      autocomplete: "off",
      value: username,
      hint: texts.usernameHint,
      isOptional: true,
    })}
    ${developerBox(context, developer)} ${attributeFields(context, attributes, wrong)}
    ${phoneBox(context, isPhoneVerified)}
    <div class="acts">
      ${button(texts.save)}<a class="button second" href="${userPath(user.id)}"
        >${messages.cancel}</a
      >
    </div>`;
  const body = html`<h1>${title}</h1>
    ${form(context, { action: PATH, values: { id: user.id }, className: "stack short" }, fields)}`;
  return administrationPage(context, {
    title,
    tab: "users",
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: PATH, parameters: [["id", user.id]] },
  });
}
