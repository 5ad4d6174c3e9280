/** The systems whose exports are read. */
export const SYSTEM_NAMES = [
  "auth0",
  "firebase",
  "keycloak",
  "okta",
  "cognito",
  "clerk",
  "supabase",
  "django",
  "wordpress",
  "aspnet",
  "better-auth",
] as const;

export type SystemName = (typeof SYSTEM_NAMES)[number];
