import type { MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type {
  ExchangeTokenRequestSchema,
  ExchangeTokenResponseSchema,
} from "../../../../gen/identity/v1/token_exchange_pb.ts";
import type { IssuedTokens, TokenRequest } from "../../../domain/oauth/grants/grant.ts";
import { detailsOf } from "../oauth-messages.ts";
import { TOKEN_EXCHANGE } from "../../../domain/oauth/grant-types.ts";

/** Returns the request for a token that an exchange is. */
export const exchangeOf = (
  request: MessageShape<typeof ExchangeTokenRequestSchema>,
): TokenRequest => ({
  ...request,
  grantType: TOKEN_EXCHANGE,
  code: "",
  redirectUri: "",
  codeVerifier: "",
  refreshToken: "",
  deviceCode: "",
});

export const toExchanged = ({
  accessToken,
  issuedTokenType = "",
  lifetimeMs,
  scopes,
  details,
  boundTo,
}: IssuedTokens): MessageInitShape<typeof ExchangeTokenResponseSchema> => ({
  accessToken,
  issuedTokenType,
  tokenType: boundTo === undefined ? "Bearer" : "DPoP",
  expiresIn: Math.floor(lifetimeMs / 1000),
  scope: scopes.join(" "),
  authorizationDetails: detailsOf(details),
});
