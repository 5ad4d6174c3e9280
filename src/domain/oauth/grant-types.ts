/** RFC 8628 section 3.4. */
export const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
/** RFC 8693 section 2.1. */
export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** RFC 6749 sections 4.1, 6 and 4.4, RFC 8628 and RFC 8693. */
export const GRANT_TYPES = [
  "authorization_code",
  "refresh_token",
  DEVICE_CODE,
  "client_credentials",
  TOKEN_EXCHANGE,
] as const;
