import type { UserInfo } from "../../domain/oauth/openid/user-info.ts";
import type { Call } from "../call.ts";

/** The method of OAuthService that tells a client about its user. */
export const userInfoMethod = (userInfo: UserInfo) => ({
  getUserInfo: async (_: unknown, call: Call) => {
    const answer = await userInfo.of(call.caller);
    // OpenID Connect Core section 5.3.2.
    const [contentType, text] =
      "jwt" in answer
        ? ["application/jwt", answer.jwt]
        : ["application/json", JSON.stringify(answer.claims)];
    return { body: { contentType, data: new TextEncoder().encode(text) } };
  },
});
