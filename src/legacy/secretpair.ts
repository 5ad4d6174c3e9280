import { SecretpairService } from "../../gen/legacy/secretpair/v1/secretpair_pb.ts";
import type { Authentication } from "../domain/sessions/authentication.ts";
import { IdentityError } from "../domain/errors.ts";
import type { Session, User } from "../domain/model.ts";
import { parseEmail } from "../domain/accounts/email-address.ts";
import type { SecretPairs } from "../domain/legacy/secret-pairs.ts";
import type { Registrations } from "../domain/accounts/registrations.ts";
import type { Sessions } from "../domain/sessions/sessions.ts";
import type { SignIn } from "../domain/sign-in/sign-in.ts";
import type { ServiceBinding } from "../rpc/call.ts";
import { bind } from "../rpc/call.ts";

export interface SecretpairDependencies {
  readonly registrations: Registrations;
  readonly signIn: SignIn;
  readonly sessions: Sessions;
  readonly authentication: Authentication;
  readonly secretPairs: SecretPairs;
  readonly realm: string;
}

const API = "secretpair";

/** Returns the identifier of the request, which has either a name or an address. */
function identifierOf({
  username,
  email,
}: {
  username: string;
  email: string;
}): { username: string } | { email: string } {
  if ((username === "") === (email === ""))
    throw new IdentityError("FIELD_INVALID", "Either username or email is needed.", {
      fields: [{ field: "username", description: "or email is needed, not both" }],
    });
  return username === "" ? { email: parseEmail(email).address } : { username };
}

/** Binds the documented calls to the domain. */
export function secretpair({
  registrations,
  signIn,
  sessions,
  authentication,
  secretPairs,
  realm,
}: SecretpairDependencies): ServiceBinding {
  const owner = async (token: string): Promise<{ user: User; session: Session }> => {
    const caller = await authentication.callerOf(token, API);
    if (caller.kind !== "user")
      throw new IdentityError("TOKEN_INVALID", "The token is not a user's.");
    return caller;
  };
  return bind(SecretpairService, {
    register: async ({ username, email, password }, call) => {
      const user = await registrations.register(call, {
        realm,
        username,
        email,
        password,
        enforcePasswordPolicy: false,
        api: API,
      });
      const { token } = await sessions.open(call, API, user);
      return { token, username: user.username, email: user.email };
    },
    login: async ({ username, email, password, secretId, redirectUri }, call) => {
      const identifier = identifierOf({ username, email });
      // Before the password is checked, so that a wrong application uses up no try of the user.
      if (secretId !== "") await secretPairs.checkApplication(secretId, redirectUri);
      const user = await signIn.check(call, { realm, identifier, password });
      const authorizationCode =
        secretId === "" ? "" : await secretPairs.issueCode(call, user, secretId, redirectUri);
      const { token } = await sessions.open(call, API, user);
      return {
        token,
        redirectUri: secretId === "" ? "" : redirectUri,
        authorizationCode,
        username: user.username,
        email: user.email,
      };
    },
    getProfile: async ({ authorization }, call) => {
      const { user, session } = await owner(authorization);
      return {
        username: user.username,
        email: user.email,
        ...(await secretPairs.pairOf(call, user, session)),
      };
    },
    becomeDeveloper: async ({ authorization }, call) => {
      const { user, session } = await owner(authorization);
      return {
        username: user.username,
        email: user.email,
        ...(await secretPairs.becomeDeveloper(call, user, session)),
      };
    },
    redeemCode: async ({ secretId, secretValue, authorizationCode }, call) => {
      const { username, email } = await secretPairs.redeemCode(
        call,
        secretId,
        secretValue,
        authorizationCode,
      );
      return { username, email };
    },
  });
}
